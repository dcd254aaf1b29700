"""Files of import jobs over HTTP: sent in any number of pieces, tables handed out page by page.

PUT  /api/claimstack/v1/applications/{application_id}/imports/{import_id}/file         the file; POST will do, too
PUT  /api/claimstack/v1/applications/{application_id}/imports/{import_id}/keys         root keys, before the file
GET  /api/claimstack/v1/applications/{application_id}/imports/{import_id}/failed.csv   refused rows
POST /api/claimstack/v1/applications/{application_id}/imports/{import_id}/codes.csv    codes, once
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple

from claimstack.calls import Call
from claimstack.edge.json_codec import encode
from claimstack.errors import Invalid
from claimstack.imports import Downloads, Uploads
from claimstack.wire import claimstack_v1 as v1

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SILENT_SECONDS = 60.0
"""So long an upload may send nothing."""

_KEY_BYTES = 32
_PATH = re.compile(
    r"/api/claimstack/v1/applications/([a-z0-9-]{2,36})/imports/(\d{1,18})/(file|keys|failed\.csv|codes\.csv)"
)
_VERBS = {"file": ("PUT", "POST"), "keys": ("PUT", "POST"), "failed.csv": ("GET",), "codes.csv": ("POST",)}


class Transfer(NamedTuple):
    """What a path asks for."""

    application_id: str
    number: int
    what: str


class Transfers:
    """Answers those paths; rights and states are checked by the room."""

    def __init__(self, uploads: Uploads, downloads: Downloads, silent_seconds: float = SILENT_SECONDS) -> None:
        self._uploads, self._downloads, self._silent_seconds = uploads, downloads, silent_seconds

    def match(self, verb: str, path: str) -> Transfer | None:
        """The transfer that is asked for; None leaves the path to the contract's routes."""
        found = _PATH.fullmatch(path)
        if found is None or verb not in _VERBS[found[3]]:
            return None
        return Transfer(found[1], int(found[2]), found[3])

    async def answer(self, transfer: Transfer, call: Call, receive: Receive, send: Send, headers: Headers) -> None:
        """Do it; refusals are raised before anything was sent."""
        place = transfer.application_id, transfer.number
        call.method = f"claimstack.v1.ImportRegistry/{transfer.what}"
        if transfer.what in ("file", "keys"):
            receive_it = self._uploads.receive if transfer.what == "file" else self._uploads.receive_keys
            job = await receive_it(*place, _body(receive, self._silent_seconds), os.urandom(_KEY_BYTES), call)
            content = encode(v1.Import)(job)
            await send(_start([(b"content-type", b"application/json"), *headers]))
            await send({"type": "http.response.body", "body": content})
            return
        make = self._downloads.failed if transfer.what == "failed.csv" else self._downloads.codes
        await _table(await make(*place, call), transfer, send, headers)


async def _table(pieces: AsyncIterator[bytes], transfer: Transfer, send: Send, headers: Headers) -> None:
    name = f"import-{transfer.number}-{transfer.what}".encode()
    own = [
        (b"content-type", b"text/csv; charset=utf-8"),
        (b"content-disposition", b'attachment; filename="' + name + b'"'),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send(_start([*own, *headers]))
    async for piece in pieces:
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _start(headers: Headers) -> MutableMapping[str, Any]:
    return {"type": "http.response.start", "status": 200, "headers": headers}


async def _body(receive: Receive, silent_seconds: float) -> AsyncIterator[bytes]:
    while True:
        try:
            message = await asyncio.wait_for(receive(), silent_seconds)
        except TimeoutError:
            raise _incomplete() from None
        if message["type"] == "http.disconnect":
            raise _incomplete()
        if piece := message.get("body", b""):
            yield piece
        if not message.get("more_body"):
            return


def _incomplete() -> Invalid:
    return Invalid("pkg/rpc", "body_incomplete", "the request body ended early")
