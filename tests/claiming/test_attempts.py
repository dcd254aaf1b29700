"""Caps on failed attempts: plain arithmetic."""

from hypothesis import given
from hypothesis import strategies as st

from claimstack.claiming.attempts import (
    DAY,
    HOUR,
    OVERALL,
    ClaimCaps,
    Tally,
    claimer_subject,
    device_subject,
    overall_subject,
)

CAPS = ClaimCaps()
NONE = Tally()
NOW = 1000 * DAY


def test_below_the_caps_nobody_waits() -> None:
    assert CAPS.wait(Tally(NOW, 9), Tally(NOW, 29), 999, NOW) is None


def test_a_full_device_waits_until_its_window_is_over() -> None:
    device = Tally(NOW, 10)
    assert CAPS.wait(device, NONE, 0, NOW + HOUR) == 23 * 3600
    assert CAPS.wait(device, NONE, 0, NOW + DAY) is None


def test_a_full_claimer_waits_until_the_hour_is_over() -> None:
    assert CAPS.wait(NONE, Tally(NOW, 30), 0, NOW) == 3600
    assert CAPS.wait(NONE, Tally(NOW, 30), 0, NOW + HOUR) is None


def test_the_longer_wait_counts() -> None:
    assert CAPS.wait(Tally(NOW, 10), Tally(NOW, 30), 0, NOW) == 24 * 3600


def test_over_the_overall_cap_a_claimer_is_slowed() -> None:
    assert CAPS.wait(NONE, Tally(NOW, 3), 999, NOW) is None
    assert CAPS.wait(NONE, Tally(NOW, 3), 1000, NOW) == 3600


@given(st.integers(0, 10**9))
def test_nothing_stops_a_claimer_who_never_failed(overall: int) -> None:
    assert CAPS.wait(NONE, NONE, overall, NOW) is None


@given(st.lists(st.integers(0, 3 * DAY), max_size=60))
def test_in_no_window_are_more_failures_than_the_cap(steps: list[int]) -> None:
    now, tally, window_of = NOW, NONE, []
    for step in steps:
        now += step // 10
        if CAPS.wait(tally, NONE, 0, now) is None:
            tally = tally.and_one(DAY, now)
            window_of.append(tally.began_at)
    assert all(window_of.count(began) <= CAPS.device for began in window_of)


def test_a_failure_after_the_window_begins_a_new_one() -> None:
    assert Tally(NOW, 9).and_one(DAY, NOW + DAY - 1) == Tally(NOW, 10)
    assert Tally(NOW, 9).and_one(DAY, NOW + DAY) == Tally(NOW + DAY, 1)


def test_the_longest_window_tells_when_counts_are_worthless() -> None:
    assert CAPS.longest_window == DAY


@given(st.binary(min_size=8, max_size=8))
def test_the_overall_count_stands_on_few_rows(dev_eui: bytes) -> None:
    assert overall_subject(dev_eui) in OVERALL


def test_subjects_of_devices_and_claimers_never_meet() -> None:
    assert device_subject(bytes(8), b"\xab" * 8) == "device:0000000000000000:ABABABABABABABAB"
    assert claimer_subject("user:7") == "claimer:user:7"
