"""The owner's answer and the claimer's are the same rule."""

import pytest

from claimstack.claiming.attempts import ClaimCaps, Tally
from claimstack.claiming.authorization import NEEDED, ClaimAuthorization, StoredKey
from claimstack.claiming.claimability.obstacle import obstacle
from claimstack.claiming.window import ALWAYS, ValidityWindow

NOW = 1000
OPEN = ClaimAuthorization(True, StoredKey(NEEDED))
CAPS = ClaimCaps(device=3)


def asked(
    *,
    has_euis: bool = True,
    joins: bool = True,
    has_code: bool = True,
    window: ValidityWindow = ALWAYS,
    authorization: ClaimAuthorization = OPEN,
    failures: int = 0,
) -> str:
    return obstacle(NOW, has_euis, joins, has_code, window, authorization, Tally(NOW, failures), CAPS)


def test_nothing_stands_in_the_way() -> None:
    assert asked(failures=2) == ""


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (asked(has_euis=False), "no_euis"),
        (asked(joins=False), "device_does_not_join"),
        (asked(has_code=False), "no_code"),
        (asked(window=ValidityWindow(NOW + 1, None)), "before_window"),
        (asked(window=ValidityWindow(None, NOW)), "after_window"),
        (asked(authorization=ClaimAuthorization()), "application_not_authorized"),
        (asked(authorization=ClaimAuthorization(True)), "authorization_key_deleted"),
        (asked(authorization=ClaimAuthorization(True, StoredKey(NEEDED, NOW))), "authorization_key_expired"),
        (asked(authorization=ClaimAuthorization(True, StoredKey(0))), "authorization_key_rights"),
        (asked(failures=3), "too_many_attempts"),
    ],
)
def test_each_obstacle_has_its_name(found: str, expected: str) -> None:
    assert found == expected


def test_an_obstacle_that_lasts_is_named_before_a_cap_that_passes() -> None:
    assert asked(has_code=False, failures=3) == "no_code"
