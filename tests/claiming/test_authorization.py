"""When an application's devices can be claimed: while the key that was handed over stays good."""

import pytest

from claimstack.claiming.authorization import NEEDED, ClaimAuthorization, Lapse, StoredKey
from claimstack.identity import ALL_RIGHTS, Right, Rights

GOOD = StoredKey(NEEDED)


def test_a_good_key_authorizes() -> None:
    assert ClaimAuthorization(True, GOOD).lapse(0) is None


def test_more_rights_than_needed_do_no_harm() -> None:
    assert ClaimAuthorization(True, StoredKey(ALL_RIGHTS)).lapse(0) is None


def test_without_opting_in_nothing_is_authorized() -> None:
    assert ClaimAuthorization().lapse(0) is Lapse.NOT_AUTHORIZED


def test_a_deleted_key_authorizes_nothing() -> None:
    assert ClaimAuthorization(True, None).lapse(0) is Lapse.KEY_DELETED


def test_a_deleted_application_authorizes_nothing() -> None:
    assert ClaimAuthorization(True, GOOD, application_deleted=True).lapse(0) is Lapse.APPLICATION_DELETED


def test_a_key_authorizes_until_it_expires() -> None:
    key = StoredKey(NEEDED, expires_at=10)
    assert key.lapse(9) is None
    assert key.lapse(10) is Lapse.KEY_EXPIRED


@pytest.mark.parametrize("right", [Right(number) for number in Rights(NEEDED).numbers()])
def test_a_key_that_lost_one_of_the_four_rights_authorizes_nothing(right: Right) -> None:
    assert StoredKey(ALL_RIGHTS & ~Rights.of(right)).lapse(0) is Lapse.KEY_RIGHTS
