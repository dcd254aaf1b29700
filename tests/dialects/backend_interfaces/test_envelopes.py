"""Key envelopes: a label stands there only when the key is wrapped under it."""

from claimstack.dialects.backend_interfaces.envelopes import envelope
from claimstack.lorawan import AES128Key
from claimstack.lorawan.otaa import unwrap
from claimstack.vault import Secret

KEY, KEK = AES128Key(bytes(range(16))), bytes(range(16, 32))


def test_a_key_in_clear_has_no_label() -> None:
    assert envelope(KEY, "ns", None) == {"KEKLabel": "", "AESKey": bytes(KEY).hex().upper()}


def test_a_wrapped_key_has_the_label_of_its_kek() -> None:
    made = envelope(KEY, "ns", Secret(KEK))
    assert made["KEKLabel"] == "ns"
    assert unwrap(bytes.fromhex(made["AESKey"]), KEK) == KEY
