"""The first page: what there is, what to do next; and the choice of language and colours."""

from starlette.responses import RedirectResponse, Response

from claimstack.console.ground import Visit, page
from claimstack.console.ground.rendering import page_headers
from claimstack.console.ground.serving import LANGUAGE, THEME, THEMES
from claimstack.errors import PermissionDenied
from claimstack.texts import LANGUAGES
from claimstack.wire import v3

YEAR = 365 * 24 * 3600
SHOWN = 5


async def show_home(visit: Visit) -> Response:
    """`GET /console`"""
    request = v3.SearchApplicationsRequest(limit=SHOWN, order="-created_at")
    request.field_mask.paths.extend(["name", "description"])
    found, total = await visit.ask_list("EntityRegistrySearch/SearchApplications", request)
    counts = [await _devices(visit, one.ids) for one in found.applications]
    return page(visit, "home.html", applications=found.applications, counts=counts, total=total)


async def _devices(visit: Visit, ids: v3.ApplicationIdentifiers) -> int | None:
    """How many devices the application has; None for who may not know."""
    try:
        return (await visit.ask_list("EndDeviceRegistry/List", v3.ListEndDevicesRequest(application_ids=ids, limit=1)))[
            1
        ]
    except PermissionDenied:
        return None


async def take_preferences(visit: Visit) -> Response:
    """`POST /console/preferences`: kept in the browser, for a year."""
    form = await visit.read_form()
    onward = form.get("next", "")
    inside = onward == "/console" or onward.startswith(("/console/", "/console?"))
    response = RedirectResponse(onward if inside and onward.isascii() else "/console", 303, page_headers(visit))
    secure = visit.settings.url.startswith("https:")
    chosen = {LANGUAGE: (form.get("language", ""), LANGUAGES), THEME: (form.get("theme", ""), THEMES)}
    for name, (value, known) in chosen.items():
        if value in known:
            response.set_cookie(name, value, YEAR, secure=secure, httponly=True, samesite="lax")
        else:
            response.delete_cookie(name, secure=secure, httponly=True, samesite="lax")
    return response
