"""A bare DevEUI names a device and carries no code."""

import pytest

from claimstack.qr_codes import UnreadableLabel
from claimstack.qr_codes.dev_eui import parse, recognises


def test_sixteen_digits_are_a_dev_eui_without_join_eui_or_code() -> None:
    label = parse("A84041035660E3AA")
    assert (str(label.dev_eui), label.join_eui, label.owner_token) == ("A84041035660E3AA", None, None)


def test_lower_case_is_read_with_a_warning() -> None:
    label = parse("a84041035660e3aa")
    assert str(label.dev_eui) == "A84041035660E3AA"
    assert label.warnings == ("the text (DevEUI): hexadecimal digits in lower case",)


def test_fifteen_digits_are_refused_and_counted() -> None:
    with pytest.raises(UnreadableLabel, match="expected 16 hexadecimal digits, got 15"):
        parse("A84041035660E3A")


def test_only_hexadecimal_digits_are_recognised() -> None:
    assert recognises("4006381333931")
    assert not recognises("A8:40:41")
