"""The Claiming tab of an end device: its code, when it works, whether the device can be claimed now, who owned it."""

import os
from collections.abc import Mapping
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from starlette.responses import Response

from claimstack.claiming import bits, is_weak, make_code
from claimstack.console.devices.labels import label_texts
from claimstack.console.devices.open import OpenedDevice, ids_of, open_device
from claimstack.console.ground import Form, Visit, go, page, problems_of
from claimstack.console.ground.moments import UnreadableMoment, moment_value, read_moment
from claimstack.errors import ClaimstackError
from claimstack.wire import claimstack_v1, v3

CODE = "claim_authentication_code"
FIELDS = {
    f"end_device.{CODE}.value": "code",
    f"end_device.{CODE}": "code",
    CODE: "code",
}
WINDOW = ("valid_from", "valid_to")
# The rule counts distinct steps only, so that of the 80 bits of a code made here it sees 60 to 80.
STRONG_BITS = 56
SHOWN_REFUSALS, SHOWN_HOPS = 10, 50


async def show_claiming(visit: Visit) -> Response:
    """`GET …/devices/{device_id}/claiming`; `?code=shown` is for who has no script."""
    return await _page(visit, await open_device(visit))


async def take_code(visit: Visit) -> Response:
    """`POST` to the same: code and window, always written together."""
    dev, form = await open_device(visit), await visit.read_form()
    wish, problems = _wish(visit, form, await code_of(visit))
    if problems:
        return await _page(visit, dev, problems)
    try:
        await _write(visit, wish)
    except ClaimstackError as error:
        return await _page(visit, dev, problems_of(visit, error, FIELDS))
    return go(visit, f"{dev.base}/claiming", "layout.saved")


async def take_code_delete(visit: Visit) -> Response:
    """`POST …/claiming/delete`: nobody can claim the device any more."""
    dev, _ = await open_device(visit), await visit.read_form()
    await _write(visit, v3.EndDeviceAuthenticationCode())
    return go(visit, f"{dev.base}/claiming", "devices.code.was_deleted", id=dev.uid)


async def take_release(visit: Visit) -> Response:
    """`POST …/claiming/release`: the device goes back to its maker."""
    dev, _ = await open_device(visit), await visit.read_form()
    request = claimstack_v1.ReleaseEndDeviceRequest(end_device_ids=dev.device.ids)
    await visit.ask("claimstack.v1.ReleaseRegistry/Release", request)
    return go(visit, f"{dev.app.base}/devices", "devices.release.done", id=dev.uid)


# ------------------------------------------------------------------ the code


async def code_of(visit: Visit) -> Any:
    """The device's code with its window, empty when it has none."""
    request = v3.GetEndDeviceRequest(end_device_ids=ids_of(visit))
    request.field_mask.paths.append(CODE)
    return (await visit.ask("EndDeviceRegistry/Get", request)).claim_authentication_code


async def _write(visit: Visit, code: Any) -> None:
    request = v3.UpdateEndDeviceRequest(end_device=v3.EndDevice(ids=ids_of(visit)))
    request.end_device.claim_authentication_code.CopyFrom(code)
    request.field_mask.paths.append(CODE)
    await visit.ask("EndDeviceRegistry/Update", request)


def _wish(visit: Visit, form: Form, before: Any) -> tuple[Any, dict[str, str]]:
    wish, problems = v3.EndDeviceAuthenticationCode(value=form.text("code")), {}
    if form.text("generate"):
        wish.value = make_code(os.urandom(10))
    if not wish.value:
        problems["code"] = visit.t("devices.code.missing")
    for name in WINDOW:
        try:
            at = _moment(form.text(name), getattr(before, name) if before.HasField(name) else None)
        except UnreadableMoment:
            problems[name] = visit.t("devices.code.no_moment")
            continue
        if at is not None:
            getattr(wish, name).CopyFrom(at)
    ends = [getattr(wish, name).ToMicroseconds() for name in WINDOW if wish.HasField(name)]
    if len(ends) == len(WINDOW) and ends[0] >= ends[1]:
        problems["valid_to"] = visit.t("devices.code.before_itself")
    return wish, problems


def _moment(text: str, before: Timestamp | None) -> Timestamp | None:
    # A form knows minutes: what was not touched keeps its seconds.
    return before if before is not None and text == moment_value(before) else read_moment(text)


def strength(code: str) -> str:
    """`weak`, `fair` or `strong`, empty for no code: a key of the catalogue below `devices.strength`."""
    if not code:
        return ""
    if is_weak(code):
        return "weak"
    return "strong" if bits(code) >= STRONG_BITS else "fair"


# ------------------------------------------------------------------ the page


async def _page(visit: Visit, dev: OpenedDevice, problems: Mapping[str, str] | None = None) -> Response:
    code, form = await code_of(visit), visit.form
    kept = {name: moment_value(getattr(code, name)) if code.HasField(name) else "" for name in WINDOW}
    words = {
        "code": form.text("code") if form else code.value,
        "window": {name: form.text(name) if form else kept[name] for name in WINDOW},
        "has_code": bool(code.value),
        "strength": strength(code.value),
        "shown": visit.query.get("code") == "shown",
        "labels": await label_texts(visit, dev, code.value),
        "refusals": await _refusals(visit, dev),
        "transfers": await _transfers(visit, dev),
        "problems": problems or {},
    }
    return page(visit, "devices/claiming.html", 400 if problems else 200, **dev.words(), **words)


async def _refusals(visit: Visit, dev: OpenedDevice) -> Any:
    ids = dev.device.ids
    if not (ids.join_eui and ids.dev_eui):
        return []
    request = claimstack_v1.ListAuditRowsRequest(limit=SHOWN_REFUSALS, join_eui=ids.join_eui, dev_eui=ids.dev_eui)
    request.application_ids.application_id = dev.app.uid
    found = await visit.ask("claimstack.v1.AuditRegistry/List", request)
    return [row for row in found.rows if row.reason]


async def _transfers(visit: Visit, dev: OpenedDevice) -> Any:
    request = claimstack_v1.ListTransfersRequest(end_device_ids=dev.device.ids, limit=SHOWN_HOPS, order="-sequence")
    return (await visit.ask("claimstack.v1.LedgerRegistry/ListTransfers", request)).transfers
