"""One reader of the event table for all streams of this process: it polls only while somebody listens.

A thousand idle streams cost what one costs: a look at the table four times a second, and a nudge to each every ten
seconds to see whether it may go on.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

import structlog

from claimstack.errors import ResourceExhausted, Unavailable
from claimstack.events import store
from claimstack.events.inbox import Inbox
from claimstack.events.place import Place
from claimstack.events.store import Owner, Posted
from claimstack.storage import Reader

log = structlog.get_logger("claimstack.events")
POLL_SECONDS = 0.25
PAGE = 1000
RECENT = 100
NUDGE_POLLS = 40
MOST_STREAMS = 10_000
K = TypeVar("K")


class Feed:
    """Reads what is new and hands it to every inbox it concerns."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._place: Place | None = None
        self._poller: asyncio.Task[None] | None = None
        self._reading = asyncio.Lock()
        self._inboxes: dict[Inbox, int] = {}
        self._by_owner: defaultdict[Owner, set[Inbox]] = defaultdict(set)
        self._by_device: defaultdict[int, set[Inbox]] = defaultdict(set)
        self._polls = self._joined = 0
        self._closed = False

    async def join(self, inbox: Inbox) -> None:
        """From now on the inbox gets what happens; `leave` must follow."""
        if self._closed:
            raise Unavailable("pkg/events", "draining", "this node stops: open the stream again")
        if len(self._inboxes) >= MOST_STREAMS:
            raise ResourceExhausted("pkg/events", "too_many_streams", "too many streams are open").after(5)
        async with self._reading:
            if self._poller is None:
                self._place = None
            await self._read()  # what happened before now is not for this stream
            self._add(inbox)
            self._poller = self._poller or asyncio.create_task(self._poll())

    def _add(self, inbox: Inbox) -> None:
        self._joined += 1
        self._inboxes[inbox] = self._joined % NUDGE_POLLS
        for owner in inbox.owners:
            self._by_owner[owner].add(inbox)
        for device in inbox.devices:
            self._by_device[device].add(inbox)

    def leave(self, inbox: Inbox) -> None:
        """The stream has ended; the last one stops the reading."""
        if self._inboxes.pop(inbox, None) is None:
            return
        for owner in inbox.owners:
            _drop(self._by_owner, owner, inbox)
        for device in inbox.devices:
            _drop(self._by_device, device, inbox)
        if not self._inboxes and self._poller is not None:
            self._poller.cancel()
            self._poller = None

    def close(self) -> None:
        """End every stream, now and from now on: the process drains."""
        self._closed = True
        for inbox in self._inboxes:
            inbox.end()

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            self._polls += 1
            for inbox, slot in self._inboxes.items():
                if slot == self._polls % NUDGE_POLLS:
                    inbox.nudge()
            try:
                async with self._reading:
                    await self._read()
            except Exception as error:  # the database is away: streams wait for it
                log.warning("events cannot be read", kind=type(error).__name__)

    async def _read(self) -> None:
        if self._place is None:
            self._place = Place(await store.newest_ids(self._reader, RECENT))
            return
        place = self._place
        while rows := await store.after(self._reader, place.newest, PAGE):
            place.passed(row.id for row in rows)
            self._hand_out(rows)
        late = await store.late(self._reader, place.due())
        place.found(row.id for row in late)
        self._hand_out(late)

    def _hand_out(self, rows: Iterable[Posted]) -> None:
        for posted in rows:
            listening = self._by_owner.get(posted.owner, set())
            device = self._by_device.get(posted.end_device or 0, set())
            for inbox in listening | device:
                if inbox in listening and not posted.stale and inbox.wants(posted):
                    inbox.offer(posted)
                if inbox in device or posted.end_device is None:
                    inbox.nudge()  # the device may have a new owner, the caller fewer rights


def _drop(index: defaultdict[K, set[Inbox]], key: K, inbox: Inbox) -> None:
    index[key].discard(inbox)
    if not index[key]:
        del index[key]
