"""Flag texts become JSON values by the kind of their field."""

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal import kinds


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("string", "a b", "a b"),
        ("int", "-7", -7),
        ("float", "1.5", 1.5),
        ("bool", "F", False),
        ("w:bool", "true", True),
        ("hex8", "70-b3-d5:7e d0000000", "70B3D57ED0000000"),
        ("bytes", "3q2+7w==", "3q2+7w=="),
        ("time", "2026-03-01T00:00:00.123456789Z", "2026-03-01T00:00:00.123456789Z"),
        ("time", "2026-03-01T01:00:00+01:00", "2026-03-01T01:00:00+01:00"),
        ("duration", "1m30s", "90s"),
        ("duration", "1.5s", "1.5s"),
        ("duration", "100ms", "0.1s"),
        ("e:MACVersion", "1.0.3", "MAC_V1_0_3"),
        ("e:MACVersion", "MAC_V1_0_3", "MAC_V1_0_3"),
        ("e:MACVersion", "v1_0_3", "MAC_V1_0_3"),
        ("w:e:RxDelay", "5", "RX_DELAY_5"),
        ("e:PHYVersion", "1.0.3-a", "PHY_V1_0_3_REV_A"),
        ("*int", "1,2", [1, 2]),
        ("*e:State", "APPROVED,STATE_FLAGGED", ["STATE_APPROVED", "STATE_FLAGGED"]),
        ("%string", "a=1,b=x=y", {"a": "1", "b": "x=y"}),
        ("m:ADRSettings.DisabledMode", "true", {}),
    ],
)
def test_a_text_becomes_the_value_of_its_kind(kind: str, text: str, value: object) -> None:
    assert kinds.value(kind, text, "flag") == value


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("int", "x", "a whole number"),
        ("w:bool", "perhaps", "true or false"),
        ("hex8", "70B3", "8 bytes in hexadecimal"),
        ("hex4", "0000000G", "4 bytes in hexadecimal"),
        ("bytes", "%%", "base64"),
        ("time", "yesterday", "a time such as"),
        ("time", "2026-03-01", "a time such as"),
        ("time", "2026-03-01T00:00:00", "a time such as"),
        ("duration", "soon", "a duration such as"),
        ("e:MACVersion", "9", "MAC_V1_0_3"),
        ("%string", "a", "KEY=VALUE"),
    ],
)
def test_a_text_that_does_not_fit_says_what_would(kind: str, text: str, expected: str) -> None:
    with pytest.raises(Failure, match=expected) as caught:
        kinds.value(kind, text, "some-flag")
    assert "--some-flag" in caught.value.text


def test_the_error_for_a_version_names_the_short_spellings_too() -> None:
    with pytest.raises(Failure, match=r"1\.0\.3"):
        kinds.value("e:MACVersion", "9", "lorawan-version")


@pytest.mark.parametrize(("kind", "is_leaf"), [("string", True), ("m:Session", False), ("*m:MACCommand", False),
                                               ("%m:Location", False), ("struct", False),
                                               ("m:ADRSettings.DisabledMode", True)])  # fmt: skip
def test_only_what_one_text_can_say_is_a_flag(kind: str, is_leaf: bool) -> None:
    assert kinds.is_leaf(kind) is is_leaf
