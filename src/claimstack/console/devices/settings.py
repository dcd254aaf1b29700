"""General settings of an end device, and its deletion."""

from collections.abc import Mapping

from starlette.responses import Response

from claimstack.console.devices.open import ADDRESSES, OpenedDevice, ids_of, open_device
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

NAMES = ("name", "description", *ADDRESSES)
FIELDS = {f"end_device.{name}": name for name in NAMES}


async def show_settings(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/{device_id}/settings`"""
    dev = await open_device(visit)
    return _form(visit, dev, {name: getattr(dev.device, name) for name in NAMES})


async def take_settings(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/{device_id}/settings`"""
    dev, form = await open_device(visit), await visit.read_form()
    values = {name: form.text(name) for name in NAMES}
    request = v3.UpdateEndDeviceRequest(end_device=v3.EndDevice(ids=ids_of(visit)))
    for name, value in values.items():
        setattr(request.end_device, name, value)
    request.field_mask.paths.extend(NAMES)
    try:
        await visit.ask("EndDeviceRegistry/Update", request)
    except ClaimstackError as error:
        return _form(visit, dev, values, problems_of(visit, error, FIELDS))
    return go(visit, f"{dev.base}/settings", "layout.saved")


async def take_delete(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/{device_id}/delete`"""
    await visit.read_form()
    ids = ids_of(visit)
    await visit.ask("EndDeviceRegistry/Delete", ids)
    path = f"/console/applications/{ids.application_ids.application_id}/devices"
    return go(visit, path, "devices.was_deleted", id=ids.device_id)


def _form(
    visit: Visit, dev: OpenedDevice, values: Mapping[str, str], problems: Mapping[str, str] | None = None
) -> Response:
    words = {"values": values, "problems": problems or {}}
    return page(visit, "devices/settings.html", 400 if problems else 200, **dev.words(), **words)
