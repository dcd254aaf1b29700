"""What comes out of a file, entry by entry: a template, or the place and the reason why there is none.

No reason repeats what stood in the file: people import files that carry root keys.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.errors import Invalid
from claimstack.wire import v3

NAMESPACE = "pkg/devicetemplateconverter"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: the entry's `index` counts from 0, `line` and `column` from 1 (0: not known)."""

    index: int
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        where += [f"column {self.column}"] if self.column else []
        return ", ".join([f"entry {self.index}", *where])


@dataclass(frozen=True, slots=True)
class Converted:
    """An entry that became a template. `warnings` are for people: dates out of range, and the like. `serial` is that of
    its secure element, 9 bytes in hex; empty where there is none.
    """

    template: v3.EndDeviceTemplate
    place: Place
    warnings: tuple[str, ...] = ()
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """An entry that did not. `name` is that of the API's error; after the `last` one nothing more can be read."""

    place: Place
    name: str
    reason: str
    last: bool = False

    def error(self) -> Invalid:
        """The same as an error of the API."""
        return Invalid(
            NAMESPACE,
            self.name,
            "{place}: {reason}",
            place=str(self.place),
            reason=self.reason,
            index=self.place.index,
            line=self.place.line,
            column=self.place.column,
        )


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


class Mistake(Exception):
    """Raised inside a reader when an entry is wrong; `line` and `column` where they are known better than by entry."""

    def __init__(self, name: str, reason: str, line: int = 0, column: int = 0) -> None:
        self.name = name
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason)

    def at(self, place: Place, *, last: bool = False) -> Wrong:
        """The outcome of the entry that began at `place`."""
        exact = Place(place.index, self.line, self.column) if self.line else place
        return Wrong(exact, self.name, self.reason, last)
