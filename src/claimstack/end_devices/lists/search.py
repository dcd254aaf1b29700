"""Search among an application's end devices: every given text must be contained, in either case."""

from collections.abc import Sequence

from claimstack.end_devices.components.part import opened
from claimstack.end_devices.lists import store
from claimstack.end_devices.lists.listing import Answer, page, shown_rows
from claimstack.end_devices.lists.pages import PageMarks, Walk
from claimstack.identity import Caller, Right, authorize
from claimstack.storage import Reader, Row
from claimstack.vault import Vault
from claimstack.wire import v3

_MOST_A_PAGE, _USUAL_A_PAGE = 1000, 100


async def search_end_devices(
    reader: Reader, vault: Vault, caller: Caller, request: v3.SearchEndDevicesRequest, now: int
) -> Answer:
    """One page of the devices found, and how many there are."""
    uid = request.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    condition = _containing(reader.engine, store.Condition("d.application = $1", (application.id,)), request)
    limit, number = min(request.limit or _USUAL_A_PAGE, _MOST_A_PAGE), max(request.page, 1)
    if request.attributes_contain or request.dev_addr_contains:
        found = await _matching(reader, vault, application.id, condition, request)
        rows, total = found[(number - 1) * limit : number * limit], len(found)
    else:
        walk = Walk(caller.principal, "search", request.order, limit)
        total = await store.count(reader, condition)
        rows = list(await page(reader, condition, PageMarks(), walk, number, now, total))
    return Answer(await shown_rows(reader, vault, rows, request.field_mask.paths), total)


def _containing(engine: str, condition: store.Condition, request: v3.SearchEndDevicesRequest) -> store.Condition:
    wanted = {
        ("uid",): request.id_contains,
        ("name",): request.name_contains,
        ("description",): request.description_contains,
        ("dev_eui",): request.dev_eui_contains,
        ("join_eui",): request.join_eui_contains,
        ("uid", "name", "description", "dev_eui", "join_eui"): request.query,
    }
    for columns, text in wanted.items():
        if text:
            condition = condition.also(store.contains(engine, columns), _pattern(text))
    for key in request.attributes_contain:
        condition = condition.also(store.holds_bytes(engine), key.encode())
    return condition


def _pattern(text: str) -> str:
    escaped = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


async def _matching(
    reader: Reader, vault: Vault, application: int, condition: store.Condition, request: v3.SearchEndDevicesRequest
) -> list[Row]:
    """What SQL cannot see: attributes stand in the body, addresses are sealed with their session."""
    rows = await store.every(reader, condition, request.order)
    wanted = dict(request.attributes_contain)
    rows = [row for row in rows if _has_attributes(row, wanted)]
    if not request.dev_addr_contains:
        return list(rows)
    addressed = await _addressed(reader, vault, application, request.dev_addr_contains)
    return [row for row in rows if row["end_device"] in addressed]


def _has_attributes(row: Row, wanted: dict[str, str]) -> bool:
    attributes = v3.EndDevice.FromString(bytes(row["is_body"])).attributes
    return all(key in attributes and text.lower() in attributes[key].lower() for key, text in wanted.items())


async def _addressed(reader: Reader, vault: Vault, application: int, digits: str) -> set[int]:
    parts: Sequence[Row] = await store.network_states(reader, application)
    return {
        row["end_device"]
        for row in parts
        if digits.lower() in opened(vault, row, with_state=True).session.dev_addr.hex()
    }
