"""The rule: when an attempt has the device, and which reason a refusal gets."""

from dataclasses import replace

import pytest

from claimstack.claiming.authorization import NEEDED, ClaimAuthorization, Lapse, StoredKey
from claimstack.claiming.verdict import Facts, Granted, Reason, Refused, Why, judge
from claimstack.claiming.window import ValidityWindow

GOOD = Facts(
    now=10, known=True, has_code=True, code_right=True, window=ValidityWindow(5, 20),
    authorization=ClaimAuthorization(True, StoredKey(NEEDED)),
)  # fmt: skip


def test_the_right_code_in_its_window_is_granted() -> None:
    assert judge(GOOD) == Granted()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (replace(GOOD, known=False), Why.UNKNOWN_DEVICE),
        (replace(GOOD, joins=False), Why.DOES_NOT_JOIN),
        (replace(GOOD, has_code=False), Why.NO_CODE),
        (replace(GOOD, has_code=False, code_spent=True), Why.ALREADY_CLAIMED),
        (replace(GOOD, authorization=ClaimAuthorization()), Lapse.NOT_AUTHORIZED),
        (replace(GOOD, code_right=False), Why.WRONG_CODE),
        (replace(GOOD, now=4), Why.TOO_EARLY),
        (replace(GOOD, now=20), Why.TOO_LATE),
    ],
)
def test_each_cause_has_its_reason(facts: Facts, why: Reason) -> None:
    assert judge(facts) == Refused(why)


def test_an_old_code_that_fits_counts_for_nothing_while_there_is_a_new_one() -> None:
    assert judge(replace(GOOD, code_right=False, code_spent=True)) == Refused(Why.WRONG_CODE)
