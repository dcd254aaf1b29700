"""General settings of an organization, its deletion, and the way back."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.organizations.open import OpenedOrganization, open_organization
from claimstack.console.organizations.pages import FIELDS
from claimstack.errors import ClaimstackError
from claimstack.wire import v3


async def show_settings(visit: Visit) -> Response:
    """`GET /console/organizations/{organization_id}/settings`"""
    org = await open_organization(visit)
    return _form(visit, org, {"name": org.organization.name, "description": org.organization.description})


async def take_settings(visit: Visit) -> Response:
    """`POST /console/organizations/{organization_id}/settings`"""
    org, form = await open_organization(visit), await visit.read_form()
    values = {"name": form.text("name"), "description": form.text("description")}
    wish = v3.Organization(ids=v3.OrganizationIdentifiers(organization_id=org.uid))
    wish.name, wish.description = values["name"], values["description"]
    request = v3.UpdateOrganizationRequest(organization=wish)
    request.field_mask.paths.extend(values)
    try:
        await visit.ask("OrganizationRegistry/Update", request)
    except ClaimstackError as error:
        return _form(visit, org, values, problems_of(visit, error, FIELDS))
    return go(visit, f"{org.base}/settings", "layout.saved")


async def take_delete(visit: Visit) -> Response:
    """`POST /console/organizations/{organization_id}/delete`"""
    await visit.read_form()
    uid = visit.part("organization_id")
    await visit.ask("OrganizationRegistry/Delete", v3.OrganizationIdentifiers(organization_id=uid))
    return go(visit, "/console/organizations", "organizations.was_deleted", id=uid)


async def take_restore(visit: Visit) -> Response:
    """`POST /console/organizations/{organization_id}/restore`"""
    await visit.read_form()
    uid = visit.part("organization_id")
    await visit.ask("OrganizationRegistry/Restore", v3.OrganizationIdentifiers(organization_id=uid))
    return go(visit, f"/console/organizations/{uid}", "organizations.restored", id=uid)


def _form(
    visit: Visit, org: OpenedOrganization, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    status = 400 if problems else 200
    words = {"values": values, "problems": problems or {}, "hours": visit.settings.restore_hours}
    return page(visit, "organizations/settings.html", status, **org.words(), **words)
