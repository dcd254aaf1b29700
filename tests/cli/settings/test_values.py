"""Switches and durations in Go's spelling."""

import pytest

from claimstack.cli.settings.values import boolean, seconds


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("T", True), ("1", True), ("false", False), ("f", False), ("0", False)]
)
def test_a_switch_is_read_as_go_does(text: str, value: bool) -> None:
    assert boolean(text) is value


@pytest.mark.parametrize("text", ["", "yes", "2"])
def test_another_word_is_no_switch(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{text}$"):
        boolean(text)


@pytest.mark.parametrize(("text", "value"), [("100ms", 0.1), ("1m30s", 90), ("1.5h", 5400), ("2", 2), ("7us", 7e-6)])
def test_a_duration_is_the_sum_of_its_parts(text: str, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


@pytest.mark.parametrize("text", [" ", "s", "1d", "one", "1s2x"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        seconds(text)
