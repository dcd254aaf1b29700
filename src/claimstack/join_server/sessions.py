"""Sessions that the Join Server remembers: AppSKey for whom it is meant, SNwkSIntKey for rejoin-requests (1.1 §6.2.4).

The last ten of a device, each in the slot of its JoinNonce; a claim wipes them.
"""

from typing import NamedTuple

from claimstack.join_server.found import Found
from claimstack.lorawan import AES128Key, JoinNonce
from claimstack.lorawan.otaa import SessionKeys
from claimstack.vault import Sealed, Secret, Vault
from claimstack.vault.rewrap import eui_place

KEPT = 10
TABLE = "join_session"
_KEY_BYTES = 16


class Session(NamedTuple):
    """A session as its row holds it."""

    slot: int
    session_key_id: bytes
    keys_sealed: bytes
    keys_kek: int


def sealed(vault: Vault, device: Found, session_key_id: bytes, keys: SessionKeys, join_nonce: JoinNonce) -> Session:
    """The session that began with this JoinNonce."""
    secret = Secret(bytes(keys.app_s_key) + bytes(keys.s_nwk_s_int_key))
    blob, kek = vault.seal(secret, *eui_place(TABLE, device.join_eui, device.dev_eui))
    return Session(int(join_nonce) % KEPT, session_key_id, blob, kek)


def opened(vault: Vault, keys: Sealed, join_eui: bytes, dev_eui: bytes) -> tuple[AES128Key, AES128Key]:
    """AppSKey and SNwkSIntKey of a session of that device."""
    both = vault.open(keys, *eui_place(TABLE, join_eui, dev_eui)).reveal()
    return AES128Key(both[:_KEY_BYTES]), AES128Key(both[_KEY_BYTES:])
