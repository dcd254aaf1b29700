"""Calls of the contract: one method for a message, one for a stream, errors as values to show.

Each mutation carries an `Idempotency-Key`, so that asking again after a lost answer cannot do a
thing twice. Busy answers (ResourceExhausted, Unavailable) are repeated as often as the
configuration allows.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

from claimstack import __version__
from claimstack.cli.client import contract, hints
from claimstack.cli.client.connection import (
    Answer,
    Connection,
    LostAnswer,
    NotHTTP,
    Unreachable,
)
from claimstack.cli.client.failures import (
    RESOURCE_EXHAUSTED,
    UNAVAILABLE,
    Failure,
    Refused,
    refusal,
)
from claimstack.cli.client.masking import masked

Message = dict[str, Any]
Request = tuple[str, str, dict[str, str], bytes]  # method, target, headers, body


class Addresses(Protocol):
    """Where the components are and how patient the client is; the configuration answers this."""

    def http_address(self, component: str) -> tuple[str, int]: ...
    def tls(self) -> Any: ...
    @property
    def retries(self) -> int: ...
    @property
    def retry_wait(self) -> float: ...


class Api:
    """The server's API. `authorize` gives the Authorization value, "" for none."""

    def __init__(
        self,
        addresses: Addresses,
        authorize: Callable[[], str],
        dump: Callable[[str, Message], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.addresses, self.authorize, self.dump, self.sleep = addresses, authorize, dump, sleep
        self.total: int | None = None
        self.warnings: list[str] = []
        self._connections: dict[tuple[str, int], Connection] = {}

    def close(self) -> None:
        """Close every connection."""
        for connection in self._connections.values():
            connection.close()

    def call(self, rpc: str, request: Message | None = None, *, token: str | None = None) -> Message:
        """The answer to one request; Failure if the server refuses or cannot be reached."""
        answer = self._asked(rpc, request or {}, token)
        body = answer.read()
        self._note(answer)
        return self._message(rpc, answer, body)

    def stream(self, rpc: str, request: Message) -> Iterator[Message]:
        """The messages of a streaming answer, as they arrive."""
        answer = self._asked(rpc, request, None)
        rest = b""
        try:
            for piece in answer.pieces():
                *lines, rest = (rest + piece).split(b"\n")
                for line in lines:
                    yield from _streamed(line)
        except LostAnswer as lost:
            raise Failure("lost_answer", f"the stream broke off: {lost}") from lost
        yield from _streamed(rest)

    def send(self, rpc: str, target: str, size: int, pieces: Iterator[bytes]) -> Message:
        """Send a file to where that RPC is served; the answer's message."""
        headers = {**self._headers(rpc, b"", None), "Content-Type": "application/octet-stream"}
        connection = self._connection(rpc)
        try:
            answer = connection.send("PUT", target, headers, size, pieces)
            if answer.status >= 400:
                raise self._refused(rpc, answer)
            return self._message(rpc, answer, answer.read())
        except Unreachable as failure:
            raise hints.unreachable(_place(connection), connection.tls is not None, failure) from failure
        except LostAnswer as lost:
            raise Failure("lost_answer", f"{_place(connection)}: {lost}") from lost

    def fetch(self, rpc: str, method: str, target: str) -> bytes:
        """A file from where that RPC is served."""
        answer = self._once_more(rpc, (method, target, self._headers(rpc, b"", None), b""))
        if answer.status >= 400:
            raise self._refused(rpc, answer)
        return answer.read()

    def _asked(self, rpc: str, request: Message, token: str | None) -> Answer:
        method, target, body = contract.route(rpc, request)
        if self.dump:
            self.dump(rpc, masked(request))
        payload = b"" if body is None else json.dumps(body).encode()
        headers = self._headers(rpc, payload, token)
        for attempt in range(self.addresses.retries + 1):
            answer = self._once_more(rpc, (method, target, headers, payload))
            if answer.status < 400:
                return answer
            refused = self._refused(rpc, answer)
            if attempt == self.addresses.retries or not _is_busy(refused):
                raise refused
            self.sleep(refused.retry_after() or self.addresses.retry_wait)
        raise AssertionError("unreachable")

    def _headers(self, rpc: str, payload: bytes, token: str | None) -> dict[str, str]:
        headers = {"Accept": "application/json", "User-Agent": f"claimstack/{__version__}"}
        authorization = self.authorize() if token is None else f"Bearer {token}"
        if authorization:
            headers["Authorization"] = authorization
        if payload:
            headers["Content-Type"] = "application/json"
        if not contract.is_read(rpc):
            headers["Idempotency-Key"] = os.urandom(16).hex()
        return headers

    def _connection(self, rpc: str) -> Connection:
        place = self.addresses.http_address(contract.component(rpc))
        if place not in self._connections:
            self._connections[place] = Connection(*place, tls=self.addresses.tls())
        return self._connections[place]

    def _once_more(self, rpc: str, request: Request) -> Answer:
        """Ask; when the answer is lost, ask once more: the idempotency key makes that safe."""
        try:
            return self._ask(rpc, request)
        except LostAnswer:
            self._connection(rpc).close()
        try:
            return self._ask(rpc, request)
        except LostAnswer as lost:
            hint = "the request may or may not have been done; look before you repeat it"
            if self._connection(rpc).tls is None:
                hint += " (a port that speaks TLS hangs up, too: then leave out --insecure)"
            raise Failure("lost_answer", f"{_place(self._connection(rpc))}: {lost}", hint) from lost

    def _ask(self, rpc: str, request: Request) -> Answer:
        connection = self._connection(rpc)
        try:
            answer = connection.request(*request)
        except Unreachable as failure:
            tls = connection.tls is not None
            raise hints.unreachable(_place(connection), tls, failure) from failure
        except NotHTTP as failure:
            raise hints.not_http(_place(connection), failure) from failure
        if answer.status >= 400 or not contract.is_stream(rpc):
            answer.read()  # here, so that an answer lost half way counts as lost
        return answer

    def _refused(self, rpc: str, answer: Answer) -> Refused:
        body, kind = answer.read(), answer.headers.get("content-type", "")
        if hints.speaks_tls(answer.status, body):
            raise hints.not_http(_place(self._connection(rpc)), NotHTTP(b"\x15\x03"))
        if "json" not in kind:
            raise hints.not_json(_place(self._connection(rpc)), answer.status, kind)
        return refusal(answer.status, dict(answer.headers), body)

    def _message(self, rpc: str, answer: Answer, body: bytes) -> Message:
        kind = answer.headers.get("content-type", "")
        try:
            message = json.loads(body or b"{}") if "json" in kind or not body else None
        except ValueError:
            message = None
        if not isinstance(message, dict):
            raise hints.not_json(_place(self._connection(rpc)), answer.status, kind)
        return message

    def _note(self, answer: Answer) -> None:
        total = answer.headers.get("x-total-count", "")
        self.total = int(total) if total.isdigit() else None
        if warning := answer.headers.get("x-warning"):
            self.warnings.append(warning)


def _is_busy(refused: Refused) -> bool:
    return refused.code in (RESOURCE_EXHAUSTED, UNAVAILABLE)


def _place(connection: Connection) -> str:
    return f"{connection.host}:{connection.port}"


def _streamed(line: bytes) -> Iterator[Message]:
    """The message in one line of a stream: `{"result": …}`, or an error that ends it."""
    if not line.strip():
        return
    words = json.loads(line)
    if "error" in words:
        raise Refused(200, words["error"], {})
    yield words.get("result", words)
