"""Work that is shared with another process comes back whole and in order, and its death is no silence."""

import os
import sys
from collections.abc import Generator, Iterator
from itertools import count

import pytest

from claimstack.edge.imports.serving import Batch
from claimstack.edge.imports.teams import BATCH, FEW, OWN, judged

COMMAND = (sys.executable, "-m", "tests.edge.imports.naming")
CASE = ("a case", 7)
HERE = 0


def here(batch: Batch) -> Batch:
    return [(one, HERE, None) for one in batch]


def result(work: Iterator[int] | range | list[int]) -> Generator[tuple[int, int, object]]:
    return judged(work, here, COMMAND, CASE)


@pytest.mark.parametrize("size", [0, 1, FEW - 1, FEW, FEW + 1, FEW + 2 * BATCH, FEW + 7 * BATCH + 3])
def test_results_come_whole_and_in_order(size: int) -> None:
    assert [one for one, _, _ in result(range(size))] == list(range(size))


def test_few_are_judged_here_and_of_many_the_greater_part_by_another_process_that_was_told_the_case() -> None:
    found = list(result(range(FEW + 2 * (BATCH + OWN))))
    pids = [pid for _, pid, _ in found]
    assert set(pids[:FEW]) == {HERE}
    (other,) = set(pids) - {HERE, os.getpid()}
    assert pids[FEW:] == 2 * (BATCH * [other] + OWN * [HERE])
    assert {case for _, pid, case in found if pid != HERE} == {CASE}


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
    assert next(work) <= FEW + 3 * BATCH + 2 * OWN


def test_a_batch_larger_than_a_pipe_passes() -> None:
    assert [one for one, _, _ in result([*range(FEW), 1 << 8_000_000])][-1] == 1 << 8_000_000
