"""A secret stays inside whatever somebody does by accident."""

import copy
import pickle
from collections.abc import Callable

import pytest

from claimstack.vault import Secret

CANARY = b"canary-4711"


@pytest.mark.parametrize("show", [str, repr, "{}".format, lambda s: f"{s}", lambda s: f"{[s]}"])
def test_no_way_of_printing_shows_it(show: Callable[[Secret], str]) -> None:
    assert "4711" not in show(Secret(CANARY))


def test_it_is_not_pickled_or_copied_away() -> None:
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            leak(Secret(CANARY))


def test_equality_has_a_name_of_its_own() -> None:
    assert Secret(CANARY).same_as(Secret(CANARY))
    assert not Secret(CANARY).same_as(Secret(b"other"))
    with pytest.raises(TypeError, match="same_as"):
        Secret(CANARY) == Secret(CANARY)  # noqa: B015
    with pytest.raises(TypeError):
        hash(Secret(CANARY))


def test_the_one_way_out_is_reveal() -> None:
    assert Secret(CANARY).reveal() == CANARY
    assert len(Secret(CANARY)) == len(CANARY)
