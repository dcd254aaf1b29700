"""Something to look at: a maker with applications, an organization, keys and a colleague."""

from typing import NamedTuple

from tests.support.house import House, Person


class World(NamedTuple):
    """The people, and the ids of what they made."""

    maker: Person
    colleague: Person
    application: str
    organization: str
    key_id: str

    def paths(self) -> list[str]:
        """Every page of the maker that shows something of theirs."""
        app, org = f"/console/applications/{self.application}", f"/console/organizations/{self.organization}"
        mine = ["", "/applications", "/applications?deleted=1", "/applications?q=nothing", "/applications/new"]
        mine += ["/organizations", "/organizations?deleted=1", "/organizations/new", "/profile", "/sessions"]
        mine += ["/api-keys", "/api-keys/new", "/authorizations", "/nowhere"]
        of_app = ["", "/claiming", "/collaborators", "/collaborators/new", f"/collaborators/user/{self.colleague.uid}"]
        of_app += ["/api-keys", "/api-keys/new", f"/api-keys/{self.key_id}", "/network", "/settings"]
        of_org = ["", "/members", "/members/new", f"/members/user/{self.maker.uid}", "/api-keys", "/settings"]
        return [*(f"/console{one}" for one in mine), *(app + one for one in of_app), *(org + one for one in of_org)]


ADMIN_PATHS = ["/console/users", "/console/users?deleted=1", "/console/users/new", "/console/users/admin"]
ADMIN_PATHS += ["/console/invitations"]


def a_world(house: House) -> World:
    """Made over the API."""
    maker, colleague = house.person("maker"), house.person("colleague")
    app = house.application(maker, "soil-sensors")
    for name in ("greenhouse", "cold-chain", "demo-kit"):
        house.application(maker, name)
    words = {"name": "Soil sensors 2026", "description": "Third batch.\nLabels are printed at the line."}
    house.ok("PUT", f"/applications/{app}", {"application": words, "field_mask": "name,description"}, maker.key)
    org = f"acme-{maker.uid}"
    words = {"ids": {"organization_id": org}, "name": "Acme Agriculture"}  # type: ignore[dict-item]
    house.ok("POST", f"/users/{maker.uid}/organizations", {"organization": words}, maker.key)
    rights = ["RIGHT_APPLICATION_INFO", "RIGHT_APPLICATION_DEVICES_READ"]
    path = f"/applications/{app}"
    key = house.ok("POST", f"{path}/api-keys", {"name": "Packing line", "rights": rights}, maker.key)
    member = {"ids": {"user_ids": {"user_id": colleague.uid}}, "rights": rights}
    house.ok("PUT", f"{path}/collaborators", {"collaborator": member}, maker.key)
    return World(maker, colleague, app, org, key["id"])
