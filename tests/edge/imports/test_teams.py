"""Work dealt out to two processes comes back whole and in order, and a death among them is no silence."""

import os

import pytest

from claimstack.edge.imports.teams import BATCH, Batch, Judge, in_turns


def doubling() -> Judge:
    return lambda batch: [2 * one for one in batch]


@pytest.mark.parametrize("count", [0, 1, BATCH - 1, BATCH, 2 * BATCH, 7 * BATCH + 3])
def test_results_come_whole_and_in_order(count: int) -> None:
    assert list(in_turns(range(count), doubling)) == [2 * one for one in range(count)]


def test_both_take_part() -> None:
    def naming() -> Judge:
        return lambda batch: [os.getpid() for _ in batch]

    found = list(in_turns(range(4 * BATCH), naming))
    assert len(set(found)) == 2
    assert os.getpid() not in found


def test_a_process_that_dies_is_noticed() -> None:
    def dying() -> Judge:
        def judge(batch: Batch) -> Batch:
            raise ValueError

        return judge

    with pytest.raises(RuntimeError, match="ended early"):
        list(in_turns(range(3), dying))


def test_who_stops_taking_leaves_no_process_behind() -> None:
    results = in_turns(range(10 * BATCH), doubling)
    next(results)
    results.close()
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


def test_large_pieces_pass() -> None:
    work = [os.urandom(100_000) for _ in range(2 * BATCH)]
    assert list(in_turns(work, lambda: lambda batch: batch)) == work
