"""Patterns of strangers mean what regular expressions mean, and never run away."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.events.pattern import Pattern, PatternError


def texts() -> st.SearchStrategy[str]:
    """Texts of the taken forms, nested as deep as they come."""
    atom = st.sampled_from(["a", "b", ".", r"\.", "[ab]", "[^a]", "^", "$", r"\w"])
    repeated = st.tuples(atom, st.sampled_from(["", "*", "+", "?"])).map(
        lambda pair: pair[0] if pair[0] in "^$" else "".join(pair)
    )
    return st.recursive(
        repeated,
        lambda inner: st.one_of(
            st.tuples(inner, inner).map("".join),
            st.tuples(inner, inner).map("|".join),
            st.tuples(inner, st.sampled_from(["", "*", "+", "?"])).map(lambda pair: f"({pair[0]}){pair[1]}"),
        ),
        max_leaves=8,
    )


@given(texts(), st.text("ab.x", max_size=6))
def test_a_pattern_fits_what_a_regular_expression_fits(text: str, word: str) -> None:
    assert Pattern(text).search(word) == bool(re.search(text.replace("$", r"\Z"), word))


def test_a_pattern_that_makes_others_run_away_ends_at_once() -> None:
    began = time.perf_counter()
    assert not Pattern("(a*)*(a|a)*(a?a?a?)*b").search("a" * 64)
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize(
    "text", ["(", ")", "*", "a{2}", "[a", "a|*", "\\", r"\1", r"\b", "(?=a)", "(?P<n>a)", "[b-a]", "x" * 101]
)
def test_other_forms_are_refused(text: str) -> None:
    with pytest.raises(PatternError):
        Pattern(text)
