"""Moments as the form's field has them."""

import pytest

from claimstack.console.ground.moments import UnreadableMoment, moment_value, read_moment


def test_a_moment_is_read_in_utc_and_written_as_it_came() -> None:
    at = read_moment("2026-11-24T12:30")
    assert at is not None
    assert at.ToJsonString() == "2026-11-24T12:30:00Z"
    assert moment_value(at) == "2026-11-24T12:30"


def test_nothing_is_no_moment() -> None:
    assert read_moment("") is None


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-11-24", "2026-13-01T00:00", "2026-02-30T00:00", "2026-11-24T25:00", "٢٠٢٦-11-24T12:30"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMoment):
        read_moment(text)
