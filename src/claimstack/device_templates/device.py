"""From the JSON of an end device to a template: read, named, and with the mask of what it sets."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.device_files import Mistake
from claimstack.device_templates.formats import ReadDevice
from claimstack.errors import Invalid
from claimstack.masks import set_paths
from claimstack.wire import v3

NAME = "parse_end_device"
_ID = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,}")


class WrongField(Mistake):
    """A value that its field cannot take: `field` is its path in the end device, `expected` what may stand there."""

    def __init__(self, field: str, expected: str) -> None:
        self.field = field
        self.expected = expected
        super().__init__(NAME, f"`{field}`: {expected}")


def template_of(
    value: Mapping[str, Any], read_device: ReadDevice, paths: Sequence[str] | None = None
) -> v3.EndDeviceTemplate:
    """The template of a device, with a mask of these paths or of what is set; `WrongField` when it is none."""
    try:
        device = read_device(value)
    except Invalid as refusal:
        words = refusal.attributes
        raise WrongField(str(words.get("field", "")), str(words.get("reason", refusal.text))) from None
    _name(device.ids)
    device.ids.ClearField("application_ids")
    device.ClearField("created_at")
    device.ClearField("updated_at")
    return v3.EndDeviceTemplate(
        end_device=device, field_mask=FieldMask(paths=set_paths(device) if paths is None else paths)
    )


def _name(ids: v3.EndDeviceIdentifiers) -> None:
    """Give the device an id if it has none, and look at the one it has."""
    if not ids.device_id:
        if not any(ids.dev_eui):
            raise WrongField("ids", "expected an id or a DevEUI")
        ids.device_id = device_id_of(ids.dev_eui)
    elif len(ids.device_id) > 36 or not _ID.fullmatch(ids.device_id):
        raise WrongField("ids.device_id", "expected 3 to 36 lower-case letters, digits and single hyphens")


def device_id_of(dev_eui: bytes) -> str:
    """The id of a device that was given none: `eui-0004a310001ff9da`."""
    return f"eui-{dev_eui.hex()}"
