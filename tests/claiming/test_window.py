"""Validity windows: half open, either end may be missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.claiming.window import ALWAYS, ValidityWindow

MOMENTS = st.integers(-(2**62), 2**62)


@pytest.mark.parametrize(("moment", "inside"), [(9, False), (10, True), (19, True), (20, False)])
def test_a_window_holds_its_first_moment_and_not_its_last(moment: int, inside: bool) -> None:
    assert (moment in ValidityWindow(10, 20)) is inside


@given(MOMENTS)
def test_without_ends_it_is_always_open(moment: int) -> None:
    assert moment in ALWAYS


@given(MOMENTS, MOMENTS, MOMENTS)
def test_a_moment_is_ahead_inside_or_over_and_only_one_of_these(opens: int, closes: int, moment: int) -> None:
    window = ValidityWindow(min(opens, closes), max(opens, closes))
    assert [window.is_ahead(moment), moment in window, window.is_over(moment)].count(True) == 1


@given(MOMENTS, MOMENTS)
def test_windows_that_follow_each_other_leave_no_gap(border: int, moment: int) -> None:
    assert (moment in ValidityWindow(None, border)) is not (moment in ValidityWindow(border, None))


def test_nothing_but_a_moment_is_inside() -> None:
    assert "now" not in ALWAYS
