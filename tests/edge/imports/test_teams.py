"""Work that is shared with another process comes back whole and in order, and its death is no silence."""

import os
import sys
from collections.abc import Generator, Iterator
from itertools import count

import pytest

from claimstack.edge.imports.teams import BATCH, FEW, Batch, judged

COMMAND = (sys.executable, "-m", "tests.edge.imports.naming")
ORDER = b"an order"
HERE = 0


def here(batch: Batch) -> Batch:
    return [(one, HERE, b"") for one in batch]


def result(work: Iterator[int] | range | list[int]) -> Generator[tuple[int, int, bytes]]:
    return judged(work, here, COMMAND, len(ORDER).to_bytes(4, "big") + ORDER)


@pytest.mark.parametrize("size", [0, 1, FEW - 1, FEW, FEW + 1, FEW + 2 * BATCH, FEW + 7 * BATCH + 3])
def test_results_come_whole_and_in_order(size: int) -> None:
    assert [one for one, _, _ in result(range(size))] == list(range(size))


def test_few_are_judged_here_and_of_many_every_other_batch_by_another_process_with_the_order() -> None:
    found = list(result(range(FEW + 4 * BATCH)))
    assert {pid for _, pid, _ in found[:FEW]} == {HERE}
    turns = [{pid for _, pid, _ in found[at : at + BATCH]} for at in range(FEW, FEW + 4 * BATCH, BATCH)]
    (other,) = turns[0]
    assert other not in (HERE, os.getpid())
    assert turns == [{other}, {HERE}, {other}, {HERE}]
    assert {order for _, pid, order in found if pid != HERE} == {ORDER}


def test_a_process_that_dies_is_noticed() -> None:
    with pytest.raises(RuntimeError, match="ended early"):
        list(result([*range(FEW), -1]))


def test_who_stops_taking_leaves_no_process_behind_and_reads_no_further() -> None:
    work = count()
    results = result(work)
    pids = {pid for _, pid, _ in (next(results) for _ in range(FEW + 2 * BATCH))} - {HERE}
    results.close()
    (pid,) = pids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert next(work) <= FEW + 4 * BATCH


def test_a_batch_larger_than_a_pipe_passes() -> None:
    assert [one for one, _, _ in result([*range(FEW), 1 << 8_000_000])][-1] == 1 << 8_000_000
