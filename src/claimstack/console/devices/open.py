"""What every page of one end device begins with: its application, the device, and how it stands to claims."""

from contextlib import suppress
from typing import Any, NamedTuple

from claimstack.console.applications import Opened, open_application
from claimstack.console.ground import Instead, Visit
from claimstack.console.ground.navigation import Entry, device_tabs
from claimstack.errors import ClaimstackError, NotFound
from claimstack.wire import claimstack_v1, v3

FIELDS = ("name", "description", "last_seen_at", "activated_at", "serial_number", "version_ids")
ADDRESSES = ("network_server_address", "application_server_address", "join_server_address")


class OpenedDevice(NamedTuple):
    """A device of an application, as the visitor sees it; `standing` says how it stands to claims now."""

    app: Opened
    device: Any
    standing: Any
    tabs: list[Entry]

    @property
    def uid(self) -> str:
        """Its id in the application."""
        return str(self.device.ids.device_id)

    @property
    def base(self) -> str:
        """The address of its first page."""
        return f"{self.app.base}/devices/{self.uid}"

    @property
    def title(self) -> str:
        """What people call it."""
        return str(self.device.name) or self.uid

    @property
    def full_ids(self) -> str:
        """Application and device, for messages that must name it beyond doubt."""
        return f"{self.app.uid} / {self.uid}"

    def words(self) -> dict[str, Any]:
        """What `devices/layout.html` needs."""
        return {"app": self.app, "dev": self}


def ids_of(visit: Visit) -> v3.EndDeviceIdentifiers:
    """The device of the address."""
    ids = v3.EndDeviceIdentifiers(device_id=visit.part("device_id"))
    ids.application_ids.application_id = visit.part("application_id")
    return ids


async def open_device(visit: Visit) -> OpenedDevice:
    """The device of the address; NotFound (a page, too) where there is none for this visitor."""
    app = await open_application(visit)
    request = v3.GetEndDeviceRequest(end_device_ids=ids_of(visit))
    request.field_mask.paths.extend([*FIELDS, *ADDRESSES])
    try:
        device = await visit.ask("EndDeviceRegistry/Get", request)
    except NotFound:
        await _tell_that_it_left(visit, app)
        raise
    about = claimstack_v1.GetClaimabilityRequest(end_device_ids=ids_of(visit))
    standing = await visit.ask("claimstack.v1.ClaimabilityRegistry/Get", about)
    tabs = device_tabs(visit, app.uid, device.ids.device_id, app.rights)
    return OpenedDevice(app, device, standing, tabs)


async def _tell_that_it_left(visit: Visit, app: Opened) -> None:
    """For who may know: the device is somebody else's by now. For all others it is as if it never was."""
    request = claimstack_v1.GetDepartureRequest(end_device_ids=ids_of(visit))
    with suppress(ClaimstackError):
        left = await visit.ask("claimstack.v1.LedgerRegistry/GetDeparture", request)
        raise Instead("devices/left.html", 404, **app.words(), device_id=visit.part("device_id"), left=left)
