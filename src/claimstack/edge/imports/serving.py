"""The life of a process that judges for another, and how they speak: plain values over a pipe, each with its length."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from typing import IO, Any

_LENGTH = 4

Batch = list[Any]
Judge = Callable[[Batch], Batch]
"""Turns a batch of plain values into one of results; each process has its own."""


def serve(source: IO[bytes], out: IO[bytes], judge: Callable[[Any], Judge]) -> None:
    """First comes what the case is, then batches until there are no more."""
    case = received(source)
    if case is None:
        return
    decide = judge(case)
    while (batch := received(source)) is not None:
        send(out, decide(batch))


def send(line: IO[bytes], value: Any) -> None:
    """In one piece."""
    text = marshal.dumps(value)
    line.write(len(text).to_bytes(_LENGTH, "big") + text)
    line.flush()


def received(line: IO[bytes]) -> Any:
    """What was sent in one piece; None at the end. A buffered line reads all it is asked for."""
    head = line.read(_LENGTH)
    size = int.from_bytes(head, "big")
    text = line.read(size) if len(head) == _LENGTH else b""
    whole = len(head) == _LENGTH and len(text) == size
    return marshal.loads(text) if whole else None  # noqa: S302 - from our own process
