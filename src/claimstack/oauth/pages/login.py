"""Log in and out. A login always makes a new session; the one that the browser came with ends."""

import math
from collections.abc import Mapping
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from claimstack.identity.logins import Login
from claimstack.identity.logins.throttle import TooMany
from claimstack.oauth.login import MUST_CHANGE, Credentials, NotLoggedIn, log_in, log_out
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.next_path import safe_next
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.session_cookie import clear_session, set_session
from claimstack.oauth.pages.site.site import Site, log, redirect
from claimstack.vault import Secret, Token, TokenKind

LOGIN = "/oauth/login"


def login_location(request: Request) -> str:
    """The login page that comes back to this request."""
    here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return f"{LOGIN}?next={quote(here, safe='')}"


async def show_login(site: Site, request: Request) -> Response:
    """`GET /oauth/login?next=…`"""
    onward = safe_next(request.query_params.get("next"))
    if await site.caller(request):
        return redirect(onward)
    return _page(site, onward)


async def take_login(site: Site, request: Request) -> Response:
    """`POST /oauth/login`"""
    fields = await fields_of(request)
    onward = safe_next(fields.get("next"))
    login, password = fields.get("user_id", "").strip(), fields.get("password", "")
    problems = _missing(login, password)
    if problems:
        return _page(site, onward, 400, login, problems)
    return await try_login(site, request, login, password, onward)


async def try_login(site: Site, request: Request, login: str, password: str, onward: str) -> Response:
    """Log in by what was typed and go on, or show the login page again."""
    remote, fresh = site.remote(request), site.fresh(TokenKind.SESSION)
    typed = Credentials(login, Secret(password.encode()), remote)
    outcome = await log_in(site.db, site.vault, typed, fresh, site.now)
    if not isinstance(outcome, Login):
        log.info("login refused", remote=remote, reason=outcome.name)
        return _refusal(site, onward, login, outcome)
    return await entered(site, request, fresh, onward)


async def entered(site: Site, request: Request, fresh: Token, onward: str) -> Response:
    """Go on with the fresh session; the one that the browser came with ends."""
    former = await site.caller(request)
    if former:
        await site.db.transaction(log_out, former, site.now)
    response = redirect(onward)
    set_session(response, fresh, site.secure)
    return response


def _missing(login: str, password: str) -> dict[str, str]:
    missing = {} if login else {"user_id": "Enter your user ID or your email address."}
    return missing if password else {**missing, "password": "Enter your password."}


def _refusal(site: Site, onward: str, login: str, refused: NotLoggedIn | TooMany) -> Response:
    if isinstance(refused, NotLoggedIn):
        if refused.name == MUST_CHANGE:
            return page("new_password.html", 403, user_id=login, onward=onward, problems={"form": refused.reason})
        return _page(site, onward, 403, login, {"form": refused.reason})
    return _page(site, onward, 429, login, {"form": patience(refused)}, retry_after(refused))


def patience(refused: TooMany) -> str:
    """How long to wait, in words."""
    minutes = math.ceil(refused.retry_after / 60)
    return f"Too many attempts. Try again in {f'{minutes} minutes' if minutes > 1 else 'a minute'}."


def retry_after(refused: TooMany) -> dict[str, str]:
    """How long to wait, as a header."""
    return {"retry-after": str(refused.retry_after)}


def _page(
    site: Site,
    onward: str,
    status: int = 200,
    login: str = "",
    problems: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    joinable = site.settings.registration != "closed"
    return page("login.html", status, headers, onward=onward, user_id=login, problems=problems or {}, joinable=joinable)


async def take_logout(site: Site, request: Request) -> Response:
    """`POST /oauth/logout`; `next` in the form leads on to another page, such as the login of somebody else."""
    fields = await fields_of(request)
    caller = await site.caller(request)
    if caller:
        await site.db.transaction(log_out, caller, site.now)
    response = redirect(safe_next(fields["next"])) if fields.get("next") else page("logged_out.html")
    clear_session(response, site.secure)
    return response
