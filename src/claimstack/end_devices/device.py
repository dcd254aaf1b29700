"""An end device as its row tells it: identifiers, the Identity Server's part, and what happened to it.

The row carries what identifies and owns the device; `is_body` is the Identity Server's part less what has a column.
"""

from collections.abc import Sequence
from typing import NamedTuple

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack import masks
from claimstack.applications import put
from claimstack.errors import NotFound, invalid_field
from claimstack.events import Event, post
from claimstack.identity import Entity, Right
from claimstack.storage import Row, Transaction
from claimstack.wire import v3

_EUI_BYTES = 8


class Columns(NamedTuple):
    """What an end device is registered with, as the row holds it; EUIs are 8 bytes or absent."""

    uid: str
    join_eui: bytes | None
    dev_eui: bytes | None
    name: str
    description: str
    body: bytes
    last_seen_at: int | None


def euis_of(ids: v3.EndDeviceIdentifiers) -> tuple[bytes | None, bytes | None]:
    """JoinEUI and DevEUI of a new device. A JoinEUI alone says nothing: it needs a DevEUI."""
    if ids.join_eui and not ids.dev_eui:
        raise invalid_field("end_device.ids.dev_eui", "expected the DevEUI that belongs to the JoinEUI")
    return ids.join_eui or None, ids.dev_eui or None


def check_euis(row: Row, ids: v3.EndDeviceIdentifiers) -> None:
    """`Invalid` when a write names other EUIs than the device was registered with: they never change."""
    for name in ("join_eui", "dev_eui"):
        said = getattr(ids, name)
        if said and said != bytes(row[name] or b""):
            raise invalid_field(f"end_device.ids.{name}", "expected what the device was registered with")


def identifiers(application_uid: str, row: Row) -> v3.EndDeviceIdentifiers:
    """The device's identifiers in the contract's words."""
    ids = v3.EndDeviceIdentifiers()
    put_identifiers(ids, application_uid, row)
    return ids


def put_identifiers(ids: v3.EndDeviceIdentifiers, application_uid: str, row: Row) -> None:
    """Write the identifiers into a field of a message, without a copy."""
    ids.device_id = row["uid"]
    ids.application_ids.application_id = application_uid
    if row["dev_eui"] is not None:
        ids.dev_eui = bytes(row["dev_eui"])
    if row["join_eui"] is not None:
        ids.join_eui = bytes(row["join_eui"])


def identity_part(row: Row) -> v3.EndDevice:
    """The Identity Server's part, whole, without identifiers, times and code."""
    device = v3.EndDevice.FromString(bytes(row["is_body"]))
    device.name = row["name"]
    device.description = row["description"]
    if row["last_seen_at"] is not None:
        put(device.last_seen_at, row["last_seen_at"])
    return device


def shown(application_uid: str, row: Row, part: v3.EndDevice, paths: Sequence[str]) -> v3.EndDevice:
    """The answer: the masked fields of the part, with the identifiers and times that always come along."""
    asked = [path for path in paths if is_own(path)]
    device = masks.select(part, asked) if asked else v3.EndDevice()
    put_identifiers(device.ids, application_uid, row)
    put(device.created_at, row["created_at"])
    put(device.updated_at, row["updated_at"])
    return device


def is_own(path: str) -> bool:
    """Whether the path names a field of a part, not what every device carries anyway."""
    return path.partition(".")[0] not in ("ids", "created_at", "updated_at")


def names(paths: Sequence[str], field: str) -> bool:
    """Whether a mask names the field: itself, a parent, or something inside."""
    inside = f"{field}."
    return any(path == field or path.startswith(inside) or field.startswith(f"{path}.") for path in paths)


def not_found(ids: v3.EndDeviceIdentifiers, namespace: str = "pkg/identityserver/store") -> NotFound:
    """There is no such device in this application, or not in this register."""
    application_id, device_id = ids.application_ids.application_id, ids.device_id
    if namespace == "pkg/identityserver/store":
        text = "end device `{device_id}` not found in application `{application_id}`"
        return NotFound(namespace, "end_device_not_found", text, application_id=application_id, device_id=device_id)
    text = "device `{device_id}` of application `{application_id}` not found"
    return NotFound(namespace, "device_not_found", text, application_id=application_id, device_id=device_id)


async def tell(tx: Transaction, application: Entity, row: Row, name: str, now: int, paths: Sequence[str] = ()) -> None:
    """Post an event about the device, for those who may read the application's devices; `paths`: what changed."""
    ids = v3.EntityIdentifiers(device_ids=identifiers(application.uid, row))
    visibility = (int(Right.APPLICATION_DEVICES_READ),)
    payload = FieldMask(paths=paths) if paths else None
    owner, device, epoch = application.id, row["end_device"], row["epoch"]
    await post(tx, Event(name, now, "application", owner, ids, visibility, device, epoch, payload))
