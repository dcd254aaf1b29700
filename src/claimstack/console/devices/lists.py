"""The list of an application's end devices: search, order, pages."""

from typing import Any

from starlette.responses import Response

from claimstack.console.applications import open_application
from claimstack.console.ground import Listing, Visit, listing, page
from claimstack.wire import v3

ORDERS = ("device_id", "name", "dev_eui", "created_at", "last_seen_at")
SHOWN = ("name", "last_seen_at")


async def show_devices(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices?q=&order=&page=`"""
    app = await open_application(visit)
    view = listing(visit, ORDERS, "-created_at")
    found, total = await _found(visit, app.uid, view)
    words = {"listing": view._replace(total=total), "found": found.end_devices}
    return page(visit, "devices/list.html", **app.words(), **words)


async def _found(visit: Visit, application_id: str, view: Listing) -> tuple[Any, int]:
    application = v3.ApplicationIdentifiers(application_id=application_id)
    words: dict[str, Any] = {"order": view.order, "limit": view.rows, "page": view.page}
    if view.query:
        search = v3.SearchEndDevicesRequest(application_ids=application, **words, query=_digits(view.query))
        search.field_mask.paths.extend(SHOWN)
        return await visit.ask_list("EndDeviceRegistrySearch/SearchEndDevices", search)
    whole = v3.ListEndDevicesRequest(application_ids=application, **words)
    whole.field_mask.paths.extend(SHOWN)
    return await visit.ask_list("EndDeviceRegistry/List", whole)


def _digits(query: str) -> str:
    """An EUI as people write it (`70-B3-D5…`, `70:B3:D5…`, `70 B3 D5…`) without what stands between its digits."""
    bare = query.replace("-", "").replace(":", "").replace(" ", "")
    pairs = query.replace(":", "-").replace(" ", "-").split("-")
    is_eui = len(pairs) > 1 and all(len(pair) == 2 and _is_hex(pair) for pair in pairs)
    return bare if is_eui else query


def _is_hex(text: str) -> bool:
    return all(one in "0123456789abcdefABCDEF" for one in text)
