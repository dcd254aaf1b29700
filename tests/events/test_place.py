"""Ids that appear out of order are each handed on once, when they appear."""

from claimstack.events.place import EAGER_POLLS, POLLS, Place


def test_ids_in_order_leave_nothing_to_ask_for() -> None:
    place = Place([3, 2, 1])
    place.passed([4, 5])
    assert place.newest == 5
    assert place.due() == []


def test_a_gap_is_asked_for_until_it_is_found() -> None:
    place = Place([1])
    place.passed([3, 4])
    assert place.due() == [2]
    assert place.due() == [2]
    place.found([2])
    assert place.due() == []


def test_a_gap_that_stood_when_reading_began_is_asked_for_too() -> None:
    assert Place([5, 3, 2]).due() == [4]
    assert Place([3]).due() == []


def test_a_gap_is_asked_for_rarely_after_a_while_and_given_up_in_the_end() -> None:
    place = Place([1])
    place.passed([3])
    asked = [bool(place.due()) for _ in range(POLLS * 2)]
    assert all(asked[:EAGER_POLLS])
    assert 0 < sum(asked[EAGER_POLLS:POLLS]) < POLLS // 4
    assert not any(asked[POLLS + 1 :])


def test_missing_ids_are_bounded() -> None:
    place = Place([1])
    place.passed([1_000_000])
    assert len(place.due()) == 10_000
    place.passed([1_000_002])
    assert len(place.due()) == 10_000
    assert place.due()[-1] == 1_000_001
