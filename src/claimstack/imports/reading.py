"""The process that reads a file: parsing and signatures keep a core busy, and strangers' files are kept at a distance.

It gets an order and the file on its standard input, and writes what it found to its standard output, in frames (see
`import_rows/row.py`). It knows no KEK, and asks nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

from claimstack.import_rows import LENGTH_BYTES, Frame, Order, packed, unpacked_frame

_AHEAD = 1 << 21  # bytes of frames that may wait here while the database is busy


class ReaderDied(Exception):
    """The process ended before the file did."""


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
            yield unpacked_frame(await process.stdout.readexactly(length))
