"""Entries of a manifest judged by two processes: each costs two checks of ES256, which fill a core.

The one that cuts gives a batch to the other, judges some itself, and takes the first one's results back: so rows keep
their order, and memory stays bounded. It makes the rows, too, so it judges fewer. A short manifest is judged where it
is cut. The other is started anew and not forked: a fork copies locks that threads hold.
"""

from __future__ import annotations

import subprocess
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, cast

from claimstack.edge.imports.serving import Batch, Judge, received, send

BATCH = 64
OWN = 40
"""How many the other judges, and how many meanwhile the one that cuts."""

FEW = 8 * BATCH
"""So many entries are judged sooner than another process has started."""

_PATIENCE = 10  # seconds for a process to end when nothing more comes


def judged(work: Iterable[Any], judge: Judge, command: Sequence[str], case: Any) -> Generator[Any]:
    """The results of all pieces of work, in their order: of the first by `judge`, of the others by turns also by a
    process of `command`, which is told the case and judges alike. Only plain values pass between the two.
    """
    pieces = iter(work)
    few = islice(pieces, FEW)
    while batch := list(islice(few, BATCH)):
        yield from judge(batch)
    if first := list(islice(pieces, BATCH)):
        yield from _in_turns(first, pieces, judge, _Member(command, case))


def _in_turns(first: Batch, pieces: Iterator[Any], judge: Judge, member: _Member) -> Iterator[Any]:
    try:
        given = first
        member.give(first)
        while given:
            own = judge(list(islice(pieces, OWN)))
            results = member.results()
            given = list(islice(pieces, BATCH))
            if given:  # before anybody has to wait for these results to be taken
                member.give(given)
            yield from results
            yield from own
    finally:
        member.end()


class _Member:
    """A process that judges; ended by closing its line."""

    def __init__(self, command: Sequence[str], case: Any) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        self.give(case)

    def give(self, value: Any) -> None:
        """The case first, then work; what it was given before has been taken back."""
        send(cast(IO[bytes], self._process.stdin), value)

    def results(self) -> Batch:
        """What it made of the last batch."""
        found = received(cast(IO[bytes], self._process.stdout))
        if found is None:
            raise RuntimeError("a judging process ended early")
        return cast(Batch, found)

    def end(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)
