"""What each answer makes of a claim: nothing is dropped that may have succeeded, nothing is kept that cannot."""

import pytest

from claimstack.claiming_repository.answer import (
    Answer,
    Done,
    Refused,
    Step,
    Unanswered,
    Why,
    after_claim,
    after_release,
    of_status,
)

SILENCE = Unanswered("no answer")


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (200, Done()),
        (201, Done()),
        (204, Done()),
        (400, Refused(Why.BAD_REQUEST, "m")),
        (401, Refused(Why.CREDENTIALS, "m")),
        (403, Refused(Why.DENIED, "m")),
        (404, Refused(Why.ABSENT, "m")),
        (409, Refused(Why.CONFLICT, "m")),
        (429, Refused(Why.LATER, "m")),
        (501, Refused(Why.UNSUPPORTED, "m")),
        (302, Unanswered("HTTP status 302")),
        (499, Unanswered("HTTP status 499")),
        (500, Unanswered("HTTP status 500")),
        (503, Unanswered("HTTP status 503")),
    ],
)
def test_a_status_is_a_yes_a_no_or_no_answer(status: int, answer: Answer) -> None:
    assert of_status(status, "m") == answer


@pytest.mark.parametrize(
    ("answer", "unanswered", "step"),
    [
        (Done(), 0, Step.REGISTER),
        (Done(), 5, Step.REGISTER),
        (SILENCE, 0, Step.KEEP),
        (SILENCE, 5, Step.KEEP),
        (Refused(Why.DENIED), 0, Step.DROP),
        (Refused(Why.DENIED), 1, Step.RELEASE),
        (Refused(Why.ABSENT), 1, Step.RELEASE),
        (Refused(Why.LATER), 0, Step.DROP),
        (Refused(Why.LATER), 1, Step.KEEP),
        (Refused(Why.CREDENTIALS), 0, Step.DROP),
        (Refused(Why.CREDENTIALS), 1, Step.KEEP),
    ],
)
def test_after_a_claim(answer: Answer, unanswered: int, step: Step) -> None:
    assert after_claim(answer, unanswered) is step


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (Done(), Step.DROP),
        (Refused(Why.ABSENT), Step.DROP),
        (Refused(Why.DENIED), Step.DROP),
        (Refused(Why.LATER), Step.KEEP),
        (Refused(Why.CREDENTIALS), Step.KEEP),
        (SILENCE, Step.KEEP),
    ],
)
def test_after_a_release(answer: Answer, step: Step) -> None:
    assert after_release(answer) is step
