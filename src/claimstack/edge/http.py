"""The HTTP port as one plain ASGI application: the transcoded API, probes, metrics, OpenAPI, and the pages behind them.

The API answers every origin (it takes no cookie from another one), so browsers of integrators may use it directly.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import quote

import orjson
from google.protobuf.message import Message

from claimstack.calls import Call
from claimstack.edge import limits
from claimstack.edge.dispatcher import Dispatcher
from claimstack.edge.errors import Answer
from claimstack.edge.imports.transfers import Transfers
from claimstack.edge.json_codec import encode
from claimstack.edge.metrics import exposition, observe
from claimstack.edge.routes import Routes
from claimstack.errors import Invalid, ResourceExhausted, Unauthenticated, Unimplemented
from claimstack.wire import v3

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

JSON = (b"content-type", b"application/json")
CORS: Headers = [
    (b"access-control-allow-origin", b"*"),
    (
        b"access-control-expose-headers",
        b"Date, Content-Length, X-Rate-Limit-Limit, X-Rate-Limit-Available, X-Rate-Limit-Reset,"
        b" X-Rate-Limit-Retry, X-Request-Id, X-Total-Count, X-Warning",
    ),
]
PREFLIGHT: Headers = [
    *CORS,
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"Authorization, Content-Type, Idempotency-Key, X-CSRF-Token"),
    (b"access-control-max-age", b"600"),
]
_METADATA = "grpc-metadata-"
_API = ("/api/v3/", "/api/claimstack/")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Document(NamedTuple):
    """A page made from the contract: its bytes when asked for, media type and content security policy."""

    content: Callable[[], bytes]
    media_type: str
    policy: str = "default-src 'none'"

    def headers(self) -> Headers:
        """Its own headers."""
        return [
            (b"content-type", self.media_type.encode()),
            (b"content-security-policy", self.policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"cache-control", b"no-cache"),
        ]


class Dialects(Protocol):
    """What other networks and clusters speak."""

    def serves(self, path: str) -> bool: ...

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None: ...


class HttpApplication:
    """Sends each path where it is answered."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        routes: Routes,
        ready: Callable[[], bool],
        documents: Mapping[str, Document],
        pages: Application,
        session_token: Callable[[Mapping[str, str]], str | None],
        trusted_proxies: tuple[str, ...] = (),
        transfers: Transfers | None = None,
        dialects: Dialects | None = None,
    ) -> None:
        self._dispatcher = dispatcher
        self._routes = routes
        self._ready = ready
        self._documents = documents
        self._pages = pages
        self._session_token = session_token
        self._trusted = trusted_proxies
        self._transfers = transfers
        self._dialects = dialects

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path: str = scope["path"]
        if path in self._documents and scope["method"] in ("GET", "HEAD"):
            document = self._documents[path]
            await _send(send, 200, document.content(), [*document.headers(), *CORS])
        elif path.startswith(_API):
            await self._api(scope, receive, send)
        elif path in ("/healthz", "/readyz", "/metrics"):
            await self._probe(path, send)
        elif self._dialects and self._dialects.serves(path):
            await self._dialects(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    async def _probe(self, path: str, send: Send) -> None:
        if path == "/metrics":
            body, media_type = exposition()
            await _send(send, 200, body, [(b"content-type", media_type.encode())])
            return
        good = path == "/healthz" or self._ready()
        await _send(send, 200 if good else 503, b"ok\n" if good else b"not ready\n", [(b"content-type", b"text/plain")])

    async def _api(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            await _send(send, 204, b"", PREFLIGHT)
            return
        started = time.perf_counter()
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        call = self._dispatcher.call_for("", self._metadata(headers), self._remote(scope, headers))
        try:
            await self._answered(scope, receive, send, call)
            code = 0
        except Exception as error:
            failure = self._dispatcher.failed(call, error)
            code = failure.code
            await _send(send, _status(failure, error), error_body(failure), _error_headers(failure, call, error))
        observe(call.method or "none", code, started)

    async def _answered(self, scope: Scope, receive: Receive, send: Send, call: Call) -> None:
        if self._transfers and (transfer := self._transfers.match(scope["method"], scope["path"])):
            await self._dispatcher.identify(call)
            await self._transfers.answer(transfer, call, receive, send, [*CORS, *_answer_headers(call)])
            return
        raw_path = scope.get("raw_path") or quote(scope["path"]).encode()
        match = self._routes.match(scope["method"], raw_path.decode("latin-1"))
        method = self._dispatcher.methods.get(match.method)
        call.method = match.method
        if method is None:
            raise Unimplemented("pkg/rpc", "not_served", "`{method}` is not served here", method=match.method)
        body = await _body(receive)
        request = match.message(scope["query_string"], body)
        if method.streams:
            await self._stream(method, request, call, scope, receive, send)
            return
        response = await self._dispatcher.unary(method, request, call)
        await _send(send, 200, encode(type(response))(response), [JSON, *CORS, *_answer_headers(call)])

    async def _stream(
        self, method: Any, request: Message, call: Call, scope: Scope, receive: Receive, send: Send
    ) -> None:
        accept = dict(scope["headers"]).get(b"accept", b"")
        blocks = b"text/event-stream" in accept
        media_type = b"text/event-stream" if blocks else b"application/json"
        messages = _while_connected(self._dispatcher.stream(method, request, call), receive)
        first = await anext(messages, None)  # a refusal must become a status before the headers have left
        headers = [(b"content-type", media_type), *CORS, *_answer_headers(call)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if first is not None:
            await send(_block(_result(first), blocks))
            try:
                async for message in messages:
                    await send(_block(_result(message), blocks))
            except Exception as error:  # too late for a status: the reason is the last block
                await send(_block(b'{"error":' + error_body(self._dispatcher.failed(call, error)) + b"}", blocks))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _metadata(self, headers: dict[str, str]) -> dict[str, str]:
        """Headers as gRPC metadata; `Grpc-Metadata-X` is x; a session cookie counts only without another credential."""
        told = [name for name in headers if name.startswith(_METADATA)]
        metadata = headers | {name.removeprefix(_METADATA): headers[name] for name in told} if told else headers
        if "authorization" not in metadata and "cookie" in headers and (token := self._session_token(headers)):
            return metadata | {"authorization": f"Bearer {token}"}
        return metadata

    def _remote(self, scope: Scope, headers: Mapping[str, str]) -> str:
        address: str = (scope.get("client") or ("",))[0]
        forwarded = headers.get("x-forwarded-for", "")
        if address in self._trusted and forwarded:
            return forwarded.rpartition(",")[2].strip()
        return address


async def _while_connected(messages: AsyncIterator[Message], receive: Receive) -> AsyncIterator[Message]:
    """The messages until the client goes away, which nobody else would notice while there is nothing to send."""
    gone = asyncio.ensure_future(receive())
    try:
        while True:
            upcoming = asyncio.ensure_future(anext(messages, None))
            await asyncio.wait({gone, upcoming}, return_when=asyncio.FIRST_COMPLETED)
            if not upcoming.done():
                upcoming.cancel()
                return
            if (message := upcoming.result()) is None:
                return
            yield message
    finally:
        gone.cancel()


async def _body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Invalid("pkg/rpc", "body_incomplete", "the request body ended early")
        part = message.get("body", b"")
        size += len(part)
        if size > limits.MOST_BODY_BYTES:
            raise _TooLarge(
                "pkg/rpc",
                "body_too_large",
                "the request body is larger than {bytes} bytes",
                bytes=limits.MOST_BODY_BYTES,
            )
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


class _TooLarge(ResourceExhausted):
    """413 for HTTP, ResourceExhausted for the contract."""


def _status(failure: Answer, error: BaseException) -> int:
    if isinstance(error, _TooLarge):
        return 413
    return int(getattr(error, "http_status", failure.http_status))


def _answer_headers(call: Call) -> Headers:
    # An id that the client gave comes back to it; logs and errors have our own, which nobody can choose.
    given = call.metadata.get("x-request-id", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else call.correlation_id
    headers = [(b"x-request-id", request_id.encode()), (b"cache-control", b"no-store")]
    for name, value in call.headers.items():
        headers.append((b"x-warning" if name == "warning" else name.encode(), value.encode("latin-1", "replace")))
    return headers


def _error_headers(failure: Answer, call: Call, error: BaseException) -> Headers:
    headers = [JSON, *CORS, *_answer_headers(call)]
    if failure.retry_after is not None:
        seconds = str(int(failure.retry_after) + 1).encode()
        headers += [(b"retry-after", seconds), (b"x-rate-limit-reset", seconds)]
    if failure.code == Unauthenticated.code:
        headers.append((b"www-authenticate", b"Bearer"))
    if allow := getattr(error, "allow", None):
        headers.append((b"allow", ", ".join(allow).encode()))
    return headers


def error_body(failure: Answer) -> bytes:
    """The error in the contract's JSON form: code, message, details with their `@type`."""
    details = v3.ErrorDetails()
    failure.status.details[0].Unpack(details)
    shown = orjson.loads(encode(v3.ErrorDetails)(details))
    words = {"@type": "type.googleapis.com/ttn.lorawan.v3.ErrorDetails", **shown}
    return orjson.dumps({"code": failure.code, "message": failure.text, "details": [words]})


def _result(message: Message) -> bytes:
    return b'{"result":' + encode(type(message))(message) + b"}"


def _block(text: bytes, event_stream: bool) -> MutableMapping[str, Any]:
    body = text + (b"\n\n" if event_stream else b"\n")  # the field's clients expect bare JSON, without `data:`
    return {"type": "http.response.body", "body": body, "more_body": True}


async def _send(send: Send, status: int, body: bytes, headers: Headers) -> None:
    length = (b"content-length", str(len(body)).encode())
    extra = [] if status == 204 else [length]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *extra]})
    await send({"type": "http.response.body", "body": body})
