"""The list of an application's end devices: search, filters, order, pages; each with how it stands to claims."""

from typing import Any

from starlette.responses import Response

from claimstack.console.applications import open_application
from claimstack.console.ground import Listing, Visit, listing, page
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

ORDERS = ("device_id", "dev_eui", "created_at", "last_seen_at")
ROWS = 50
SHOWS = {
    "claimable": v1.STANDING_CLAIMABLE,
    "claimed": v1.STANDING_CLAIMED_IN,
    "silent": v1.STANDING_NEVER_JOINED,
}
STANDINGS = "claimstack.v1.ClaimabilityRegistry/List"


async def show_devices(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices?q=&show=&order=&page=`"""
    app = await open_application(visit)
    view = listing(visit, ORDERS, "-created_at", filters=("show",))._replace(rows=ROWS)
    chosen = dict(view.kept).get("show", "")
    if chosen not in SHOWS:
        view, chosen = view._replace(kept=()), ""
    found, total = await _found(visit, app.uid, view, chosen)
    words: dict[str, Any] = {"listing": view._replace(total=total, more=found.more), "found": found.standings}
    words |= {"chosen": chosen, "by_beginnings": found.by_beginnings}
    return page(visit, "devices/list.html", **app.words(), **words, shows=["", *SHOWS])


async def _found(visit: Visit, uid: str, view: Listing, chosen: str) -> tuple[Any, int]:
    application = v3.ApplicationIdentifiers(application_id=uid)
    words: dict[str, Any] = {"application_ids": application, "order": view.order, "limit": view.rows}
    if view.query or chosen:
        request = v1.ListStandingsRequest(**words, page=view.page, query=_digits(view.query))
        request.filter = SHOWS.get(chosen, v1.STANDING_ALL)
        return await visit.ask_list(STANDINGS, request)
    # The whole list is found by key, page by page, however long it is; then only what it shows is looked at.
    whole = v3.ListEndDevicesRequest(**words, page=view.page)
    devices, total = await visit.ask_list("EndDeviceRegistry/List", whole)
    ids = [one.ids.device_id for one in devices.end_devices]
    if not ids:
        return v1.Standings(), total
    return await visit.ask(STANDINGS, v1.ListStandingsRequest(**words, device_ids=ids)), total


def _digits(query: str) -> str:
    """An EUI as people write it (`70-B3-D5…`, `70:B3:D5…`, `70 B3 D5…`) without what stands between its digits."""
    bare = query.replace("-", "").replace(":", "").replace(" ", "")
    pairs = query.replace(":", "-").replace(" ", "-").split("-")
    is_eui = len(pairs) > 1 and all(len(pair) == 2 and _is_hex(pair) for pair in pairs)
    return bare if is_eui else query


def _is_hex(text: str) -> bool:
    return all(one in "0123456789abcdefABCDEF" for one in text)
