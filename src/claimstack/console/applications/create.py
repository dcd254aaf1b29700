"""A new application: for the visitor, or for an organization that they may create applications in."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

FIELDS = {
    "application.ids.application_id": "application_id",
    "application.name": "name",
    "application.description": "description",
    "id_taken": "application_id",
}
MOST_ORGANIZATIONS = 100


async def show_create(visit: Visit) -> Response:
    """`GET /console/applications/new`"""
    return await _form(visit)


async def take_create(visit: Visit) -> Response:
    """`POST /console/applications/new`"""
    form = await visit.read_form()
    uid = form.text("application_id")
    request = v3.CreateApplicationRequest(
        application=v3.Application(
            ids=v3.ApplicationIdentifiers(application_id=uid),
            name=form.text("name"),
            description=form.text("description"),
        ),
        collaborator=_owner(visit, form.text("owner")),
    )
    try:
        await visit.ask("ApplicationRegistry/Create", request)
    except ClaimstackError as error:
        return await _form(visit, problems_of(visit, error, FIELDS))
    return go(visit, f"/console/applications/{uid}", "applications.created", id=uid)


def _owner(visit: Visit, choice: str) -> v3.OrganizationOrUserIdentifiers:
    kind, _, uid = choice.partition(":")
    if kind == "organization":
        return v3.OrganizationOrUserIdentifiers(organization_ids=v3.OrganizationIdentifiers(organization_id=uid))
    return v3.OrganizationOrUserIdentifiers(user_ids=v3.UserIdentifiers(user_id=visit.uid))


async def _form(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    request = v3.ListOrganizationsRequest(limit=MOST_ORGANIZATIONS)
    request.collaborator.user_ids.user_id = visit.uid
    found, _ = await visit.ask_list("OrganizationRegistry/List", request)
    owners = [one.ids.organization_id for one in found.organizations]
    status = 400 if problems else 200
    return page(visit, "applications/create.html", status, owners=owners, problems=problems or {})
