"""One call, and what became of it."""

import re
from typing import Any

import grpc
from google.protobuf.message import Message

from claimstack.edge.contract import Method
from tests.support.house import House, Refusal

_REFUSED = re.compile(r"unauthenticated|no_\w+_rights|insufficient_\w+_rights|search_forbidden")


def outcome(house: House, method: Method, request: Message, token: str) -> str:
    """`ok`, or the name of the error."""
    try:
        if method.streams:
            house.run(_first(house, method, request, token))
        else:
            house.call(method.full_name, request, token)
    except Refusal as refusal:
        return refusal.details.name if "grpc-status-details-bin" in refusal.trailers else refusal.code.name
    return "ok"


async def _first(house: House, method: Method, request: Message, token: str) -> Any:
    rpc = house.channel.unary_stream(f"/{method.full_name}", method.request.SerializeToString, bytes)
    call = rpc(request, metadata=(("authorization", f"Bearer {token}"),) if token else ())
    try:
        return await anext(aiter(call), None)
    except grpc.aio.AioRpcError as error:
        raise Refusal(error) from None
    finally:
        call.cancel()


def allowed(result: str) -> bool:
    """Whether rights were enough: any other error comes after them."""
    return not _REFUSED.fullmatch(result)
