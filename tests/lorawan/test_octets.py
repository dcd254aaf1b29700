"""Values of a fixed length own all their spellings and let nothing else in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import DevAddr, DevEUI, DevNonce, JoinEUI, JoinNonce, NetID, RJCount, VendorID
from claimstack.lorawan.octets import Octets, hexadecimal_fault

KINDS: list[type[Octets]] = [DevEUI, JoinEUI, NetID, DevAddr, DevNonce, JoinNonce, RJCount, VendorID]
every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
@given(data=st.data())
def test_every_spelling_reads_back_to_the_same_value(kind: type[Octets], data: st.DataObject) -> None:
    octets = data.draw(st.binary(min_size=kind.LENGTH, max_size=kind.LENGTH))
    value = kind.from_bytes(octets)
    assert value == kind.from_hex(str(value)) == kind.from_hex(str(value).lower())
    assert value == kind.from_air(value.to_air()) == kind.from_int(int(value))
    assert bytes(value) == octets == value.to_air()[::-1]
    assert hash(value) == hash(kind.from_bytes(bytearray(octets)))


@every_kind
def test_the_text_is_upper_case_most_significant_byte_first(kind: type[Octets]) -> None:
    assert str(kind.from_int(0xAB)) == "AB".rjust(2 * kind.LENGTH, "0")
    assert kind.from_int(0xAB).to_air()[0] == 0xAB


@every_kind
def test_a_byte_more_or_less_is_refused(kind: type[Octets]) -> None:
    for length in (0, kind.LENGTH - 1, kind.LENGTH + 1):
        with pytest.raises(ValueError, match=f"{kind.__name__}: expected {kind.LENGTH} bytes"):
            kind.from_bytes(bytes(length))


@every_kind
@pytest.mark.parametrize("number", [-1, 1 << 64])
def test_a_number_that_does_not_fit_is_refused(kind: type[Octets], number: int) -> None:
    with pytest.raises(ValueError, match=f"{kind.__name__}: expected a number from 0 to"):
        kind.from_int(number)


def test_text_is_no_bytes() -> None:
    with pytest.raises(ValueError, match="expected 8 bytes"):
        DevEUI("ABCDEFGH")  # type: ignore[arg-type]


def test_values_of_two_kinds_are_never_equal() -> None:
    values: list[object] = [DevEUI.from_int(1), JoinEUI.from_int(1), DevNonce.from_int(1), RJCount.from_int(1)]
    assert [values.count(value) for value in values] == [1, 1, 1, 1]


def test_values_are_ordered_as_their_numbers() -> None:
    assert sorted(map(DevNonce.from_int, [256, 1, 255])) == list(map(DevNonce.from_int, [1, 255, 256]))


def test_values_do_not_change() -> None:
    with pytest.raises(AttributeError):
        DevEUI.from_int(1).octets = bytes(8)  # type: ignore[misc]


def test_the_printed_form_names_the_kind() -> None:
    assert repr(DevEUI.from_int(1)) == "DevEUI('0000000000000001')"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("ABCD", ""),
        ("ABC", "expected 4 hexadecimal digits, got 3"),
        ("ABCDE", "expected 4 hexadecimal digits, got 5"),
        ("AB D", "expected 4 hexadecimal digits, character 3 is not one"),
        ("AB١D", "expected 4 hexadecimal digits, character 3 is not one"),
        ("", "expected 4 hexadecimal digits, got 0"),
    ],
)
def test_a_fault_says_what_was_expected_and_where(text: str, fault: str) -> None:
    assert hexadecimal_fault(text, 4) == fault
