"""What a form keeps, and what it never shows again."""

from claimstack.console.ground.form import Form


def test_values_are_had_one_by_one_and_all() -> None:
    form = Form([("rights", "A"), ("rights", "B"), ("name", "  two\r\nlines ")])
    assert form.every("rights") == ["A", "B"]
    assert form.text("name") == "two\nlines"
    assert form.text("missing") == ""
    assert form.every("missing") == []


def test_secrets_are_not_kept() -> None:
    form = Form([("name", "x"), ("password", "y"), ("kek", "z"), ("old", "a"), ("again", "b")])
    assert form.kept() == [("name", "x")]
