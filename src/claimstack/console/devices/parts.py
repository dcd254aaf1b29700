"""A new device written to the registers one after the other: identity first, then Join, Network, Application Server.

When one of them refuses, what was registered before is taken back, so that no half device remains.
"""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from claimstack.console.applications import Opened
from claimstack.console.devices.open import ADDRESSES
from claimstack.console.ground import Visit
from claimstack.errors import ClaimstackError
from claimstack.wire import v3

NETWORK = ("frequency_plan_id", "lorawan_version", "lorawan_phy_version", "supports_join")
# A form that was sent twice: the first has done it, with keys of its own making.
DONE = ("key_reused", "answer_lost")


async def register(visit: Visit, app: Opened, device: Any) -> None:
    """Register a device that joins, with whatever it says; errors are those of the registers."""
    put_addresses(visit, app, device)
    await visit.ask("EndDeviceRegistry/Create", v3.CreateEndDeviceRequest(end_device=_identity(device)))
    try:
        await _write_parts(visit, device)
    except ClaimstackError as error:
        if error.name not in DONE:
            with suppress(ClaimstackError):  # what remains can be deleted by hand
                await visit.ask("EndDeviceRegistry/Delete", device.ids)
        raise


def put_addresses(visit: Visit, app: Opened, device: Any) -> None:
    """The servers that keep the parts, as clients ask only those: the application's, else this one."""
    ours = urlsplit(visit.settings.url).hostname or ""
    for name in ADDRESSES:
        setattr(device, name, getattr(app.application, name) or ours)


def _identity(device: Any) -> Any:
    identity = v3.EndDevice(ids=device.ids, name=device.name, description=device.description)
    for name in ADDRESSES:
        setattr(identity, name, getattr(device, name))
    if device.serial_number:
        identity.serial_number = device.serial_number
    if device.claim_authentication_code.value:
        identity.claim_authentication_code.CopyFrom(device.claim_authentication_code)
    return identity


async def _write_parts(visit: Visit, device: Any) -> None:
    keyed = v3.EndDevice(ids=device.ids, root_keys=device.root_keys)
    keyed.network_server_address = device.network_server_address
    keyed.application_server_address = device.application_server_address
    paths = ["network_server_address", "application_server_address"]
    given = [name for name in ("app_key", "nwk_key") if getattr(device.root_keys, name).key]
    paths.extend(f"root_keys.{name}.key" for name in given)
    await _set(visit, "JsEndDeviceRegistry", keyed, paths)
    heard = v3.EndDevice(ids=device.ids)
    for name in NETWORK:
        setattr(heard, name, getattr(device, name))
    await _set(visit, "NsEndDeviceRegistry", heard, list(NETWORK))
    await _set(visit, "AsEndDeviceRegistry", v3.EndDevice(ids=device.ids), ["ids"])


async def _set(visit: Visit, registry: str, device: Any, paths: list[str]) -> None:
    request = v3.SetEndDeviceRequest(end_device=device)
    request.field_mask.paths.extend(paths)
    await visit.ask(f"{registry}/Set", request)
