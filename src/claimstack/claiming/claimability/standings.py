"""Lists of devices with how each stands to claims: what a maker looks through before labels are printed.

Devices that never join take no code (`end_devices/abp.py`), so that a code says that the device joins.
"""

from claimstack.applications import put
from claimstack.claiming.authorization import ClaimAuthorization, StoredKey
from claimstack.claiming.claimability import store
from claimstack.claiming.window import ValidityWindow
from claimstack.identity import Caller, Page, Right, authorize
from claimstack.storage import Reader, Row
from claimstack.wire import claimstack_v1 as v1


async def list_standings(
    reader: Reader, caller: Caller, request: v1.ListStandingsRequest, now: int
) -> tuple[v1.Standings, int]:
    """The page, and how many devices there are on all pages."""
    uid = request.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    held = await store.authorization(reader, application.id)
    is_open = authorization_of(held).lapse(now) is None
    if request.filter == v1.STANDING_CLAIMABLE and not is_open:
        return v1.Standings(), 0
    size = await store.size(reader, application.id)
    wanted = store.Wanted(application.id, tuple(request.device_ids), request.query, request.filter, now, size)
    part = Page.asked(request.limit, request.page)
    found = await store.standings(reader, wanted, request.order or "device_id", part.limit, part.offset)
    words = v1.Standings(standings=[_words(uid, row, is_open, now) for row in found.rows])
    words.more, words.by_beginnings = found.more, wanted.by_beginnings
    return words, found.total


def authorization_of(row: Row | None) -> ClaimAuthorization:
    """The opt-in of the application that the row tells of."""
    if row is None or row["authorized"] is None:
        return ClaimAuthorization()
    key = None if row["key_rights"] is None else StoredKey(row["key_rights"], row["key_expires_at"])
    return ClaimAuthorization(True, key)


def _words(application_uid: str, row: Row, is_open: bool, now: int) -> v1.Standing:
    has_code = row["coded"] is not None
    standing = v1.Standing(
        name=row["name"],
        has_code=has_code,
        claimable=has_code and is_open and now in ValidityWindow(row["valid_from"], row["valid_to"]),
        claimed_in=bool(row["claimed_in"]),
        joined=bool(row["joined"]),
    )
    ids = standing.end_device_ids
    ids.device_id, ids.application_ids.application_id = row["uid"], application_uid
    ids.join_eui, ids.dev_eui = bytes(row["join_eui"] or b""), bytes(row["dev_eui"] or b"")
    put(standing.created_at, row["created_at"])
    if row["last_seen_at"] is not None:
        put(standing.last_seen_at, row["last_seen_at"])
    return standing
