"""AppSKeyReq (TS002 §8 step 8): the AppSKey of a session, for the Application Server of the device and nobody else."""

from collections.abc import Collection
from typing import NamedTuple

from claimstack.join_server import store
from claimstack.join_server.home import home_of
from claimstack.join_server.sessions import opened
from claimstack.join_server.wish import Home, Refused, Why
from claimstack.lorawan import AES128Key, DevEUI, JoinEUI, NetID
from claimstack.storage import Reader
from claimstack.vault import Sealed, Vault
from claimstack.wire import v3


class Asking(NamedTuple):
    """An Application Server: its AS-ID, and the NetIDs of the networks of the same peer."""

    as_id: str
    net_ids: Collection[NetID]


class Told(NamedTuple):
    """The key, and under which KEK label it goes."""

    app_s_key: AES128Key
    home: Home


async def app_s_key(
    reader: Reader, vault: Vault, asking: Asking, euis: tuple[JoinEUI, DevEUI], session_key_id: bytes, own: NetID
) -> Told | Refused:
    """The AppSKey of a session under the present owner. A session from before a claim is as good as none."""
    pair = bytes(euis[0]), bytes(euis[1])
    found = await store.session(reader, *pair, session_key_id)
    if found is None:
        known = (await store.devices(reader, [pair]))[0]
        return Refused(Why.UNKNOWN_DEVICE if known is None else Why.NO_SESSION)
    home = home_of(vault, v3.EndDevice.FromString(found.join_body or b""), found)
    # No AS-ID is set: then the Application Server of the network where the device is at home.
    entitled = asking.as_id == home.as_id if home.as_id else (home.net_id or own) in asking.net_ids
    if not entitled:
        return Refused(Why.NOT_AT_HOME)
    return Told(opened(vault, Sealed(found.keys_sealed, found.keys_kek), *pair)[0], home)
