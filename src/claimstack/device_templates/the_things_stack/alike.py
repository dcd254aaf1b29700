"""Rows of a table that differ only in what is their own: read once with all care, then by filling in what differs.

Of a hundred thousand rows nearly all have the same make, model, versions and plan as one before. What makes a row
unusual (a cell that is not in its plain form, a session) is left to the careful way, which also finds the words for
what is wrong. `tests/device_templates` compare both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.wire import v3

MOST_KINDS = 1024
MOST_CHARACTERS = 1024
_ID = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,}")
_MOST_OF_ID = 36
_Put = Callable[[v3.EndDevice, str], bool]


def _put_id(device: v3.EndDevice, cell: str) -> bool:
    device.ids.device_id = cell
    return len(cell) <= _MOST_OF_ID and _ID.fullmatch(cell) is not None


def _put_dev_eui(device: v3.EndDevice, cell: str) -> bool:
    octets = bytes.fromhex(cell) if len(cell) == 16 else b""
    device.ids.dev_eui = octets
    return len(octets) == 8  # blanks between digits, which `fromhex` passes over, make it shorter


def _put_join_eui(device: v3.EndDevice, cell: str) -> bool:
    octets = bytes.fromhex(cell) if len(cell) == 16 else b""
    device.ids.join_eui = octets
    return len(octets) == 8


def _put_app_key(device: v3.EndDevice, cell: str) -> bool:
    return _put_key(device.root_keys.app_key, cell)


def _put_nwk_key(device: v3.EndDevice, cell: str) -> bool:
    return _put_key(device.root_keys.nwk_key, cell)


def _put_key(envelope: v3.KeyEnvelope, cell: str) -> bool:
    octets = bytes.fromhex(cell) if len(cell) == 32 else b""
    envelope.key = octets
    return len(octets) == 16


def _put_name(device: v3.EndDevice, cell: str) -> bool:
    device.name = cell
    return True


def _put_description(device: v3.EndDevice, cell: str) -> bool:
    device.description = cell
    return True


_OWN: dict[tuple[str, ...], _Put] = {
    ("ids", "device_id"): _put_id,
    ("ids", "dev_eui"): _put_dev_eui,
    ("ids", "join_eui"): _put_join_eui,
    ("root_keys", "app_key", "key"): _put_app_key,
    ("root_keys", "nwk_key", "key"): _put_nwk_key,
    ("name",): _put_name,
    ("description",): _put_description,
}
_Kind = tuple[tuple[str, ...], tuple[bool, ...]]  # cells that are shared, and which of a row's own have something


class AlikeRows:
    """Knows the kinds of rows that were read before. `columns`: number and path of each that is known."""

    def __init__(self, columns: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        self._own = [(number, _OWN[path]) for number, path in columns if path in _OWN]
        self._shared = [number for number, path in columns if path not in _OWN]
        self._sessions = [number for number, path in columns if path[0] == "session"]
        self._can = len({put for _, put in self._own}) == len(self._own)  # not two columns for one field
        self._kinds: dict[_Kind, tuple[v3.EndDevice, FieldMask]] = {}

    def template(self, cells: Sequence[str]) -> v3.EndDeviceTemplate | None:
        """The template of a row like one before; None where the careful way is needed."""
        known = self._kinds.get(self._kind(cells))
        if known is None:
            return None
        template = v3.EndDeviceTemplate()
        device = template.end_device
        device.CopyFrom(known[0])
        template.field_mask.CopyFrom(known[1])
        return template if self._filled(device, cells) else None

    def learn(self, cells: Sequence[str], template: v3.EndDeviceTemplate) -> None:
        """Remember what a row that was read with care shares with others."""
        if not self._can or len(self._kinds) >= MOST_KINDS or any(cells[number] for number in self._sessions):
            return
        shared = v3.EndDevice()
        shared.CopyFrom(template.end_device)
        shared.ClearField("ids")
        self._kinds[self._kind(cells)] = (shared, template.field_mask)

    def _kind(self, cells: Sequence[str]) -> _Kind:
        own = tuple([bool(cells[number].strip()) for number, _ in self._own])
        return tuple([cells[number] for number in self._shared]), own

    def _filled(self, device: v3.EndDevice, cells: Sequence[str]) -> bool:
        """Fill in what is the row's own; False when a cell is not in its plain form."""
        try:
            for number, put in self._own:
                cell = cells[number].strip()
                if cell and (len(cell) > MOST_CHARACTERS or not put(device, cell)):
                    return False
        except ValueError:  # not hexadecimal
            return False
        ids = device.ids
        if not ids.device_id:
            if not any(ids.dev_eui):
                return False
            ids.device_id = f"eui-{ids.dev_eui.hex()}"
        return True
