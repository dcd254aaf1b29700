"""The contract's `Events` service: streams of what happens, and what belongs to one request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from claimstack.errors import ClaimstackError, Unauthenticated
from claimstack.events import store
from claimstack.events.feed import Feed
from claimstack.events.sight import See, Sight, Subject, subject_of, subjects_of
from claimstack.events.store import Posted
from claimstack.events.stream import Stream
from claimstack.storage import Database
from claimstack.wire import v3

if TYPE_CHECKING:  # calls are of identity, and identity posts events
    from claimstack.calls import Call

RELATED_AMONG = 10_000
MOST_RELATED = 1000


class Events:
    """Serves events; `close()` ends every stream (the process drains)."""

    def __init__(self, db: Database, see: See) -> None:
        self._db = db
        self._see = see
        self._feed = Feed(db)

    def close(self) -> None:
        """End every stream and refuse new ones."""
        self._feed.close()

    async def Stream(self, request: v3.StreamEventsRequest, call: Call) -> AsyncIterator[v3.Event]:
        """First `events.stream.start`, then earlier events if asked, at most 1000, then what happens."""
        _require_credential(call)
        sight = Sight(self._db, self._see, call, subjects_of(request.identifiers))
        messages = Stream(self._db, self._feed, sight, request, call).messages()
        try:
            async for message in messages:
                yield message
        finally:
            await messages.aclose()  # type: ignore[attr-defined]

    async def FindRelated(self, request: v3.FindRelatedEventsRequest, call: Call) -> v3.FindRelatedEventsResponse:
        """The events with that correlation id that the caller may see, among the newest ten thousand of all."""
        _require_credential(call)
        word = request.correlation_id
        newest = await store.newest_ids(self._db, 1)
        since = newest[0] - RELATED_AMONG if newest else 0
        found = await store.mentioning(self._db, word.encode(), since, MOST_RELATED)
        related = [p for p in found if word in p.message.correlation_ids and p.message.identifiers]
        seen = await self._seen(related, call)
        shown = [posted.message for posted in related if any(subject.shows(posted) for subject in seen)]
        return v3.FindRelatedEventsResponse(events=shown)

    async def _seen(self, related: list[Posted], call: Call) -> list[Subject]:
        """The entities of these events that the caller has rights on."""
        subjects = {(s.kind, s.uid): s for s in (_owner(posted) for posted in related)}
        seen = []
        for subject in subjects.values():
            try:
                entity = await self._see(call, subject.kind, subject.uid)
            except ClaimstackError:  # not theirs: as if there were no such event
                continue
            subject.entity, subject.rights = entity.id, entity.rights
            seen.append(subject)
        return seen


def _require_credential(call: Call) -> None:
    if call.caller.anonymous:
        raise Unauthenticated("pkg/identityserver", "unauthenticated", "unauthenticated")


def _owner(posted: Posted) -> Subject:
    subject = subject_of(posted.message.identifiers[0])
    subject.device_uid = ""
    return subject
