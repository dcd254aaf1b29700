"""A join-accept opens only with the right key, and its code covers all it says."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import AES128Key, DevAddr, DevNonce, JoinEUI, JoinNonce, NetID
from claimstack.lorawan.otaa import JoinAccept, JoinReqType, KeyCipher, answer_to, seal, seal_1_1, unseal

KEY = KeyCipher(AES128Key(bytes(range(16))))
ACCEPT = JoinAccept(JoinNonce.from_int(1), NetID.from_int(0x13), DevAddr.from_int(0x26000001), 0x80, 5)

ACCEPTS = st.builds(
    JoinAccept,
    st.integers(0, 0xFFFFFF).map(JoinNonce.from_int),
    st.integers(0, 0xFFFFFF).map(NetID.from_int),
    st.integers(0, 0xFFFFFFFF).map(DevAddr.from_int),
    st.integers(0, 255),
    st.integers(0, 255),
    st.just(b"") | st.binary(min_size=16, max_size=16),
)


@given(ACCEPTS)
def test_what_is_sealed_is_opened_with_its_code(accept: JoinAccept) -> None:
    frame = seal(accept, KEY)
    assert len(frame) == 17 + len(accept.cf_list)
    opened, mic = unseal(frame, KEY)
    assert opened == accept
    assert KEY.verifies(bytes(opened), mic)


def test_another_key_opens_nothing_that_verifies() -> None:
    other = KeyCipher(AES128Key(bytes(16)))
    opened, mic = unseal(seal(ACCEPT, KEY), other)
    assert not other.verifies(bytes(opened), mic)


def test_the_answer_of_1_1_is_bound_to_its_question() -> None:
    questions = [
        answer_to(JoinReqType.JOIN, JoinEUI.from_int(1), DevNonce.from_int(1)),
        answer_to(JoinReqType.REJOIN_1, JoinEUI.from_int(1), DevNonce.from_int(1)),
        answer_to(JoinReqType.JOIN, JoinEUI.from_int(2), DevNonce.from_int(1)),
        answer_to(JoinReqType.JOIN, JoinEUI.from_int(1), DevNonce.from_int(2)),
    ]
    assert len({seal_1_1(ACCEPT, question, KEY, KEY) for question in questions}) == 4


def test_opt_neg_is_bit_7_of_dl_settings() -> None:
    assert ACCEPT.opt_neg
    assert not replace(ACCEPT, dl_settings=0x7F).opt_neg


@pytest.mark.parametrize("length", [1, 15, 17, 32])
def test_a_cf_list_has_16_bytes_or_none(length: int) -> None:
    with pytest.raises(ValueError, match=f"expected a CFList of 0 or 16 bytes, got {length}"):
        replace(ACCEPT, cf_list=bytes(length))


@pytest.mark.parametrize(("dl_settings", "rx_delay"), [(256, 0), (-1, 0), (0, 256), (0, -1)])
def test_dl_settings_and_rx_delay_are_one_byte_each(dl_settings: int, rx_delay: int) -> None:
    with pytest.raises(ValueError, match="DLSettings and RxDelay of one byte"):
        replace(ACCEPT, dl_settings=dl_settings, rx_delay=rx_delay)


@given(st.binary(max_size=40))
def test_a_frame_of_another_length_or_kind_is_refused(frame: bytes) -> None:
    if len(frame) in (17, 33) and frame[:1] == b"\x20":
        return
    with pytest.raises(ValueError, match="expected 17 or 33 bytes that begin with 20"):
        unseal(frame, KEY)


@pytest.mark.parametrize("plain", [b"", bytes(13), b"\x20" + bytes(11), b"\x20" + bytes(13)])
def test_plain_fields_of_another_length_or_kind_are_refused(plain: bytes) -> None:
    with pytest.raises(ValueError, match="expected 13 or 29 bytes that begin with 20"):
        JoinAccept.from_plain(plain)
