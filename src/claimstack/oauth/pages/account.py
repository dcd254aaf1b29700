"""Who is logged in here, and what is not here at all."""

from starlette.requests import Request
from starlette.responses import Response

from claimstack.oauth.pages.login import login_location
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site, problem, redirect


async def show_account(site: Site, request: Request) -> Response:
    """`GET /oauth`"""
    caller = await site.caller(request)
    return page("account.html", caller=caller) if caller else redirect(login_location(request))


async def not_here(site: Site, request: Request) -> Response:
    """Any other path below the mount."""
    return problem(404, "There is no such page", "Check the address, or go back.")
