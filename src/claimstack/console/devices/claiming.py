"""The Claiming tab of an end device: its code, when it works, whether the device can be claimed now, who owned it."""

from starlette.responses import Response

from claimstack.console.devices.open import open_device
from claimstack.console.ground import Visit, page


async def show_claiming(visit: Visit) -> Response:
    """`GET /console/applications/{application_id}/devices/{device_id}/claiming`"""
    dev = await open_device(visit)
    return page(visit, "devices/claiming.html", **dev.words())
