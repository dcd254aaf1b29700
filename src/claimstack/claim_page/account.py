"""Who is signed in, for the page: it asks before there is anybody, where the API can only refuse.

A refusal would stand in the browser's console as an error on every visit of somebody new. What it answers is no more
than `GET /api/v3/auth_info` says to the same session.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

Visitor = Callable[[Mapping[str, str]], Awaitable[str]]
"""The user id of the session in these request headers; empty when nobody is signed in, or another site asks."""


async def show_account(visitor: Visitor, request: Request) -> Response:
    """`GET /claim/account`"""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return JSONResponse({"user": await visitor(request.headers)}, headers=headers)
