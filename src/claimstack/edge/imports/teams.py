"""Entries of a manifest judged by two processes: each costs two checks of ES256, which fill a core.

The one that cuts gives a batch to the other, judges the next itself, and takes the first one's results back: so rows
keep their order, and memory stays bounded. A short manifest is judged where it is cut. The other is started anew and
not forked: a fork copies locks that threads hold.
"""

from __future__ import annotations

import marshal
import subprocess
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, Any, cast

BATCH = 64
FEW = 8 * BATCH
"""So many entries are judged sooner than another process has started."""

_LENGTH = 4
_PATIENCE = 10  # seconds for a process to end when nothing more comes

Batch = list[Any]
Judge = Callable[[Batch], Batch]
"""Turns a batch of plain values into one of results; each process has its own."""


def judged(work: Iterable[Any], judge: Judge, command: Sequence[str], order: bytes) -> Generator[Any]:
    """The results of all pieces of work (plain values), in their order: of the first by `judge`, of the others by turns
    also by a process of `command`, which is given the order (with its length before it) and judges alike.
    """
    pieces = iter(work)
    for batch in _batches(islice(pieces, FEW)):
        yield from judge(batch)
    rest = _batches(pieces)
    first = next(rest, None)
    if first is not None:
        yield from _in_turns(first, rest, judge, _Member(command, order))


def serve(source: IO[bytes], out: IO[bytes], judge: Callable[[bytes], Judge]) -> None:
    """The life of such a process: an order first, then batches until there are no more."""
    order = _received(source)
    if order is None:
        return
    decide = judge(order)
    while (text := _received(source)) is not None:
        _send(out, decide(marshal.loads(text)))  # noqa: S302 - from our own process


def _batches(pieces: Iterator[Any]) -> Iterator[Batch]:
    while batch := list(islice(pieces, BATCH)):
        yield batch


def _in_turns(first: Batch, rest: Iterator[Batch], judge: Judge, member: _Member) -> Iterator[Any]:
    try:
        given: Batch | None = first
        member.give(first)
        while given:
            own = judge(next(rest, []))
            results = member.results()
            given = next(rest, None)
            if given:  # before anybody has to wait for these results to be taken
                member.give(given)
            yield from results
            yield from own
    finally:
        member.end()


class _Member:
    """A process that judges; ended by closing its line."""

    def __init__(self, command: Sequence[str], order: bytes) -> None:
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - ours
        self._write(order)

    def give(self, batch: Batch) -> None:
        """Work for it; what it was given before has been taken back."""
        self._write(_packed(batch))

    def results(self) -> Batch:
        """What it made of the last batch."""
        found = _received(cast(IO[bytes], self._process.stdout))
        if found is None:
            raise RuntimeError("a judging process ended early")
        return cast(Batch, marshal.loads(found))  # noqa: S302 - from our own process

    def end(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=_PATIENCE)

    def _write(self, text: bytes) -> None:
        line = cast(IO[bytes], self._process.stdin)
        line.write(text)
        line.flush()


def _packed(batch: Batch) -> bytes:
    text = marshal.dumps(batch)
    return len(text).to_bytes(_LENGTH, "big") + text


def _send(line: IO[bytes], batch: Batch) -> None:
    line.write(_packed(batch))
    line.flush()


def _received(line: IO[bytes]) -> bytes | None:
    """What was sent in one piece; None at the end. A buffered line reads all it is asked for."""
    head = line.read(_LENGTH)
    size = int.from_bytes(head, "big")
    text = line.read(size) if len(head) == _LENGTH else b""
    return text if len(head) == _LENGTH and len(text) == size else None
