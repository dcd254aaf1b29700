"""HomeNSReq (TS002 §12): which network a device is at home with."""

from claimstack.join_server import store
from claimstack.join_server.home import home_of
from claimstack.join_server.wish import Refused, Why
from claimstack.lorawan import DevEUI, JoinEUI, NetID
from claimstack.storage import Reader
from claimstack.vault import Vault
from claimstack.wire import v3


async def home_ns(reader: Reader, vault: Vault, join_eui: JoinEUI, dev_eui: DevEUI) -> NetID | Refused:
    """The NetID of the home network."""
    found = (await store.devices(reader, [(bytes(join_eui), bytes(dev_eui))]))[0]
    if found is None:
        return Refused(Why.UNKNOWN_DEVICE)
    home = home_of(vault, v3.EndDevice.FromString(found.join_body), found)
    return home.net_id or Refused(Why.NO_HOME)
