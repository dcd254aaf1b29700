"""General settings of an organization, its deletion, and the way back."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.ground import Visit, go, page
from claimstack.console.organizations.open import OpenedOrganization, open_organization
from claimstack.console.settings import save, typed
from claimstack.wire import v3

NAMES = ("name", "description")


async def show_settings(visit: Visit) -> Response:
    """`GET /console/organizations/{organization_id}/settings`"""
    org = await open_organization(visit)
    return _form(visit, org, {name: getattr(org.organization, name) for name in NAMES})


async def take_settings(visit: Visit) -> Response:
    """`POST /console/organizations/{organization_id}/settings`"""
    org = await open_organization(visit)
    request = v3.UpdateOrganizationRequest()
    request.organization.ids.organization_id = org.uid
    problems = await save(visit, "OrganizationRegistry/Update", request, "organization", NAMES)
    if problems:
        return _form(visit, org, typed(visit, NAMES), problems)
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
