"""The first page of an end device: what it is, where it stands, and its root keys when asked for."""

from typing import Any

from starlette.responses import Response

from claimstack.console.devices.open import OpenedDevice, ids_of, open_device
from claimstack.console.ground import Visit, page
from claimstack.errors import NotFound, PermissionDenied
from claimstack.identity import Right
from claimstack.wire import v3

NETWORK = ("frequency_plan_id", "lorawan_version", "lorawan_phy_version", "supports_join")


async def show_device(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/{device_id}`"""
    dev = await open_device(visit)
    return page(visit, "devices/overview.html", **dev.words(), network=await network_part(visit))


async def network_part(visit: Visit) -> Any:
    """Frequency plan and versions; None where no Network Server of ours has the device."""
    request = v3.GetEndDeviceRequest(end_device_ids=ids_of(visit))
    request.field_mask.paths.extend(NETWORK)
    try:
        return await visit.ask("NsEndDeviceRegistry/Get", request)
    except NotFound:
        return None


async def show_root_keys(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/{device_id}/root-keys`: not yet shown."""
    return _root_keys_page(visit, await open_device(visit))


async def take_root_keys(visit: Visit) -> Response:
    """`POST` to the same: shows them, once, and leaves the mark that they were read."""
    await visit.read_form()
    dev = await open_device(visit)
    if not dev.app.rights.has(Right.APPLICATION_DEVICES_READ_KEYS):
        raise PermissionDenied("pkg/auth", "no_application_rights", "no rights")
    request = v3.GetEndDeviceRequest(end_device_ids=ids_of(visit))
    request.field_mask.paths.append("root_keys")
    try:
        found = await visit.ask("JsEndDeviceRegistry/Get", request)
    except NotFound:
        found = v3.EndDevice()
    return _root_keys_page(visit, await open_device(visit), found.root_keys)


def _root_keys_page(visit: Visit, dev: OpenedDevice, keys: Any = None) -> Response:
    return page(visit, "devices/root_keys.html", **dev.words(), keys=keys)
