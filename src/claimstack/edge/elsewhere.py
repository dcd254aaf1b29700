"""What no page and no route of the API answers: the contract's error for programs, a page for people."""

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from claimstack.edge.dispatcher import Dispatcher
from claimstack.edge.http import error_body
from claimstack.edge.routes import WrongVerb
from claimstack.errors import ClaimstackError, NotFound
from claimstack.oauth import problem

Answer = Callable[[Request, Exception], Awaitable[Response]]


async def home(request: Request) -> Response:
    """`GET /`: people want the Console."""
    return RedirectResponse("/console", 303)


def elsewhere(dispatcher: Dispatcher) -> Answer:
    """Starlette's handler of its own 404 and 405."""

    async def answer(request: Request, error: Exception) -> Response:
        status, headers = (error.status_code, error.headers) if isinstance(error, HTTPException) else (404, None)
        if "text/html" in request.headers.get("accept", ""):
            return problem(status, "There is no such page", "Check the address, or go back.")
        call = dispatcher.call_for("", {}, "")
        failure = dispatcher.failed(call, _refusal(request, (headers or {}).get("Allow", "")))
        named = {**(headers or {}), "x-request-id": call.correlation_id, "x-content-type-options": "nosniff"}
        return Response(error_body(failure), status, named, "application/json")

    return answer


def _refusal(request: Request, allow: str) -> ClaimstackError:
    method, path = request.method[:20], request.url.path[:200]
    if allow:
        return WrongVerb(method, path, sorted(allow.split(", ")))
    return NotFound("pkg/rpc", "route_not_found", "no route for {method} {path}", method=method, path=path)
