"""Only a rejoin-request of a known type is read as one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import AES128Key, DevEUI, JoinEUI, NetID, RJCount
from claimstack.lorawan.otaa import KeyCipher, RejoinRequest

KEY = KeyCipher(AES128Key(bytes(range(16))))


def test_type_1_names_the_join_server_and_types_0_and_2_the_network() -> None:
    for kind, home in ((0, NetID.from_int(7)), (1, JoinEUI.from_int(7)), (2, NetID.from_int(7))):
        request = RejoinRequest.signed(kind, home, DevEUI.from_int(2), RJCount.from_int(3), KEY)
        assert RejoinRequest.from_bytes(bytes(request)).home == home


@pytest.mark.parametrize(("kind", "home"), [(0, JoinEUI.from_int(7)), (1, NetID.from_int(7)), (3, NetID.from_int(7))])
def test_a_home_of_the_wrong_kind_is_refused(kind: int, home: NetID | JoinEUI) -> None:
    with pytest.raises(ValueError, match="expected type 0 or 2 and a NetID, or 1 and a JoinEUI"):
        RejoinRequest.signed(kind, home, DevEUI.from_int(2), RJCount.from_int(3), KEY)


def test_every_field_is_covered_by_the_code() -> None:
    request = RejoinRequest.signed(0, NetID.from_int(7), DevEUI.from_int(2), RJCount.from_int(3), KEY)
    assert request.is_signed_by(KEY)
    for changed in (
        replace(request, type=2),
        replace(request, home=NetID.from_int(9)),
        replace(request, dev_eui=DevEUI.from_int(9)),
        replace(request, rj_count=RJCount.from_int(9)),
        replace(request, mic=bytes(4)),
    ):
        assert not changed.is_signed_by(KEY)


def is_rejoin(frame: bytes) -> bool:
    return {b"\xc0\x00": 19, b"\xc0\x01": 24, b"\xc0\x02": 19}.get(frame[:2]) == len(frame)


BEGUN = st.builds(
    bytes.__add__,
    st.sampled_from([b"\xc0\x00", b"\xc0\x01", b"\xc0\x02", b"\xc0\x03", b"\x00\x01"]),
    st.binary(min_size=16, max_size=23),
)


@given(BEGUN | st.binary(max_size=26))
def test_a_frame_is_read_back_to_the_byte_or_refused(frame: bytes) -> None:
    if is_rejoin(frame):
        assert bytes(RejoinRequest.from_bytes(frame)) == frame
    else:
        with pytest.raises(ValueError, match="rejoin-request: expected 19 bytes"):
            RejoinRequest.from_bytes(frame)
