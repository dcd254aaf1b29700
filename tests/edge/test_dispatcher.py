"""What the hall does with errors that nobody expected: the caller learns nothing, the log learns the place."""

import pytest

from claimstack.clock import Clock
from claimstack.edge.dispatcher import Dispatcher
from claimstack.errors import Internal, NotFound
from claimstack.vault import KekError


@pytest.fixture
def hall() -> Dispatcher:
    """A dispatcher that serves nothing."""
    return Dispatcher({}, None, None, Clock())  # type: ignore[arg-type]


def failing(hall: Dispatcher, error: Exception) -> None:
    call = hall.call_for("some.Service/Rpc", {}, "")
    try:
        raise error
    except Exception as caught:
        hall.failed(call, caught)


class Foreign(Exception):
    """An error of a library, which quotes what it was given."""


def test_the_log_has_kind_and_place_of_a_foreign_error_and_not_its_text(
    hall: Dispatcher, capsys: pytest.CaptureFixture[str]
) -> None:
    failing(hall, Foreign("cannot encode argument $1: 'hush-hush'"))
    said = "".join(capsys.readouterr())
    assert "Foreign" in said
    assert "test_dispatcher.py" in said
    assert "hush" not in said.replace("raise error", "")


def test_the_text_of_an_error_of_ours_is_in_the_log(hall: Dispatcher, capsys: pytest.CaptureFixture[str]) -> None:
    failing(hall, KekError("KEK version 7 is not in the file"))
    assert "KEK version 7" in "".join(capsys.readouterr())


def test_an_unexpected_error_is_internal_for_the_caller(hall: Dispatcher) -> None:
    call = hall.call_for("some.Service/Rpc", {}, "")
    for error in (Foreign("hush-hush"), Internal("pkg/x", "y", "hush-hush")):
        answer = hall.failed(call, error)
        assert (answer.code, answer.http_status) == (13, 500)
        assert b"hush" not in answer.status.SerializeToString()


def test_an_error_of_the_family_is_told_as_it_is(hall: Dispatcher) -> None:
    call = hall.call_for("some.Service/Rpc", {}, "")
    answer = hall.failed(call, NotFound("pkg/x", "thing_not_found", "thing `{id}` not found", id="t-1"))
    assert (answer.code, answer.http_status) == (5, 404)
    assert answer.text == "error:pkg/x:thing_not_found (thing `t-1` not found)"
