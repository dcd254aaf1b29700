"""General settings of an end device, how it speaks on air, and its deletion."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from claimstack.console.devices import radio
from claimstack.console.devices.open import ADDRESSES, OpenedDevice, ids_of, open_device
from claimstack.console.devices.overview import network_part
from claimstack.console.ground import Visit, go, page, problems_of
from claimstack.console.settings import save, typed
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

NAMES = ("name", "description", *ADDRESSES)


async def show_settings(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/{device_id}/settings`"""
    return await _form(visit, await open_device(visit))


async def take_settings(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/{device_id}/settings`"""
    dev = await open_device(visit)
    request = v3.UpdateEndDeviceRequest(end_device=v3.EndDevice(ids=ids_of(visit)))
    problems = await save(visit, "EndDeviceRegistry/Update", request, "end_device", NAMES)
    if problems:
        return await _form(visit, dev, typed(visit, NAMES), problems=problems)
    return go(visit, f"{dev.base}/settings", "layout.saved")


async def take_radio(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/{device_id}/radio`"""
    dev, form = await open_device(visit), await visit.read_form()
    chosen = {name: form.text(name) for name in radio.NAMES}
    request = v3.SetEndDeviceRequest(end_device=v3.EndDevice(ids=dev.device.ids))
    request.field_mask.paths.extend(radio.NAMES)
    problems = radio.put_radio(visit, form, request.end_device)
    if problems:
        return await _form(visit, dev, radio_values=chosen, problems=problems)
    try:
        await visit.ask("NsEndDeviceRegistry/Set", request)
    except ClaimstackError as error:
        return await _form(visit, dev, radio_values=chosen, problems=problems_of(visit, error, radio.FIELDS))
    return go(visit, f"{dev.base}/settings", "layout.saved")


async def take_delete(visit: Visit) -> Response:
    """`POST /console/applications/{application_id}/devices/{device_id}/delete`"""
    await visit.read_form()
    ids = ids_of(visit)
    await visit.ask("EndDeviceRegistry/Delete", ids)
    path = f"/console/applications/{ids.application_ids.application_id}/devices"
    return go(visit, path, "devices.was_deleted", id=ids.device_id)


async def _form(
    visit: Visit,
    dev: OpenedDevice,
    values: Mapping[str, str] | None = None,
    radio_values: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """Both forms: with what stands there, or with what was typed."""
    words: dict[str, Any] = {"values": values or {name: getattr(dev.device, name) for name in NAMES}}
    part = await network_part(visit)
    words |= {"problems": problems or {}, "network": part is not None}
    if part is not None:
        words |= {"radio_values": radio_values or radio.radio_values(part), **await radio.radio_lists(visit)}
    return page(visit, "devices/settings.html", 400 if problems else 200, **dev.words(), **words)
