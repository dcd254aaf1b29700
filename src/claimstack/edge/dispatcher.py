"""The hall that every request crosses, whatever protocol it came by: rules, mask, caller, repeat, service.

gRPC and HTTP/JSON differ only in how they read a request and write an answer; everything else stands here once.
"""

import secrets
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from traceback import format_tb
from typing import Any, Protocol

import structlog
from google.protobuf.message import Message

from claimstack.calls import Call
from claimstack.edge import rules
from claimstack.edge.contract import Method, methods_of
from claimstack.edge.errors import Answer, answer_for, public
from claimstack.edge.once import Once
from claimstack.errors import Internal, Unimplemented
from claimstack.identity.caller import ANONYMOUS, Caller
from claimstack.masks import check_read, check_values

log = structlog.get_logger("claimstack.request")


class Authenticate(Protocol):
    """Turns the credential of a request into its author."""

    async def __call__(self, authorization: str, now: datetime) -> Caller: ...


class Dispatcher:
    """All methods of the contract, by full name."""

    def __init__(self, services: Mapping[str, Any], authenticate: Authenticate, once: Once, clock: Any) -> None:
        self.methods = {m.full_name: m for name, service in services.items() for m in methods_of(name, service)}
        self._authenticate = authenticate
        self._once = once
        self._clock = clock

    def call_for(self, method: str, metadata: Mapping[str, str], remote: str) -> Call:
        """Begin a request; its correlation id goes into logs and errors."""
        return Call(
            method=method,
            now=self._clock.now(),
            metadata=metadata,
            correlation_id=secrets.token_hex(16),
            remote=remote,
        )

    async def unary(self, method: Method, request: Message, call: Call) -> Message:
        """Answer one request; raises errors of the family (and whatever else goes wrong)."""
        await self._admit(method, request, call)
        if method.mutates and "idempotency-key" in call.metadata:
            return await self._once.answer(method, request, call)
        return await method.run(request, call)  # type: ignore[no-any-return]

    async def stream(self, method: Method, request: Message, call: Call) -> AsyncIterator[Message]:
        """Answer one request with many messages."""
        await self._admit(method, request, call)
        async for message in method.run(request, call):
            yield message

    async def _admit(self, method: Method, request: Message, call: Call) -> None:
        if method.run is None:
            raise Unimplemented("pkg/rpc", "not_served", "`{method}` is not served here", method=method.full_name)
        _check(method, request)
        await self.identify(call)

    async def identify(self, call: Call) -> None:
        """Find out who asks."""
        authorization = call.metadata.get("authorization", "")
        call.caller = await self._authenticate(authorization, call.now) if authorization else ANONYMOUS

    def failed(self, call: Call, error: BaseException) -> Answer:
        """Log an error and make its answer."""
        answer = answer_for(error, call.correlation_id)
        shown = public(error)
        fields = {
            "method": call.method,
            "correlation_id": call.correlation_id,
            "error": f"{shown.namespace}:{shown.name}",
        }
        if isinstance(shown, Internal):
            log.error("request failed", **fields, **_cause(error))
        else:
            log.info("request refused", **fields)
        return answer


def _cause(error: BaseException) -> dict[str, str]:
    """What the log tells of an unexpected error: kind and places. Its text only if it is ours: others quote values."""
    kind = type(error)
    told = {"kind": kind.__name__, "trace": "".join(format_tb(error.__traceback__))}
    return {**told, "text": str(error)} if kind.__module__.partition(".")[0] == "claimstack" else told


def _check(method: Method, request: Message) -> None:
    if not method.masked:
        rules.check(request)
        return
    paths = list(request.field_mask.paths)  # type: ignore[attr-defined]
    rules.check(request, paths if method.mutates else None)
    check_read(method.full_name, paths)
    check_values(method.full_name, request)
