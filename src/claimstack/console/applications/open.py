"""What every page of one application begins with: the application, as the visitor sees it."""

from typing import Any, NamedTuple

from claimstack.console.ground.navigation import Entry, application_tabs
from claimstack.console.ground.visit import Visit
from claimstack.identity import Right, Rights
from claimstack.wire import v3

FIELDS = (
    "name",
    "description",
    "network_server_address",
    "application_server_address",
    "join_server_address",
)


class Opened(NamedTuple):
    """An application with the visitor's rights on it and the tabs that follow from them."""

    uid: str
    application: v3.Application
    rights: Rights
    tabs: list[Entry]

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"/console/applications/{self.uid}"

    @property
    def title(self) -> str:
        """What people call it."""
        return self.application.name or self.uid

    def may(self, *names: str) -> bool:
        """Whether the visitor has these rights: `may("APPLICATION_DELETE")` in templates."""
        return self.rights.has(*(Right[name] for name in names))

    def words(self) -> dict[str, Any]:
        """What `applications/layout.html` needs: `page(visit, template, **app.words(), …)`."""
        return {"app": self}


async def open_application(visit: Visit) -> Opened:
    """The application of the address; NotFound (a page, too) for who has no right on it."""
    uid = visit.part("application_id")
    rights = await visit.rights_on("application", uid)
    request = v3.GetApplicationRequest(application_ids=v3.ApplicationIdentifiers(application_id=uid))
    request.field_mask.paths.extend(FIELDS if rights.has(Right.APPLICATION_INFO) else FIELDS[:2])
    application = await visit.ask("ApplicationRegistry/Get", request)
    return Opened(uid, application, rights, application_tabs(visit, uid, rights))
