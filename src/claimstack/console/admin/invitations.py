"""Invitations, for administrators: mailed, or a link to pass on where there is no mail."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, listing, page, problems_of
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

FIELDS = {"email": "email", "invitation_already_sent": "email"}


async def show_invitations(visit: Visit) -> Response:
    """`GET /console/invitations`"""
    return await _page(visit)


async def take_invitation(visit: Visit) -> Response:
    """`POST /console/invitations`"""
    form = await visit.read_form()
    if not form.text("email"):
        return await _page(visit, {"email": visit.t("wrong.email")})
    try:
        made = await visit.ask("UserInvitationRegistry/Send", v3.SendInvitationRequest(email=form.text("email")))
    except ClaimstackError as error:
        return await _page(visit, problems_of(visit, error, FIELDS))
    if made.token:
        link = f"{visit.settings.url}/oauth/register#invitation={made.token}"
        return page(visit, "admin/link.html", 200, kind="invitation", link=link, who=made.email)
    return go(visit, "/console/invitations", "invitations.sent", email=made.email)


async def take_withdraw(visit: Visit) -> Response:
    """`POST /console/invitations/withdraw`"""
    form = await visit.read_form()
    await visit.ask("UserInvitationRegistry/Delete", v3.DeleteInvitationRequest(email=form.text("email")))
    return go(visit, "/console/invitations", "invitations.withdrawn", email=form.text("email"))


async def _page(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    view = listing(visit, (), "")
    request = v3.ListInvitationsRequest(limit=view.rows, page=view.page)
    found, total = await visit.ask_list("UserInvitationRegistry/List", request)
    words = {"found": found.invitations, "mail": bool(visit.settings.smtp_url), "problems": problems or {}}
    return page(visit, "admin/invitations.html", 400 if problems else 200, listing=view._replace(total=total), **words)
