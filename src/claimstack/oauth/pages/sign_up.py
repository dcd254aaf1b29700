"""Make an account. The token of an invitation stands after the `#` of its link, which no browser sends to a server: a
small script puts it into the form and takes it out of the address; without the script it is pasted.
"""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from claimstack.accounts import AccountPolicy
from claimstack.identity.logins.throttle import TooMany
from claimstack.oauth.pages.login import entered, patience, retry_after
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.next_path import safe_next
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site, problem
from claimstack.oauth.sign_up import NotSignedUp, Wish, sign_up
from claimstack.vault import TokenKind

EMPTY = Wish("", "", "", "", "")


async def show_sign_up(site: Site, request: Request) -> Response:
    """`GET /oauth/register`"""
    if site.settings.registration == "closed":
        return problem(
            403, "You cannot sign up here", "Only administrators make accounts on this server. Ask one of them."
        )
    return _page(site, EMPTY, onward=safe_next(request.query_params.get("next")))


async def take_sign_up(site: Site, request: Request) -> Response:
    """`POST /oauth/register`"""
    fields = await fields_of(request)
    wish, onward = _wish(fields, site.remote(request)), safe_next(fields.get("next"))
    if wish.password != fields.get("again", ""):
        return _page(site, wish, 400, {"again": "The two passwords differ. Type both again."}, onward=onward)
    fresh = site.fresh(TokenKind.SESSION)
    policy = AccountPolicy(registration=site.settings.registration, public_url=site.settings.url)
    outcome = await sign_up(site.db, site.vault, policy, wish, fresh, site.now)
    if isinstance(outcome, TooMany):
        return _page(site, wish, 429, {"form": patience(outcome)}, retry_after(outcome), onward)
    if isinstance(outcome, NotSignedUp):
        return _page(site, wish, 400, outcome.problems, onward=onward)
    if not outcome.logged_in:
        return page("awaiting.html", uid=outcome.uid)
    return await entered(site, request, fresh, onward)


def _wish(fields: Mapping[str, str], remote: str) -> Wish:
    words = {name: fields.get(name, "").strip() for name in ("user_id", "email", "invitation")}
    return Wish(password=fields.get("password", ""), remote=remote, **words)


def _page(
    site: Site,
    wish: Wish,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    onward: str = "",
) -> Response:
    invited = site.settings.registration == "invitation"
    return page("sign_up.html", status, headers, wish=wish, problems=problems or {}, invited=invited, onward=onward)
