"""A nonce that was heard before starts nothing."""

import pytest

from claimstack.lorawan import DevNonce, MACVersion, RJCount
from claimstack.lorawan.otaa import Replay, rejoin_replayed, remembering, replayed

N = DevNonce.from_int
RANDOM, COUNTED = MACVersion.V1_0_3, MACVersion.V1_0_4


def test_the_first_join_is_new_whatever_its_nonce() -> None:
    for version in MACVersion:
        assert replayed(N(0), version, last=None, used=()) is None


def test_a_random_nonce_may_be_smaller_but_not_used() -> None:
    assert replayed(N(1), RANDOM, last=N(5), used=(N(5),)) is None
    assert replayed(N(5), RANDOM, last=N(5), used=(N(5),)) is Replay.USED


@pytest.mark.parametrize("version", [COUNTED, MACVersion.V1_1])
def test_a_counted_nonce_must_be_greater_than_the_last(version: MACVersion) -> None:
    assert replayed(N(6), version, last=N(5), used=()) is None
    assert replayed(N(5), version, last=N(5), used=()) is Replay.NOT_GREATER
    assert replayed(N(4), version, last=N(5), used=()) is Replay.NOT_GREATER
    assert replayed(N(0), version, last=N(0), used=()) is Replay.NOT_GREATER


def test_a_counted_nonce_is_compared_as_a_number() -> None:
    assert replayed(N(0x0100), COUNTED, last=N(0x00FF), used=()) is None


def test_only_the_latest_nonces_are_remembered_each_once() -> None:
    used: tuple[DevNonce, ...] = ()
    for number in [*range(12), 5]:
        used = remembering(used, N(number))
    assert used == tuple(map(N, [2, 3, 4, 6, 7, 8, 9, 10, 11, 5]))
    assert remembering(used, N(1), at_most=2) == (N(5), N(1))


def test_a_rejoin_count_only_grows_and_never_wraps() -> None:
    assert rejoin_replayed(RJCount.from_int(0), None) is None
    assert rejoin_replayed(RJCount.from_int(6), RJCount.from_int(5)) is None
    assert rejoin_replayed(RJCount.from_int(5), RJCount.from_int(5)) is Replay.NOT_GREATER
    assert rejoin_replayed(RJCount.from_int(0), RJCount.from_int(0xFFFF)) is Replay.NOT_GREATER
