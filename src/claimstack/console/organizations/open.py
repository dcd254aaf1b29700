"""What every page of one organization begins with: the organization, as the visitor sees it."""

from typing import Any, NamedTuple

from claimstack.console.ground.navigation import Entry, organization_tabs
from claimstack.console.ground.visit import Visit
from claimstack.console.holder import Holder
from claimstack.identity import Right, Rights
from claimstack.wire import v3


class OpenedOrganization(NamedTuple):
    """An organization with the visitor's rights on it and the tabs that follow from them."""

    uid: str
    organization: v3.Organization
    rights: Rights
    tabs: list[Entry]

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"/console/organizations/{self.uid}"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.organization.name or self.uid

    def may(self, *names: str) -> bool:
        """Whether the visitor has these rights."""
        return self.rights.has(*(Right[name] for name in names))

    def words(self) -> dict[str, Any]:
        """What `organizations/layout.html` needs."""
        return {"org": self}


async def open_organization(visit: Visit) -> OpenedOrganization:
    """The organization of the address."""
    uid = visit.part("organization_id")
    rights = await visit.rights_on("organization", uid)
    request = v3.GetOrganizationRequest(organization_ids=v3.OrganizationIdentifiers(organization_id=uid))
    request.field_mask.paths.extend(["name", "description"])
    organization = await visit.ask("OrganizationRegistry/Get", request)
    return OpenedOrganization(uid, organization, rights, organization_tabs(visit, uid, rights))


async def open_holder(visit: Visit) -> Holder:
    """The organization as the holder of keys and members."""
    org = await open_organization(visit)
    return Holder("organization", org.uid, org.base, "organizations/layout.html", org.rights, org.words())
