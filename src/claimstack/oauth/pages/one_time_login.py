"""Log in by a one-time link: its token stands after the `#`, as an invitation's does, and is spent by the form."""

from starlette.requests import Request
from starlette.responses import Response

from claimstack.errors import Invalid, PermissionDenied
from claimstack.identity.logins import log_in_by_token
from claimstack.oauth.pages.login import entered
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.next_path import DEFAULT
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site
from claimstack.vault import TokenKind


async def show_one_time_login(site: Site, request: Request) -> Response:
    """`GET /oauth/one-time-login#token=…`; the login page's script leads here."""
    return page("one_time_login.html", problems={})


async def take_one_time_login(site: Site, request: Request) -> Response:
    """`POST /oauth/one-time-login`"""
    token, fresh = (await fields_of(request)).get("token", "").strip(), site.fresh(TokenKind.SESSION)
    try:
        await site.db.transaction(log_in_by_token, site.vault, token, fresh, site.now)
    except (Invalid, PermissionDenied):
        wrong = "This link is not good: it was used, is older than ten minutes, or is not whole."
        return page("one_time_login.html", 403, problems={"token": wrong})
    return await entered(site, request, fresh, DEFAULT)
