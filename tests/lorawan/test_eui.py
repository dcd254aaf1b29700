"""EUIs as people write them: on labels, in tables, in source code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.lorawan import EUI64, DevEUI, JoinEUI

EUIS = st.binary(min_size=8, max_size=8).map(DevEUI)


@pytest.mark.parametrize(
    "text",
    [
        "0004A310001FF9E0",
        "0004a310001ff9e0",
        "00-04-A3-10-00-1F-F9-E0",
        "00:04:a3:10:00:1f:f9:e0",
        "00 04 A3 10 00 1F F9 E0",
        "0004-A310-001F-F9E0",
        "0004:A310:001F:F9E0",
        "0x0004A310001FF9E0",
        "0X0004A310001FF9E0",
        "  0004A310001FF9E0\n",
    ],
)
def test_the_usual_spellings_are_read(text: str) -> None:
    assert DevEUI.parse(text) == DevEUI(bytes.fromhex("0004A310001FF9E0"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "expected 16 hexadecimal digits, got 0"),
        ("0004A310001FF9E", "expected 16 hexadecimal digits, got 15"),
        ("0004A310001FF9E00", "expected 16 hexadecimal digits, got 17"),
        ("0004A310001FF9EG", "expected 16 hexadecimal digits, character 16 is not one"),
        ("00-04:A3-10-00-1F-F9-E0", "one kind of divider"),
        ("00-04-A3-10-001F-F9E0", "groups of two or four digits"),
        ("00--04-A3-10-00-1F-F9-E0", "groups of two or four digits"),
        ("-0004A310001FF9E0", "groups of two or four digits"),
        ("0004A310 001FF9E0", "groups of two or four digits"),
        ("0x0x0004A310001FF9E0", "character 2 is not one"),
        ("0004A310001FF9E0, 1", "character 17 is not one"),
    ],
)
def test_all_else_is_refused_with_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=f"DevEUI: .*{expected}"):
        DevEUI.parse(text)


def test_a_refusal_does_not_repeat_what_may_be_a_key() -> None:
    with pytest.raises(ValueError, match="got 32") as refusal:
        JoinEUI.parse("A66A89B6606C1BD125B54E7CA4B10DD4")
    assert "A66A" not in str(refusal.value)


@given(EUIS, st.sampled_from(["", "-", ":", " "]), st.sampled_from([2, 4]), st.booleans(), st.booleans())
def test_any_eui_is_read_in_any_usual_spelling(
    eui: DevEUI, divider: str, group: int, lower: bool, marked: bool
) -> None:
    text = str(eui)
    text = divider.join(text[at : at + group] for at in range(0, 16, group))
    text = ("0x" if marked else "") + (text.lower() if lower else text)
    assert DevEUI.parse(text) == eui


@given(st.text() | st.text("0123456789ABCDEFabcdefxX-: ", min_size=14, max_size=26))
def test_whatever_the_text_it_is_read_or_refused(text: str) -> None:
    try:
        eui = EUI64.parse(text)
    except ValueError as refusal:
        assert str(refusal).startswith("EUI64: expected")  # noqa: PT017
    else:
        assert str(eui) in text.translate(str.maketrans("", "", "-: ")).upper()


def test_the_oui_is_the_first_three_bytes() -> None:
    assert DevEUI.from_hex("0004A310001FF9E0").oui == b"\x00\x04\xa3"


def test_only_all_zeros_are_zero() -> None:
    assert JoinEUI(bytes(8)).is_zero()
    assert not JoinEUI.from_int(1).is_zero()
