"""Rows of a table that differ only in what is their own: read once with all care, then by filling in what differs.

Of a hundred thousand rows nearly all have the same make, model, versions and plan as one before. What makes a row
unusual (a cell that is not in its plain form, a session) is left to the careful way, which also finds the words for
what is wrong. `tests/device_templates` compare both ways.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from claimstack.device_templates.outcome import Kind, Own
from claimstack.wire import v3

MOST_KINDS = 1024
MOST_CHARACTERS = 1024
_ID = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,35}")
_MOST_OF_ID = 36
_ReadOwn = Callable[[str], Any]
"""The value in a cell; nothing when the cell is not in its plain form."""


def _id(cell: str) -> str:
    return cell if len(cell) <= _MOST_OF_ID and _ID.fullmatch(cell) else ""


def _eui(cell: str) -> bytes:
    octets = bytes.fromhex(cell) if len(cell) == 16 else b""
    return octets if len(octets) == 8 else b""  # blanks between digits, which `fromhex` passes over, make it shorter


def _key(cell: str) -> bytes:
    octets = bytes.fromhex(cell) if len(cell) == 32 else b""
    return octets if len(octets) == 16 else b""


_OWN: dict[tuple[str, ...], tuple[str, _ReadOwn]] = {
    ("ids", "device_id"): ("device_id", _id),
    ("ids", "dev_eui"): ("dev_eui", _eui),
    ("ids", "join_eui"): ("join_eui", _eui),
    ("root_keys", "app_key", "key"): ("app_key", _key),
    ("root_keys", "nwk_key", "key"): ("nwk_key", _key),
    ("name",): ("name", str),
    ("description",): ("description", str),
}
_Sort = tuple[tuple[str, ...], tuple[bool, ...]]  # cells that are shared, and which of a row's own have something


class AlikeRows:
    """Knows the kinds of rows that were read before. `columns`: number and path of each that is known."""

    def __init__(self, columns: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        self._own = [(number, *_OWN[path]) for number, path in columns if path in _OWN]
        self._shared = [number for number, path in columns if path not in _OWN]
        self._sessions = [number for number, path in columns if path[0] == "session"]
        self._can = len({name for _, name, _ in self._own}) == len(self._own)  # not two columns for one field
        self._kinds: dict[_Sort, Kind] = {}

    def read(self, cells: Sequence[str]) -> tuple[Kind, Own] | None:
        """What a row like one before is; None where the careful way is needed."""
        kind = self._kinds.get(self._sort(cells))
        own = self._own_of(cells) if kind is not None else None
        return (kind, own) if kind is not None and own is not None else None

    def learn(self, cells: Sequence[str], template: v3.EndDeviceTemplate) -> None:
        """Remember what a row that was read with care shares with others."""
        if not self._can or len(self._kinds) >= MOST_KINDS or any(cells[number] for number in self._sessions):
            return
        shared = v3.EndDevice()
        shared.CopyFrom(template.end_device)
        shared.ClearField("ids")
        self._kinds[self._sort(cells)] = Kind(shared, template.field_mask)

    def _sort(self, cells: Sequence[str]) -> _Sort:
        own = tuple([bool(cells[number].strip()) for number, _, _ in self._own])
        return tuple([cells[number] for number in self._shared]), own

    def _own_of(self, cells: Sequence[str]) -> Own | None:
        """What is the row's own; None when a cell is not in its plain form."""
        found = {}
        try:
            for number, name, read in self._own:
                if cell := cells[number].strip():
                    value = read(cell) if len(cell) <= MOST_CHARACTERS else None
                    if not value:
                        return None
                    found[name] = value
        except ValueError:  # not hexadecimal
            return None
        if "device_id" not in found:
            if not any(found.get("dev_eui", b"")):
                return None
            found["device_id"] = f"eui-{found['dev_eui'].hex()}"
        return Own(**found)
