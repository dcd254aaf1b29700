"""The first page of an application: what it is, how many devices it has, whether they can be claimed."""

from typing import Any

from starlette.responses import Response

from claimstack.console.applications.claiming import authorization_of
from claimstack.console.applications.open import Opened, open_application
from claimstack.console.ground import Visit, page
from claimstack.identity import Right
from claimstack.wire import v3


async def show_overview(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}`"""
    app = await open_application(visit)
    words = {"devices": await _devices(visit, app), "held": await authorization_of(visit, app)}
    return page(visit, "applications/overview.html", **app.words(), **words)


async def _devices(visit: Visit, app: Opened) -> int | None:
    """How many devices the application has; None when the visitor may not know."""
    if not app.rights.has(Right.APPLICATION_DEVICES_READ):
        return None
    request: Any = v3.ListEndDevicesRequest(limit=1)
    request.application_ids.application_id = app.uid
    _, total = await visit.ask_list("EndDeviceRegistry/List", request)
    return total
