"""The columns of The Things Stack's device tables, and a row of one turned into the JSON of an end device.

The same table stands in CSV files and in spreadsheets. Columns that are not known are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from claimstack.device_files import Mistake, Place
from claimstack.device_templates.device import WrongField, template_of
from claimstack.device_templates.formats import ReadDevice
from claimstack.device_templates.outcome import Alike, Converted
from claimstack.device_templates.the_things_stack.alike import AlikeRows
from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.lorawan.octets import hexadecimal_fault

MOST_COLUMNS = 256
MOST_CHARACTERS = 4096
_DECIMAL = re.compile(r"[0-9]{1,10}")
_TRUE = frozenset({"1", "t", "true", "yes"})
_FALSE = frozenset({"0", "f", "false", "no"})

_Read = Callable[[str], object]


def _text(cell: str) -> object:
    return cell


def _decimal(cell: str) -> object:
    if not _DECIMAL.fullmatch(cell):
        raise ValueError("expected a decimal number")
    return int(cell)


def _boolean(cell: str) -> object:
    if (word := cell.lower()) not in _TRUE | _FALSE:
        raise ValueError("expected true or false")
    return word in _TRUE


def _dev_eui(cell: str) -> object:
    return str(DevEUI.parse(cell))


def _join_eui(cell: str) -> object:
    return str(JoinEUI.parse(cell))


def _hexadecimal(octets: int) -> _Read:
    def read(cell: str) -> object:
        if fault := hexadecimal_fault(cell, 2 * octets):
            raise ValueError(fault)
        return cell

    return read


_DEV_ADDR = _hexadecimal(4)
_KEY = _hexadecimal(16)
# Written as numbers in a spreadsheet these lose digits without a word.
_DIGITS = frozenset({_dev_eui, _join_eui, _DEV_ADDR, _KEY})


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the path that it fills in the JSON of an end device, and how its cells are read."""

    path: tuple[str, ...]
    read: _Read = _text


def _column(path: str, read: _Read = _text) -> Column:
    return Column(tuple(path.split(".")), read)


