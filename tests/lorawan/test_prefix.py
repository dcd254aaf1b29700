"""Blocks of identifiers: what lies in them, and what is no block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import DevAddr, DevAddrPrefix, DevEUI, EUI64Prefix, JoinEUI


def test_a_block_holds_its_first_and_last_and_no_neighbour() -> None:
    block = EUI64Prefix.parse("70B3D57ED0000000/36")
    assert block.size() == 1 << 28
    assert JoinEUI.from_hex("70B3D57ED0000000") in block
    assert DevEUI.from_hex("70B3D57EDFFFFFFF") in block
    assert JoinEUI.from_hex("70B3D57EE0000000") not in block
    assert JoinEUI.from_hex("70B3D57ECFFFFFFF") not in block


def test_a_block_of_addresses() -> None:
    assert DevAddr.from_hex("27FFFFFF") in DevAddrPrefix.parse("26000000/7")
    assert DevAddr.from_hex("28000000") not in DevAddrPrefix.parse("26000000/7")


def test_a_block_of_no_bits_holds_everything_and_one_of_all_bits_one() -> None:
    everything = EUI64Prefix.parse("0000000000000000/0")
    assert DevEUI.from_hex("FFFFFFFFFFFFFFFF") in everything
    assert EUI64Prefix.parse("FFFFFFFFFFFFFFFF/64").size() == 1


@given(st.integers(0, (1 << 64) - 1), st.integers(0, 64))
def test_a_block_reads_back_from_its_text(number: int, length: int) -> None:
    first = DevEUI.from_int(number >> (64 - length) << (64 - length))
    block = EUI64Prefix.parse(f"{first}/{length}")
    assert EUI64Prefix.parse(str(block)) == block
    assert DevEUI.from_int(number) in block


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("70B3D57ED0000000", "16 hexadecimal digits, a slash and a length in bits"),
        ("70B3D57ED0000000/", "a slash and a length"),
        ("70B3D57ED0000000/-1", "a slash and a length"),
        ("70B3D57ED0000000/65", "a length from 0 to 64 bits"),
        ("70B3D57ED0000001/36", "only zeros after 36 bits"),
        ("70B3D57ED/36", "expected 16 hexadecimal digits, got 9"),
    ],
)
def test_what_is_no_block_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        EUI64Prefix.parse(text)
