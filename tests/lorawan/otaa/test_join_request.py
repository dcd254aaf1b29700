"""Only a join-request is read as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import AES128Key, DevEUI, DevNonce, JoinEUI
from claimstack.lorawan.otaa import JoinRequest, KeyCipher

KEY = KeyCipher(AES128Key(bytes(range(16))))
REQUEST = JoinRequest.signed(JoinEUI.from_int(1), DevEUI.from_int(2), DevNonce.from_int(3), KEY)


def test_the_euis_and_nonce_are_reversed_on_air() -> None:
    assert bytes(REQUEST)[:19].hex() == "00010000000000000002000000000000000300"


def test_every_field_is_covered_by_the_code() -> None:
    assert REQUEST.is_signed_by(KEY)
    for changed in (
        REQUEST._replace(join_eui=JoinEUI.from_int(9)),
        REQUEST._replace(dev_eui=DevEUI.from_int(9)),
        REQUEST._replace(dev_nonce=DevNonce.from_int(9)),
        REQUEST._replace(mic=bytes(4)),
        REQUEST._replace(mic=b""),
    ):
        assert not changed.is_signed_by(KEY)


def test_another_key_does_not_sign_it() -> None:
    assert not REQUEST.is_signed_by(KeyCipher(AES128Key(bytes(16))))


@given(st.binary(max_size=30) | st.binary(min_size=22, max_size=22).map(lambda rest: b"\x00" + rest))
def test_a_frame_is_read_back_to_the_byte_or_refused(frame: bytes) -> None:
    if len(frame) == 23 and frame[0] == 0:
        assert bytes(JoinRequest.from_bytes(frame)) == frame
    else:
        with pytest.raises(ValueError, match="join-request: expected 23 bytes that begin with 00"):
            JoinRequest.from_bytes(frame)
