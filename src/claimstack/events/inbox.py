"""Where one stream waits: a bounded queue that the feed fills and the stream empties."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable

from claimstack.errors import ResourceExhausted, Unavailable
from claimstack.events.store import Owner, Posted

MOST_WAITING = 1000


class Inbox:
    """Events for one stream. `owners` and `devices` (surrogate keys) are what it listens to; `wants` decides."""

    def __init__(self, owners: Iterable[Owner], devices: Iterable[int], wants: Callable[[Posted], bool]) -> None:
        self.owners = frozenset(owners)
        self.devices = frozenset(devices)
        self.wants = wants
        self._waiting: deque[Posted] = deque()
        self._ready = asyncio.Event()
        self._full = self._ended = self._nudged = False

    def offer(self, posted: Posted) -> None:
        """Keep an event; a stream that does not keep up is ended, so that it holds up nobody else."""
        if len(self._waiting) >= MOST_WAITING:
            self._full = True
        else:
            self._waiting.append(posted)
        self._ready.set()

    def nudge(self) -> None:
        """Make the stream look again whether it may go on."""
        self._nudged = True
        self._ready.set()

    def end(self) -> None:
        """The process stops."""
        self._ended = True
        self._ready.set()

    @property
    def empty(self) -> bool:
        """Whether everything was taken."""
        return not self._waiting

    async def next(self) -> Posted | None:
        """The next event, or None for "look again". Raises `stream_too_slow`, and `draining` when the process stops."""
        await self._ready.wait()
        if self._ended:
            raise Unavailable("pkg/events", "draining", "this node stops: open the stream again")
        if self._full:
            raise ResourceExhausted(
                "pkg/events", "stream_too_slow", "more than {count} events were waiting", count=MOST_WAITING
            )
        if self._nudged:
            self._nudged = False
            self._settle()
            return None
        posted = self._waiting.popleft()
        self._settle()
        return posted

    def _settle(self) -> None:
        if not self._waiting:
            self._ready.clear()
