"""Lists of end devices: of an application, of chosen ids, or (for admins) of all."""

from collections.abc import Sequence
from typing import NamedTuple

from claimstack.applications import micros
from claimstack.device_parts import CODE
from claimstack.end_devices import store as devices
from claimstack.end_devices.claim_code import codes_of
from claimstack.end_devices.device import identity_part, names, shown
from claimstack.end_devices.lists import store
from claimstack.end_devices.lists.pages import PageMarks, Walk
from claimstack.errors import PermissionDenied
from claimstack.identity import Caller, Entity, Right, authorize, require_admin
from claimstack.storage import Reader, Row
from claimstack.vault import Vault
from claimstack.wire import v3

MOST_A_PAGE, USUAL_A_PAGE = 1000, 100


class Answer(NamedTuple):
    """The devices of one page, and how many there are on all pages."""

    devices: list[v3.EndDevice]
    total: int


async def list_end_devices(
    reader: Reader, vault: Vault, marks: PageMarks, caller: Caller, request: v3.ListEndDevicesRequest, now: int
) -> Answer:
    """One page of an application's devices; of all devices, without codes, for admins."""
    application = await _application(reader, caller, request)
    condition = store.Condition()
    if application is not None:
        condition = condition.also("d.application = {0}", application.id)
    narrower = _filtered(condition, request.filters)
    walk = Walk(
        caller.principal, f"{application.id if application else 'all'} {narrower.args}", request.order, _limit(request)
    )
    total = await store.count(reader, narrower) if request.filters else await _maintained(reader, application)
    rows = await page(reader, narrower, marks, walk, max(request.page, 1), now, total)
    return Answer(await shown_rows(reader, vault, rows, request.field_mask.paths), total)


async def _application(reader: Reader, caller: Caller, request: v3.ListEndDevicesRequest) -> Entity | None:
    uid = request.application_ids.application_id
    if uid:
        return await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    require_admin(caller)
    if names(request.field_mask.paths, CODE):
        raise PermissionDenied(
            "pkg/identityserver", "admin_reads_no_codes", "claim authentication codes are read by application only"
        )
    return None


def _filtered(condition: store.Condition, filters: Sequence[v3.ListEndDevicesRequest.Filter]) -> store.Condition:
    for one in filters:
        if one.HasField("updated_since"):
            condition = condition.also("d.updated_at > {0}", micros(one.updated_since))
    return condition


def _limit(request: v3.ListEndDevicesRequest | v3.SearchEndDevicesRequest) -> int:
    return min(request.limit or USUAL_A_PAGE, MOST_A_PAGE)


async def _maintained(reader: Reader, application: Entity | None) -> int:
    return await devices.counted(reader, application.id) if application else await devices.counted_over_all(reader)


async def page(
    reader: Reader, condition: store.Condition, marks: PageMarks, walk: Walk, number: int, now: int, total: int
) -> Sequence[Row]:
    """The rows of a page, found by the end of the page before where that is known, else counted from the nearer end.

    `total`: how many rows there are on all pages.
    """
    keyed = walk.order.removeprefix("-") in store.KEYED
    after = marks.before(walk, number, now) if keyed else None
    part = store.Slice(walk.order, walk.limit, (number - 1) * walk.limit, after)
    if after is None and part.offset > total // 2:
        rows = list(reversed(await store.rows(reader, condition, part.from_the_end(total))))
    else:
        rows = list(await store.rows(reader, condition, part))
    if keyed and len(rows) == walk.limit:
        marks.remember(walk, number, store.key_of(rows[-1], walk.order), now)
    return rows


async def get_end_devices(
    reader: Reader, vault: Vault, caller: Caller, request: v3.BatchGetEndDevicesRequest
) -> list[v3.EndDevice]:
    """The devices of these ids, by id; those that do not exist are left out."""
    uid = request.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    condition = store.Condition("d.application = $1", (application.id,))
    places = ", ".join(f"{{{at}}}" for at in range(len(request.device_ids)))
    chosen = condition.also(f"d.uid IN ({places})", *request.device_ids)
    rows = await store.every(reader, chosen, "device_id")
    return await shown_rows(reader, vault, rows, request.field_mask.paths)


async def shown_rows(reader: Reader, vault: Vault, rows: Sequence[Row], paths: Sequence[str]) -> list[v3.EndDevice]:
    """The masked fields of each row."""
    codes = {}
    if names(paths, CODE) and rows:
        codes = await codes_of(reader, vault, rows[0]["application"], [row["end_device"] for row in rows])
    return [_shown(row, codes.get(row["end_device"]), paths) for row in rows]


def _shown(row: Row, code: v3.EndDeviceAuthenticationCode | None, paths: Sequence[str]) -> v3.EndDevice:
    part = identity_part(row) if paths else v3.EndDevice()
    if code is not None:
        part.claim_authentication_code.CopyFrom(code)
    return shown(row["application_uid"], row, part, paths)
