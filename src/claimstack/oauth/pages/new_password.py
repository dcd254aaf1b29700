"""Change a password: by the present one, or by a temporary one, which opens nothing else."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from claimstack.identity.logins.throttle import TooMany
from claimstack.oauth.login import Credentials, new_password
from claimstack.oauth.pages.login import patience, retry_after, try_login
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.next_path import safe_next
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site
from claimstack.vault import Secret


async def show_new_password(site: Site, request: Request) -> Response:
    """`GET /oauth/update-password`"""
    caller = await site.caller(request)
    return _page(caller.uid if caller else "", safe_next(request.query_params.get("next")))


async def take_new_password(site: Site, request: Request) -> Response:
    """`POST /oauth/update-password`; then the new one is tried at once."""
    fields = await fields_of(request)
    onward, login = safe_next(fields.get("next")), fields.get("user_id", "").strip()
    problems = _problems(fields, login)
    if problems:
        return _page(login, onward, 400, problems)
    typed = Credentials(login, Secret(fields["old"].encode()), site.remote(request))
    refused = await new_password(site.db, site.vault, typed, fields["password"], site.now)
    if isinstance(refused, TooMany):
        return _page(login, onward, 429, {"form": patience(refused)}, retry_after(refused))
    if refused:
        return _page(login, onward, 400, {"password" if refused.name == "password_strength" else "old": refused.reason})
    return await try_login(site, request, login, fields["password"], onward)


def _problems(fields: Mapping[str, str], login: str) -> dict[str, str]:
    problems = {} if login else {"user_id": "Enter your user ID or your email address."}
    if not fields.get("old"):
        problems["old"] = "Enter the password that you have now."
    if not fields.get("password"):
        problems["password"] = "Enter the password that you want."  # noqa: S105 - not one
    elif fields["password"] != fields.get("again", ""):
        problems["again"] = "The two passwords differ. Type both again."
    return problems


def _page(
    login: str,
    onward: str,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    return page("new_password.html", status, headers, user_id=login, onward=onward, problems=problems or {})