COLUMNS = {
    "id": _column("ids.device_id"),
    "dev_eui": _column("ids.dev_eui", _dev_eui),
    "join_eui": _column("ids.join_eui", _join_eui),
    "app_eui": _column("ids.join_eui", _join_eui),  # its name before LoRaWAN 1.0.4
    "name": _column("name"),
    "description": _column("description"),
    "frequency_plan_id": _column("frequency_plan_id"),
    "lorawan_version": _column("lorawan_version"),
    "lorawan_phy_version": _column("lorawan_phy_version"),
    "brand_id": _column("version_ids.brand_id"),
    "model_id": _column("version_ids.model_id"),
    "hardware_version": _column("version_ids.hardware_version"),
    "firmware_version": _column("version_ids.firmware_version"),
    "band_id": _column("version_ids.band_id"),
    "vendor_id": _column("lora_alliance_profile_ids.vendor_id", _decimal),
    "vendor_profile_id": _column("lora_alliance_profile_ids.vendor_profile_id", _decimal),
    "app_key": _column("root_keys.app_key.key", _KEY),
    "nwk_key": _column("root_keys.nwk_key.key", _KEY),
    "rx1_delay": _column("mac_settings.rx1_delay"),
    "supports_32_bit_f_cnt": _column("mac_settings.supports_32_bit_f_cnt", _boolean),
    "dev_addr": _column("session.dev_addr", _DEV_ADDR),
    "app_s_key": _column("session.keys.app_s_key.key", _KEY),
    "f_nwk_s_int_key": _column("session.keys.f_nwk_s_int_key.key", _KEY),
    "last_f_cnt_up": _column("session.last_f_cnt_up", _decimal),
    "last_n_f_cnt_down": _column("session.last_n_f_cnt_down", _decimal),
    "last_a_f_cnt_down": _column("session.last_a_f_cnt_down", _decimal),
    "supports_class_c": _column("supports_class_c", _boolean),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row of a table; `numbers` are the columns whose cell a spreadsheet keeps as a number."""

    line: int
    cells: Sequence[str]
    numbers: frozenset[int] = field(default=frozenset())

    def is_empty(self) -> bool:
        """Whether there is nothing in any cell."""
        return not any(self.cells)


class Table:
    """The head of a table, which says what stands in its rows. `Mistake` (`csv_header`) when no column is known."""

    def __init__(self, head: Row) -> None:
        names = [cell.strip().lower() for cell in head.cells]
        self._width = len(names)
        self._columns = [(number, name, COLUMNS[name]) for number, name in enumerate(names) if name in COLUMNS]
        self._line = head.line
        self._check(names)
        self._alike = AlikeRows([(number, column.path) for number, _, column in self._columns])

    def read(self, row: Row, index: int, read_device: ReadDevice) -> Converted | Alike:
        """What a row is, in the file's entry of that index; `Mistake` with its line and the column's number from 1."""
        if any(row.cells[self._width :]) or len(row.cells) < self._width:
            raise Mistake("parse_csv", f"expected {self._width} cells, got {len(row.cells)}", row.line)
        alike = None if row.numbers else self._alike.read(row.cells)
        if alike is not None:
            return Alike(*alike, Place(index, row.line))
        try:
            device = self._device(row)
            template = template_of(device, read_device, list(_paths(device)))
        except WrongField as wrong:
            raise self._placed(wrong, row) from None
        self._alike.learn(row.cells, template)
        return Converted(template, Place(index, row.line))

    def filled(self, row: Row) -> Row:
        """The row with the empty cells at its end that a spreadsheet leaves out."""
        return Row(row.line, [*row.cells, *[""] * (self._width - len(row.cells))], row.numbers)

    def _check(self, names: list[str]) -> None:
        if not self._columns:
            raise Mistake("csv_header", "expected the names of columns, such as dev_eui, in the first line", self._line)
        if len(names) > MOST_COLUMNS:
            raise Mistake("csv_header", f"expected at most {MOST_COLUMNS} columns", self._line)
        for number, name, _ in self._columns:
            if name in names[:number]:
                raise Mistake("csv_header", f"column `{name}` stands there twice", self._line, number + 1)

    def _device(self, row: Row) -> dict[str, Any]:
        device: dict[str, Any] = {}
        for number, name, column in self._columns:
            if cell := row.cells[number].strip():
                part = device
                for step in column.path[:-1]:
                    part = part.setdefault(step, {})
                value = _read(name, column, cell, row, number)
                if part.setdefault(column.path[-1], value) != value:
                    raise _wrong(name, "join_eui says something else", row, number)
        if "root_keys" in device:
            device["supports_join"] = True
        return device

    def _placed(self, wrong: WrongField, row: Row) -> Mistake:
        for number, name, column in self._columns:
            path = ".".join(column.path)
            if path == wrong.field or path.startswith(wrong.field + "."):
                return _wrong(name, wrong.expected, row, number)
        return Mistake("parse_csv_field", wrong.expected, row.line)


def _paths(device: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """What the row sets, zero or not, and the id that a device without one is given."""
    if not prefix and "device_id" not in device.get("ids", {}):
        yield "ids.device_id"
    for name, value in device.items():
        yield from _paths(value, f"{prefix}{name}.") if isinstance(value, dict) else [prefix + name]


def _read(name: str, column: Column, cell: str, row: Row, number: int) -> object:
    if len(cell) > MOST_CHARACTERS:
        raise _wrong(name, f"expected at most {MOST_CHARACTERS} characters", row, number)
    if number in row.numbers and column.read in _DIGITS:
        raise _wrong(name, "is kept as a number, which loses digits: format the column as text", row, number)
    try:
        return column.read(cell)
    except ValueError as fault:
        raise _wrong(name, str(fault), row, number) from None


def _wrong(name: str, expected: str, row: Row, number: int) -> Mistake:
    return Mistake("parse_csv_field", f"`{name}`: {expected}", row.line, number + 1)
