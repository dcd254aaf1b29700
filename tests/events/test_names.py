"""A stream may ask for exact names and for patterns between slashes."""

import pytest

from claimstack.errors import Invalid
from claimstack.events.names import Names


def test_without_names_all_are_asked_for() -> None:
    assert "end_device.create" in Names([])


def test_exact_names_are_no_patterns() -> None:
    names = Names(["end_device.create"])
    assert "end_device.create" in names
    assert "end_device_create" not in names
    assert "js.end_device.create" not in names


def test_a_pattern_stands_between_slashes() -> None:
    names = Names([r"/^(js|ns)\.end_device\./", "application.update"])
    assert "js.end_device.create" in names
    assert "application.update" in names
    assert "end_device.create" not in names


def test_a_wrong_pattern_names_its_place() -> None:
    with pytest.raises(Invalid, match=r"names\[1\].*expected a regular expression"):
        Names(["a", "/(/"])


def test_more_names_than_a_request_may_have_are_refused() -> None:
    with pytest.raises(Invalid, match="at most 100"):
        Names(["a"] * 101)
