"""Tables for people."""

from claimstack.cli.terminal.table import several, single

DEVICES = [
    {"name": "one", "ids": {"device_id": "d1"}, "claim_authentication_code": {"value": "ABCD"}},
    {"ids": {"device_id": "device-2"}, "claim_authentication_code": {"value": "K7QF9TRM2XWZ4HJP"}},
]


def test_a_list_has_a_column_for_each_field_the_identifier_first() -> None:
    assert several(DEVICES).splitlines() == [
        "DEVICE    NAME  CLAIM CODE",
        "d1        one   ABCD (weak)",
        "device-2        K7QF9TRM2XWZ4HJP",
    ]


def test_an_empty_list_says_none() -> None:
    assert several([]) == "none\n"


def test_one_object_has_a_row_for_each_field() -> None:
    table = single({"ids": {"user_id": "ann"}, "admin": True, "rights": ["A", "B"], "note": "a\nb", "n": 3})
    assert table.splitlines() == ["ids.user_id  ann", "admin        yes", "rights       A, B", "note         a b",
                                  "n            3"]  # fmt: skip


def test_what_does_not_fit_the_terminal_is_cut() -> None:
    assert several(DEVICES, 12).splitlines()[1] == "d1        o…"
