"""What comes out of a file, entry by entry: a template, or the place and the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.device_files import Place, Wrong
from claimstack.wire import v3


@dataclass(frozen=True, slots=True)
class Converted:
    """An entry that became a template. `warnings` are for people: dates out of range, and the like. `serial` is that of
    its secure element, 9 bytes in hex; empty where there is none.
    """

    template: v3.EndDeviceTemplate
    place: Place
    warnings: tuple[str, ...] = ()
    serial: str = ""


Outcome = Converted | Wrong


class Own(NamedTuple):
    """What a row of a table has for itself alone; empty where it says nothing. EUIs are 8 bytes, keys 16."""

    device_id: str = ""
    dev_eui: bytes = b""
    join_eui: bytes = b""
    app_key: bytes = b""
    nwk_key: bytes = b""
    name: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Rows of a table with all else in common: a device of that kind without its own, and the mask of such rows."""

    shared: v3.EndDevice
    mask: FieldMask


class Alike(NamedTuple):
    """An entry of a kind that was read before. Who does not know kinds asks for its template."""

    kind: Kind
    own: Own
    place: Place

    def converted(self) -> Converted:
        """The same with its template."""
        template = v3.EndDeviceTemplate()
        template.field_mask.CopyFrom(self.kind.mask)
        device, own = template.end_device, self.own
        device.CopyFrom(self.kind.shared)
        device.ids.device_id, device.ids.dev_eui, device.ids.join_eui = own.device_id, own.dev_eui, own.join_eui
        device.name, device.description = own.name, own.description
        if own.app_key:
            device.root_keys.app_key.key = own.app_key
        if own.nwk_key:
            device.root_keys.nwk_key.key = own.nwk_key
        return Converted(template, self.place)


Read = Outcome | Alike
