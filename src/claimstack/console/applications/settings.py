"""General settings of an application, its deletion, and the way back."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.applications.open import Opened, open_application
from claimstack.console.ground import Visit, go, page
from claimstack.console.settings import save, typed
from claimstack.wire import v3

NAMES = ("name", "description", "network_server_address", "application_server_address", "join_server_address")


async def show_settings(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/settings`"""
    app = await open_application(visit)
    return _form(visit, app, {name: getattr(app.application, name) for name in NAMES})


async def take_settings(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/settings`"""
    app = await open_application(visit)
    request = v3.UpdateApplicationRequest()
    request.application.ids.application_id = app.uid
    problems = await save(visit, "ApplicationRegistry/Update", request, "application", NAMES)
    if problems:
        return _form(visit, app, typed(visit, NAMES), problems)
    return go(visit, f"{app.base}/settings", "layout.saved")


async def take_delete(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/delete`"""
    await visit.read_form()
    uid = visit.part("application_id")
    await visit.ask("ApplicationRegistry/Delete", v3.ApplicationIdentifiers(application_id=uid))
    return go(visit, "/console/applications", "applications.was_deleted", id=uid)


async def take_restore(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/restore`"""
    await visit.read_form()
    uid = visit.part("application_id")
    await visit.ask("ApplicationRegistry/Restore", v3.ApplicationIdentifiers(application_id=uid))
    return go(visit, f"/console/applications/{uid}", "applications.restored", id=uid)


def _form(visit: Visit, app: Opened, values: Mapping[str, str], problems: Mapping[str, str] | None = None) -> Response:
    status = 400 if problems else 200
    words = {"values": values, "problems": problems or {}, "hours": visit.settings.restore_hours}
    return page(visit, "applications/settings.html", status, **app.words(), **words)
