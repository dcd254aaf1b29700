"""Entries of a manifest judged by two processes in turns: each costs two checks of ES256, which fill a core.

The cutter deals batches out, first to one, then to the other, and takes results back in the same order, one batch
outstanding with each: so memory stays bounded, nobody waits for the other's answer, and rows keep their order.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import socket
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import cycle, islice
from typing import Any

SIZE = 2
BATCH = 64
_LENGTH = 4

Batch = list[Any]
Judge = Callable[[Batch], Batch]
"""Turns a batch of plain values into one of results; each process has its own."""


def in_turns(work: Iterable[Any], judge: Callable[[], Judge], size: int = SIZE) -> Iterator[Any]:
    """The results of all pieces of work (plain values), in their order. `judge` is called once in each process."""
    members = [_Member(judge) for _ in range(size)]
    try:
        pieces = iter(work)
        for member in cycle(members):
            yield from member.results()
            batch = list(islice(pieces, BATCH))
            if not batch:
                break
            member.give(batch)
        at = members.index(member)
        for waiting in members[at + 1 :] + members[:at]:
            yield from waiting.results()
    finally:
        for member in members:
            member.end()


class _Member:
    """A process that judges; ended by closing its line."""

    def __init__(self, judge: Callable[[], Judge]) -> None:
        self._line, theirs = socket.socketpair()
        self._owes = False
        self._pid = os.fork()
        if self._pid == 0:
            self._line.close()
            _serve(theirs, judge)
        theirs.close()

    def give(self, batch: Sequence[Any]) -> None:
        """Work for it; what it was given before has been taken back."""
        _send(self._line, batch)
        self._owes = True

    def results(self) -> Batch:
        """What it made of the last batch; nothing if it was given none."""
        if not self._owes:
            return []
        self._owes = False
        found = _received(self._line)
        if found is None:
            raise RuntimeError("a judging process ended early")
        return found

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)  # closing is not enough: later members hold copies of this end
        self._line.close()
        os.waitpid(self._pid, 0)


def _serve(line: socket.socket, judge: Callable[[], Judge]) -> None:
    """The life of a member. It leaves without a word: its parent's buffers are not its own."""
    try:
        decide = judge()
        while (batch := _received(line)) is not None:
            _send(line, decide(batch))
        os._exit(0)
    except BaseException:
        os._exit(1)


def _send(line: socket.socket, batch: Sequence[Any]) -> None:
    text = marshal.dumps(list(batch))
    line.sendall(len(text).to_bytes(_LENGTH, "big") + text)


def _received(line: socket.socket) -> Batch | None:
    head = _exactly(line, _LENGTH)
    text = _exactly(line, int.from_bytes(head, "big")) if head else None
    return None if text is None else list(marshal.loads(text))  # noqa: S302 - from our own process


def _exactly(line: socket.socket, size: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < size:
        piece = line.recv(min(1 << 20, size - len(parts)))
        if not piece:
            return None
        parts += piece
    return bytes(parts)
