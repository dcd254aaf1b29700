"""Where a device is at home: what is set for the device wins over what is set for its application (TS002 §12).

Nothing set: the device is at home in the network of this cluster (--net-id), and the answer to who roams is: nowhere.
"""

from functools import lru_cache

from claimstack.join_server.found import OfApplication
from claimstack.join_server.wish import Home
from claimstack.lorawan import NetID
from claimstack.vault import Sealed, Vault
from claimstack.wire import v3


def home_of(vault: Vault, part: v3.EndDevice, found: OfApplication) -> Home:
    """The home of a device."""
    settings = _settings(found.settings_body or b"")
    net_id = part.net_id or settings.home_net_id
    own_label = settings.kek_label or settings.kek.kek_label
    label = part.application_server_kek_label or own_label
    kek = None
    if found.kek_sealed is not None and found.kek_kek is not None and label == own_label:
        place = "activation_settings", str(found.application)
        kek = vault.open(Sealed(found.kek_sealed, found.kek_kek), *place)
    return Home(
        net_id=NetID(net_id) if net_id else None,
        as_id=part.application_server_id or settings.application_server_id,
        network_kek_label=part.network_server_kek_label,
        application_kek_label=label,
        application_kek=kek,
    )


@lru_cache(256)  # an application has many devices; the body holds no key
def _settings(body: bytes) -> v3.ApplicationActivationSettings:
    return v3.ApplicationActivationSettings.FromString(body)
