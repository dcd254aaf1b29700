"""Where a device is at home: what is set for the device wins over what is set for its application (TS002 §12).

Nothing set: the device is at home in the network of this cluster (--net-id), and the answer to who roams is: nowhere.
"""

from claimstack.join_server.wish import Home
from claimstack.lorawan import NetID
from claimstack.storage import Row
from claimstack.vault import Sealed, Vault
from claimstack.wire import v3


def home_of(vault: Vault, part: v3.EndDevice, row: Row) -> Home:
    """The home of a device. `row` has the settings of its application, which may be NULL."""
    settings = v3.ApplicationActivationSettings()
    if row["settings_body"] is not None:
        settings.ParseFromString(bytes(row["settings_body"]))
    net_id = part.net_id or settings.home_net_id
    own_label = settings.kek_label or settings.kek.kek_label
    label = part.application_server_kek_label or own_label
    kek = None
    if row["kek_sealed"] is not None and label == own_label:
        place = "activation_settings", str(row["application"])
        kek = vault.open(Sealed(bytes(row["kek_sealed"]), row["kek_kek"]), *place)
    return Home(
        net_id=NetID(bytes(net_id)) if net_id else None,
        as_id=part.application_server_id or settings.application_server_id,
        network_kek_label=part.network_server_kek_label,
        application_kek_label=label,
        application_kek=kek,
    )
