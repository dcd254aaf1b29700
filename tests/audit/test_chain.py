"""Hash chains: whatever is done to a row is noticed, and where."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.audit import START, Broken, Link, digest, follow

VALUES = st.lists(st.one_of(st.none(), st.integers(), st.text(), st.binary()), max_size=4).map(tuple)
Row = tuple[int, bytes, bytes, tuple[int | str | bytes | None, ...]]


def chain(*contents: str) -> list[Row]:
    rows: list[Row] = []
    at = START
    for content in contents:
        after = at.next(content)
        rows.append((after.sequence, at.hash, after.hash, (content,)))
        at = after
    return rows


ROWS = chain("a", "b", "c")
END = Link(3, ROWS[-1][2])


def test_an_untouched_chain_is_whole() -> None:
    assert follow(ROWS, end=END) is None


def test_a_chain_whose_beginning_was_trimmed_is_whole_after_what_it_follows() -> None:
    assert follow(ROWS[1:], before=Link(1, ROWS[0][2]), end=END) is None


@pytest.mark.parametrize(
    ("rows", "broken"),
    [
        ([ROWS[0], ROWS[2]], Broken(2, "row is missing")),
        ([ROWS[1], ROWS[2]], Broken(1, "row is missing")),
        ([ROWS[0], (*ROWS[1][:3], ("x",)), ROWS[2]], Broken(2, "was changed")),
        ([ROWS[0], (2, b"x", *ROWS[1][2:]), ROWS[2]], Broken(2, "does not follow the row before")),
        (ROWS[:2], Broken(2, "is not the end that was recorded")),
        ([], Broken(0, "is not the end that was recorded")),
    ],
)
def test_what_was_done_to_a_chain_is_named(rows: list[Row], broken: Broken) -> None:
    assert follow(rows, end=END) == broken


@given(VALUES, VALUES)
def test_different_values_have_different_digests(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert (digest(*one) == digest(*other)) is (one == other and list(map(type, one)) == list(map(type, other)))


def test_values_do_not_run_into_each_other() -> None:
    assert len({digest("ab", "c"), digest("a", "bc"), digest(b"ab", "c"), digest("ab", "c", None), digest("abc")}) == 5


def test_a_digest_is_sha_256_over_framed_values() -> None:
    assert digest(1, "ä", b"\0", None) == sha256(b"i1;t2:\xc3\xa4b1:\x00n").digest()
