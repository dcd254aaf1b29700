"""The process that reads a file: parsing and signatures keep a core busy, and strangers' files are kept at a distance.

It gets an order and the file on its standard input, and writes what it found to its standard output: frames of a
length (4 bytes, big-endian) and a marshalled `Frame`. It knows no KEK, and asks nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import marshal
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, NamedTuple

from claimstack.end_devices.bulk import Wish

LENGTH_BYTES = 4
_AHEAD = 1 << 21  # bytes of frames that may wait here while the database is busy


class Order(NamedTuple):
    """What to read and how: the format, what was asked for (serialized), now in microseconds, whom to believe,
    and root keys that stand in a file of their own.
    """

    format_id: str
    request: bytes
    now: int
    signers: bytes = b""
    roots: bytes = b""
    keys: bytes = b""


class FoundRow(NamedTuple):
    """A row of the file. `error` is empty when there is a `wish`; `last`: nothing more can be read behind it.

    `takes_code`: whether the device can be claimed at all.
    """

    line: int
    column: int
    error: str = ""
    reason: str = ""
    warnings: str = ""
    wish: Wish | None = None
    takes_code: bool = False
    last: bool = False


class Frame(NamedTuple):
    """Rows that were found, and how many bytes of the file were read until then; `ended`: there are no more."""

    rows: Sequence[FoundRow]
    bytes_read: int
    ended: bool = False


class ReaderDied(Exception):
    """The process ended before the file did."""


def packed(value: Frame | Order) -> bytes:
    """An order or a frame, with its length before it."""
    # Tuples with names become bare ones, which is all that marshal knows.
    bare = ([plain(row) for row in value.rows], *value[1:]) if isinstance(value, Frame) else tuple(value)
    text = marshal.dumps(bare)  # type: ignore[arg-type]
    return len(text).to_bytes(LENGTH_BYTES, "big") + text


def plain(row: FoundRow) -> tuple[Any, ...]:
    """A row as bare values, which pass between processes."""
    line, column, error, reason, warnings, wish, takes_code, last = row
    return line, column, error, reason, warnings, wish and tuple(wish), takes_code, last


def unpacked_order(text: bytes) -> Order:
    """The order out of its bytes."""
    return Order(*marshal.loads(text))  # noqa: S302 - from our own process


def _unpacked_frame(text: bytes) -> Frame:
    rows, bytes_read, ended = marshal.loads(text)  # noqa: S302 - from our own process
    return Frame([unplain(row) for row in rows], bytes_read, ended)


def unplain(values: tuple[Any, ...]) -> FoundRow:
    """The row out of its bare values."""
    line, column, error, reason, warnings, wish, takes_code, last = values
    return FoundRow(line, column, error, reason, warnings, wish and Wish(*wish), takes_code, last)


async def frames(command: Sequence[str], order: Order, pieces: Callable[[], Iterator[bytes]]) -> AsyncIterator[Frame]:
    """What the process finds in the file. `pieces` is run in a thread. Ends the process whatever happens."""
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=_AHEAD)
    feeding = asyncio.create_task(_feed(process, packed(order), pieces()))
    try:
        async for frame in _frames(process):
            yield frame
            if frame.ended:
                break
        else:
            feeding.cancel()
            raise ReaderDied
        if feeding.done():
            feeding.result()  # a file that could not be read to its end is not a short one
    finally:
        feeding.cancel()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await asyncio.gather(feeding, return_exceptions=True)
        await process.wait()


async def _feed(process: Process, order: bytes, pieces: Iterator[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.write(order)
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has read enough
        while (piece := await asyncio.to_thread(next, pieces, None)) is not None:
            process.stdin.write(piece)
            await process.stdin.drain()
        process.stdin.close()


async def _frames(process: Process) -> AsyncIterator[Frame]:
    assert process.stdout is not None
    with contextlib.suppress(asyncio.IncompleteReadError):
        while True:
            length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES), "big")
            yield _unpacked_frame(await process.stdout.readexactly(length))
