"""NetIDs by their types: what a DevAddr carries of them."""

import pytest

from claimstack.lorawan import NetID


@pytest.mark.parametrize(
    ("net_id", "kind", "id_", "nwk_id"),
    [
        ("000013", 0, 0x13, 0x13),
        ("00003F", 0, 0x3F, 0x3F),
        ("200001", 1, 1, 1),
        ("4001FF", 2, 0x1FF, 0x1FF),
        ("6007FF", 3, 0x7FF, 0x7FF),
        ("600FFF", 3, 0xFFF, 0x7FF),
        ("9FFFFF", 4, 0x1FFFFF, 0xFFF),
        ("BFFFFF", 5, 0x1FFFFF, 0x1FFF),
        ("C00053", 6, 0x53, 0x53),
        ("DFFFFF", 6, 0x1FFFFF, 0x7FFF),
        ("FFFFFF", 7, 0x1FFFFF, 0x1FFFF),
    ],
)
def test_type_id_and_nwk_id(net_id: str, kind: int, id_: int, nwk_id: int) -> None:
    value = NetID.from_hex(net_id)
    assert (value.type, value.id, value.nwk_id) == (kind, id_, nwk_id)
