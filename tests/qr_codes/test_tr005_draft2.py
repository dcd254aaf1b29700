"""Draft 2, whose extensions stand together behind percent signs."""

import pytest

from claimstack.qr_codes import UnreadableLabel
from claimstack.qr_codes.tr005_draft2 import parse, recognises

BARE = "URN:LW:DP:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF:42FFFF42"


def test_the_validation_code_is_the_owner_token() -> None:
    label = parse(f"{BARE}:%VABCD%SSERIAL%PP-1")
    assert (label.owner_token, label.serial_number, label.proprietary) == ("ABCD", "SERIAL", "P-1")
    assert (str(label.join_eui), str(label.dev_eui), label.profile_id) == (
        "42FFFFFFFFFFFFFF",
        "4242FFFFFFFFFFFF",
        "42FFFF42",
    )


def test_the_percent_sign_may_be_escaped() -> None:
    assert parse(f"{BARE}:%25VABCD%25S1").owner_token == "ABCD"


def test_only_its_own_beginning_is_recognised() -> None:
    assert recognises(BARE)
    assert not recognises("URN:LWDP:58A0CB0000210000:58A0CBFFFFFEFFFF")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("URN:LW:D0:42FFFFFFFFFFFFFF", r"part 3 \(prefix\): expected DP"),
        ("URN:LW", r"part 3 \(prefix\): expected DP"),
        ("URN:LW:DP", r"part 4 \(JoinEUI\): is missing"),
        ("URN:LW:DP:42FFFFFFFFFFFFFF:4242FFFFFFFFFFFF", r"part 6 \(ProfileID\): is missing"),
        ("URN:LW:DP::4242FFFFFFFFFFFF:42FFFF42", r"part 4 \(JoinEUI\): expected 16 hexadecimal digits, got 0"),
        (f"{BARE}:%V1:%S1", "part 8: expected the end"),
        (f"{BARE}:VABCD", r"part 7 \(extensions\): expected a percent sign first"),
        (f"{BARE}:%Vabcd", "part 7, extension 1: expected only 0-9, A-Z and .*, character 2 is not"),
        (f"{BARE}:%V1%S_", "part 7, extension 2: expected only"),
    ],
)
def test_a_refusal_names_the_part(text: str, refusal: str) -> None:
    with pytest.raises(UnreadableLabel, match=refusal):
        parse(text)
