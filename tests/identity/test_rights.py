"""Rights as sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.identity import ALL_RIGHTS, APPLICATION_RIGHTS, NO_RIGHTS, Right, Rights
from claimstack.wire import v3

some_rights = st.sets(st.sampled_from(Right))


def test_every_right_has_the_number_and_name_of_the_contract() -> None:
    assert {f"RIGHT_{right.name}": int(right) for right in Right} == {
        name: number for name, number in v3.Right.items() if number
    }


def test_all_of_a_kind_means_each_of_that_kind() -> None:
    rights = Rights.granted([Right.APPLICATION_ALL])
    assert rights == APPLICATION_RIGHTS
    assert rights.has(Right.APPLICATION_DEVICES_WRITE_KEYS, Right.APPLICATION_SETTINGS_PACKAGES)
    assert not rights & Rights.of(Right.GATEWAY_INFO, Right.USER_INFO, Right.SEND_INVITES)


def test_all_means_everything_and_fits_a_signed_64_bit_column() -> None:
    assert Rights.granted([Right.ALL]) == ALL_RIGHTS == Rights.of(*Right)
    assert ALL_RIGHTS < 2**63


def test_unknown_numbers_grant_nothing() -> None:
    assert Rights.granted([0, 64, 1000, -1]) == NO_RIGHTS


@given(some_rights, some_rights)
def test_sets_behave_like_sets(first: set[Right], second: set[Right]) -> None:
    a, b = Rights.of(*first), Rights.of(*second)
    assert a.numbers() == sorted(first)
    assert a.both(b) == Rights.of(*(first & second))
    assert a.either(b) == Rights.of(*(first | second))
    assert a.covers(b) == (second <= first)
    assert a.has(*second) == (second <= first)


@given(some_rights)
def test_what_is_shown_grants_again_what_was_shown(rights: set[Right]) -> None:
    expanded = Rights.granted(rights)
    assert Rights.granted(expanded.collapsed()) == expanded


@pytest.mark.parametrize("right", [Right.ALL, Right.APPLICATION_ALL, Right.ORGANIZATION_ALL, Right.APPLICATION_INFO])
def test_a_grant_is_shown_as_it_was_written(right: Right) -> None:
    assert Rights.granted([right]).collapsed() == [right]
