"""One stream: its start event, the tail it asked for, then what happens, until the caller may see it no longer.

A stream that listens before it reads the tail misses nothing in between; what both bring is sent once.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

from google.protobuf.timestamp_pb2 import Timestamp

from claimstack.events import store
from claimstack.events.feed import Feed
from claimstack.events.inbox import Inbox
from claimstack.events.names import Names
from claimstack.events.sight import Sight
from claimstack.events.store import Posted
from claimstack.storage import Busy, Reader
from claimstack.wire import v3

if TYPE_CHECKING:  # calls are of identity, and identity posts events
    from claimstack.calls import Call

MOST_TAIL = 1000


class Stream:
    """What one caller asked for."""

    def __init__(self, reader: Reader, feed: Feed, sight: Sight, request: v3.StreamEventsRequest, call: Call) -> None:
        self._reader, self._feed, self._sight, self._call = reader, feed, sight, call
        self._request = request
        self._names = Names(request.names)

    async def messages(self) -> AsyncIterator[v3.Event]:
        """Every message of the stream; the errors that end it are raised."""
        await self._sight.open()
        inbox = Inbox(self._sight.owners, self._sight.devices, self._wants)
        await self._feed.join(inbox)
        try:
            tail = await self._tail()
            yield self._start()
            for posted in tail:
                yield posted.message
            async for posted in self._coming(inbox, {posted.id for posted in tail}):
                yield posted.message
        finally:
            self._feed.leave(inbox)

    def _wants(self, posted: Posted) -> bool:
        return self._sight.shows(posted) and posted.message.name in self._names

    async def _coming(self, inbox: Inbox, sent: set[int]) -> AsyncIterator[Posted]:
        while True:
            posted = await inbox.next()
            if posted is None:
                with suppress(Busy):  # while the database is away nothing is shown, and nobody need open again
                    await self._sight.look()
            elif posted.id not in sent:
                await self._sight.look_if_old()
                if self._wants(posted):
                    yield posted
            if inbox.empty:
                self._sight.require_all()

    async def _tail(self) -> list[Posted]:
        """Earlier events, oldest first: the last `tail`, those `after` a moment, or the fewer of both."""
        request = self._request
        if not request.tail and not request.HasField("after"):
            return []
        limit = min(request.tail or MOST_TAIL, MOST_TAIL)
        since = _micros(request.after) if request.HasField("after") else 0
        found: dict[int, Posted] = {}
        for subject in self._sight.subjects:
            owner = (subject.kind, subject.entity)
            rows = await store.of_entity(self._reader, owner, subject.device, since, self._looked_through(limit))
            found.update({posted.id: posted for posted in rows if self._wants(posted)})
        return [found[event] for event in sorted(found)][-limit:]

    def _looked_through(self, limit: int) -> int:
        """How many rows are read to find that many: more when names are asked for."""
        return MOST_TAIL * 10 if self._request.names else limit

    def _start(self) -> v3.Event:
        now = Timestamp()
        now.FromDatetime(self._call.now)
        return v3.Event(
            name="events.stream.start",
            time=now,
            identifiers=self._request.identifiers,
            correlation_ids=[self._call.correlation_id],
            unique_id=self._call.correlation_id,
        )


def _micros(moment: Timestamp) -> int:
    return int(moment.seconds * 1_000_000 + moment.nanos // 1000)
