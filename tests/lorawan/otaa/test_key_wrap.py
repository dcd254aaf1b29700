"""An envelope opens only under its own KEK."""

import pytest

from claimstack.lorawan import AES128Key
from claimstack.lorawan.otaa import unwrap, wrap

KEY = AES128Key(bytes(range(16)))


def test_a_wrapped_key_has_24_bytes_and_unwraps_to_itself() -> None:
    assert len(wrap(KEY, bytes(32))) == 24
    assert unwrap(wrap(KEY, bytes(32)), bytes(32)) == KEY


def test_another_kek_or_a_changed_byte_opens_nothing() -> None:
    wrapped = bytearray(wrap(KEY, bytes(16)))
    with pytest.raises(ValueError, match="wrapped under this KEK"):
        unwrap(bytes(wrapped), b"\x01" * 16)
    wrapped[5] ^= 1
    with pytest.raises(ValueError, match="wrapped under this KEK"):
        unwrap(bytes(wrapped), bytes(16))


@pytest.mark.parametrize("length", [0, 8, 23, 25])
def test_an_envelope_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="wrapped under this KEK"):
        unwrap(bytes(length), bytes(16))


def test_a_kek_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="valid AES key length"):
        wrap(KEY, bytes(15))
