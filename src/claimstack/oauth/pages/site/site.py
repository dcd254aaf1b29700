"""What every page stands on: database, vault, settings and clock; who is looking; and what happens when it fails."""

import os
from collections.abc import Awaitable, Callable
from traceback import extract_tb
from typing import NamedTuple, Protocol

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from claimstack.clock import Clock, to_micros
from claimstack.errors import ClaimstackError
from claimstack.identity import Caller, authenticate
from claimstack.oauth.pages.site.form import BadForm
from claimstack.oauth.pages.site.rendering import page, secure_headers
from claimstack.oauth.pages.site.session_cookie import own_origins, page_token, same_origin
from claimstack.oauth.pages.site.speech import speak_to
from claimstack.settings import Settings
from claimstack.storage import Busy, Database
from claimstack.vault import Token, TokenKind, Vault, new_token

log = structlog.get_logger("claimstack.oauth")
TOKEN_RANDOM_BYTES = 56


class Endpoint(Protocol):
    """Answers one request on a site."""

    def __call__(self, site: "Site", request: Request) -> Awaitable[Response]: ...


class Site(NamedTuple):
    """The server as its pages see it."""

    db: Database
    vault: Vault
    settings: Settings
    clock: Clock

    @property
    def now(self) -> int:
        """The clock, as the database writes it."""
        return to_micros(self.clock.now())

    @property
    def secure(self) -> bool:
        """Whether people reach this server by HTTPS."""
        return self.settings.url.startswith("https:")

    @property
    def issuer(self) -> str:
        """The name of this authorization server in its answers (RFC 9207)."""
        return f"{self.settings.url}/oauth"

    def fresh(self, kind: TokenKind) -> Token:
        """A new token that nobody has yet."""
        return new_token(kind, os.urandom(TOKEN_RANDOM_BYTES))

    async def caller(self, request: Request) -> Caller | None:
        """Who is logged in; None when nobody is (any more)."""
        token = page_token(request.headers, self.secure)
        try:
            return await authenticate(self.db, self.vault, token, self.now) if token else None
        except ClaimstackError:
            return None

    def remote(self, request: Request) -> str:
        """The visitor's address; as a trusted proxy tells it, when one does."""
        return remote_address(self.settings, request)


def remote_address(settings: Settings, request: Request) -> str:
    """The visitor's address; as a trusted proxy tells it, when one does."""
    address = request.client.host if request.client else ""
    # The nearest proxy's word comes last: some add it to the visitor's own line, others add a line of their own.
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    trusted = address in settings.trusted_proxies and forwarded
    return forwarded.rpartition(",")[2].strip() if trusted else address


def served(site: Site, endpoint: Endpoint, for_clients: bool = False) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for Starlette: a POST must come from our own pages, and every failure is a page, too.

    What is for clients takes no cookie, so it may be posted from anywhere.
    """

    async def answer(request: Request) -> Response:
        speak_to(request)
        if not for_clients and request.method == "POST" and not _from_our_pages(site, request):
            return problem(
                403, "This form did not come from here", "It was not accepted. Open the page again and send it."
            )
        try:
            return await endpoint(site, request)
        except BadForm as error:
            return problem(error.status, "That could not be read", f"{error}.")
        except Busy:
            return problem(503, "Please try again in a moment", "The server cannot take this now. Nothing was changed.")
        except Exception as error:  # its text could quote what was typed: the log keeps the kind and the place
            log.error("page failed", path=request.url.path, kind=type(error).__name__, place=_place(error))
            return problem(500, "Something went wrong here", "It was written down. Please try again.")

    return answer


def problem(status: int, title: str, text: str) -> Response:
    """A page that says what is wrong and what to do."""
    return page("error.html", status, title=title, text=text)


def _place(error: Exception) -> str:
    frame = extract_tb(error.__traceback__)[-1]
    return f"{frame.filename}:{frame.lineno}"


def _from_our_pages(site: Site, request: Request) -> bool:
    return same_origin(request.headers, *own_origins(site.settings.url, request.headers.get("host", "")))


def redirect(location: str, status: int = 303) -> RedirectResponse:
    """Go on there (a path of ours, already checked or built here)."""
    return RedirectResponse(location, status, secure_headers())
