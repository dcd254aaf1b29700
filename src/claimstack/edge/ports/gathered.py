"""A connection that writes in one go what one step of the loop gives it.

uvicorn writes the head of an answer and its body apart. Each of them costs a system call and wakes the client, a tenth
of what a small answer costs in all.
"""

import asyncio
from typing import Any, Final

MOST_PARTS: Final = 8
LARGE: Final = 1 << 14
"""Bytes of a part that goes at once, with what waits: else a long answer would wait whole, and never be slowed down."""


class GatheredWrites:
    """A transport like the one inside, but for when it writes: at the end of the step, or before it closes."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._parts: list[bytes] = []
        self.is_closing = transport.is_closing

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Take it along; what was taken is written in the order it came."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)
        if len(data) >= LARGE or len(self._parts) >= MOST_PARTS:
            self._flush()

    def close(self) -> None:
        """Write what waits, then close."""
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(parts[0] if len(parts) == 1 else b"".join(parts))
