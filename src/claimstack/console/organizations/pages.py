"""Organizations: their list, a new one, one of them with its applications."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, listing, page, problems_of
from claimstack.console.organizations.open import open_organization
from claimstack.errors import ClaimstackError
from claimstack.identity import Right
from claimstack.wire import v3

ORDERS = ("organization_id", "name", "created_at")
FIELDS = {
    "organization.ids.organization_id": "organization_id",
    "organization.name": "name",
    "organization.description": "description",
    "id_taken": "organization_id",
}


async def show_organizations(visit: Visit) -> Response:
    """`GET /console/organizations?q=&order=&page=&deleted=`"""
    view = listing(visit, ORDERS, "organization_id", filters=("deleted",))
    request = v3.SearchOrganizationsRequest(
        query=view.query, order=view.order, limit=view.rows, page=view.page, deleted=bool(view.kept)
    )
    request.field_mask.paths.extend(["name", "description"])
    found, total = await visit.ask_list("EntityRegistrySearch/SearchOrganizations", request)
    return page(visit, "organizations/list.html", listing=view._replace(total=total), found=found.organizations)


async def show_create(visit: Visit) -> Response:
    """`GET /console/organizations/new`"""
    return _form(visit)


async def take_create(visit: Visit) -> Response:
    """`POST /console/organizations/new`"""
    form = await visit.read_form()
    uid = form.text("organization_id")
    made = v3.Organization(ids=v3.OrganizationIdentifiers(organization_id=uid))
    made.name, made.description = form.text("name"), form.text("description")
    request = v3.CreateOrganizationRequest(organization=made)
    request.collaborator.user_ids.user_id = visit.uid
    try:
        await visit.ask("OrganizationRegistry/Create", request)
    except ClaimstackError as error:
        return _form(visit, problems_of(visit, error, FIELDS))
    return go(visit, f"/console/organizations/{uid}", "organizations.created", id=uid)


def _form(visit: Visit, problems: Mapping[str, str] | None = None) -> Response:
    return page(visit, "organizations/create.html", 400 if problems else 200, problems=problems or {})


async def show_organization(visit: Visit) -> Response:
    """`GET /console/organizations/{organization_id}`"""
    org = await open_organization(visit)
    found, view = [], listing(visit, (), "")
    if org.rights.has(Right.ORGANIZATION_APPLICATIONS_LIST):
        request = v3.ListApplicationsRequest(limit=view.rows, page=view.page)
        request.collaborator.organization_ids.organization_id = org.uid
        request.field_mask.paths.append("name")
        listed, total = await visit.ask_list("ApplicationRegistry/List", request)
        found, view = list(listed.applications), view._replace(total=total)
    return page(visit, "organizations/overview.html", **org.words(), applications=found, listing=view)
