"""`/console/events`: tells open pages that something changed, as server-sent events (HTML Living Standard §9.2).

It says that, never what: the page is fetched again with the rights of that moment. The stream is the contract's
`Events/Stream`, which looks at session and rights again and ends as soon as the visitor may no longer see the subject.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from starlette.responses import Response, StreamingResponse

from claimstack.console.ground import Visit
from claimstack.console.ground.guard import from_elsewhere
from claimstack.console.ground.rendering import page_headers
from claimstack.edge.errors import public
from claimstack.errors import ClaimstackError, Unavailable
from claimstack.wire import v3

MOST_SUBJECTS = 50
BEAT_SECONDS = 20
CHANGE, GONE, BEAT = b"event: change\ndata:\n\n", b"event: gone\ndata:\n\n", b": still here\n\n"


async def show_events(visit: Visit) -> Response:
    """`GET /console/events?application=A&device=A/D&organization=O`"""
    if from_elsewhere(visit.request):
        return Response(status_code=403)
    request = v3.StreamEventsRequest(identifiers=_subjects(visit))
    messages = visit.stream("Events/Stream", request)
    try:
        await anext(messages)  # a refusal must become a status before the headers have left
    except ClaimstackError as error:
        # 204 tells the browser not to come again; a draining server is come back to.
        return Response(status_code=503 if isinstance(error, Unavailable) else 204)
    headers = {**page_headers(visit), "x-accel-buffering": "no"}
    return StreamingResponse(_changes(messages), headers=headers, media_type="text/event-stream")


def _subjects(visit: Visit) -> list[v3.EntityIdentifiers]:
    found = []
    for kind, text in visit.query.multi_items()[:MOST_SUBJECTS]:
        ids = v3.EntityIdentifiers()
        if kind == "application":
            ids.application_ids.application_id = text
        elif kind == "organization":
            ids.organization_ids.organization_id = text
        elif kind == "device":
            application, _, ids.device_ids.device_id = text.partition("/")
            ids.device_ids.application_ids.application_id = application
        else:
            continue
        found.append(ids)
    return found


async def _changes(messages: AsyncGenerator[Any, None]) -> AsyncIterator[bytes]:
    """A line for every event; a beat while there is none, so that a lost connection is noticed."""
    yield b"retry: 2000\n\n"
    upcoming: asyncio.Future[Any] | None = None
    try:
        while True:
            upcoming = upcoming or asyncio.ensure_future(_next(messages))
            done, _ = await asyncio.wait({upcoming}, timeout=BEAT_SECONDS)
            if not done:
                yield BEAT
                continue
            ended = upcoming.result()
            upcoming = None
            if ended is not None:
                if ended:
                    yield GONE
                return
            yield CHANGE
    finally:
        if upcoming:
            upcoming.cancel()
            await asyncio.wait({upcoming})
        await messages.aclose()


async def _next(messages: AsyncGenerator[Any, None]) -> bool | None:
    """None for one more event; otherwise the stream has ended: True when the visitor may see it no longer."""
    try:
        return None if await anext(messages, None) is not None else False
    except Exception as error:
        return not isinstance(public(error), Unavailable)
