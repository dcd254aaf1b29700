"""Used DevNonces as bytes: a list while it is short, then a bitmap, and nothing is ever forgotten."""

import random

import pytest

from claimstack.lorawan import DevNonce
from claimstack.lorawan.used_dev_nonces import BITMAP_BYTES, MOST_IN_LIST, packed, unpacked, was_used, with_used


def n(number: int) -> DevNonce:
    return DevNonce.from_int(number)


def test_numbers_are_found_where_they_stand_and_not_in_between() -> None:
    kept = packed([0x0102, 0x0304])
    assert was_used(kept, n(0x0102))
    assert not was_used(kept, n(0x0203))
    assert not was_used(b"", n(0))


def test_a_number_behind_a_false_find_is_found() -> None:
    assert was_used(packed([0x0102, 0x0304, 0x0203]), n(0x0203))


def test_a_list_keeps_its_order() -> None:
    assert unpacked(with_used(packed([5, 3]), n(1))) == [5, 3, 1]
    assert with_used(packed([5, 3]), n(5)) == packed([5, 3])


@pytest.mark.parametrize("count", [MOST_IN_LIST, MOST_IN_LIST + 1, 65536])
def test_any_number_of_numbers_is_read_back(count: int) -> None:
    numbers = random.Random(1).sample(range(65536), count)
    kept = packed(numbers)
    assert len(kept) <= BITMAP_BYTES
    assert sorted(unpacked(kept)) == sorted(numbers)


def test_each_number_is_found_in_a_bitmap_and_no_other() -> None:
    numbers = set(random.Random(2).sample(range(65536), MOST_IN_LIST + 500))
    kept = packed(numbers)
    assert len(kept) == BITMAP_BYTES
    assert {number for number in range(65536) if was_used(kept, n(number))} == numbers
    assert with_used(kept, n(min(numbers))) == kept


def test_a_number_that_is_given_twice_stands_there_once() -> None:
    assert packed([7, 5, 7]) == packed([7, 5])
    assert len(packed([*range(MOST_IN_LIST), 0])) == len(packed(range(MOST_IN_LIST)))


def test_a_list_becomes_a_bitmap_when_that_is_shorter() -> None:
    kept = packed(range(MOST_IN_LIST))
    assert len(with_used(kept, n(65535))) == BITMAP_BYTES
    assert unpacked(with_used(kept, n(65535))) == [*range(MOST_IN_LIST), 65535]
    assert unpacked(with_used(with_used(kept, n(65535)), n(40000)))[-2:] == [40000, 65535]
