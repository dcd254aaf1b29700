"""Draft 3, which divides by underscores."""

import pytest

from claimstack.qr_codes import UnreadableLabel
from claimstack.qr_codes.tr005_draft3 import parse, recognises

BARE = "URN:DEV:LW:42FFFFFFFFFFFFFF_4242FFFFFFFFFFFF_42FFFF42"


def test_the_tag_is_not_part_of_the_code() -> None:
    label = parse(f"{BARE}_V0102_SSERIAL_PPROP")
    assert (label.owner_token, label.serial_number, label.proprietary) == ("0102", "SERIAL", "PROP")


def test_a_c_is_unknown_to_the_draft() -> None:
    label = parse(f"{BARE}_C0102")
    assert label.checksum is None
    assert label.warnings == ("part 4: an unknown extension, ignored; known are V, S, P",)


def test_only_its_own_beginning_is_recognised() -> None:
    assert recognises(BARE)
    assert not recognises("URN:LW:DP:")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("URN:DEV:XX:42FFFFFFFFFFFFFF", "the beginning: expected URN:DEV:LW:"),
        ("URN:DEV:LW:42FFFFFFFFFFFFFF", r"part 2 \(DevEUI\): is missing"),
        ("URN:DEV:LW:42FFFFFFFFFFFFFF_4242FFFFFFFFFFFF", r"part 3 \(ProfileID\): is missing"),
        ("URN:DEV:LW:42_4242FFFFFFFFFFFF_42FFFF42", r"part 1 \(JoinEUI\): expected 16 hexadecimal digits, got 2"),
        (f"{BARE}_V1_P#", "part 5: expected only 0-9 and A-Z, character 2 is not"),
        (f"{BARE}_Vabc", "part 4: expected only"),
    ],
)
def test_a_refusal_names_the_part(text: str, refusal: str) -> None:
    with pytest.raises(UnreadableLabel, match=refusal):
        parse(text)
