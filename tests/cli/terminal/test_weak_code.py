"""The client calls weak what the server calls weak."""

from hypothesis import given
from hypothesis import strategies as st

from claimstack import claiming
from claimstack.cli.terminal.weak_code import is_weak


@given(st.text(alphabet="01289ABCDEFGXYZabcxyz", max_size=20))
def test_both_rules_are_one(code: str) -> None:
    assert is_weak(code) is claiming.is_weak(code)


def test_a_code_of_four_letters_is_weak_and_a_made_one_is_not() -> None:
    assert is_weak("ABCD")
    assert not is_weak(claiming.make_code(bytes(range(3, 250, 25))))
