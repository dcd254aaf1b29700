"""Rows of a manifest's chips. They differ in few things; what they share is worked out for the first alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from claimstack.device_files import Chip, Chips, Place, Wrong
from claimstack.device_parts import Wish
from claimstack.device_templates import DUPLICATE, completed, device_id_of, of_chip, put_statement
from claimstack.edge.imports.found import Way, found
from claimstack.import_rows import FoundRow
from claimstack.wire import v3


class _First(NamedTuple):
    """A row that was good, and by component, those parts of its device that hold the maker's statement, without it."""

    row: FoundRow
    wish: Wish
    parts: Mapping[str, v3.EndDevice]


class ChipRows:
    """Turns chips into rows; the same chip is taken once."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._chips = Chips()
        self._first: _First | None = None

    def row(self, chip: Chip, place: Place) -> FoundRow:
        """What becomes of a chip."""
        if not self._chips.new(chip.serial):
            return found(Wrong(place, *DUPLICATE), self._way)
        if self._way.keys or not chip.dev_eui:  # what a chip is given from beside is its own
            return self._alone(chip, place)
        if self._first is not None:
            return _like(self._first, chip, place)
        row = self._alone(chip, place)
        if row.wish is not None:
            self._first = _First(row, row.wish, dict(_stating(row.wish)))
        return row

    def _alone(self, chip: Chip, place: Place) -> FoundRow:
        return found(completed(of_chip(chip, place), self._way.request.defaults.version_ids), self._way)


def _stating(wish: Wish) -> Iterator[tuple[str, v3.EndDevice]]:
    for component, settings, _ in wish.parts:
        part = v3.EndDevice.FromString(settings)
        if part.HasField("provisioning_data"):
            part.ClearField("provisioning_data")
            yield component, part


def _like(first: _First, chip: Chip, place: Place) -> FoundRow:
    wish = first.wish._replace(
        uid=device_id_of(chip.dev_eui),
        join_eui=chip.join_eui,
        dev_eui=chip.dev_eui,
        parts=tuple([(name, _settings(first, chip, name, known), state) for name, known, state in first.wish.parts]),
    )
    return first.row._replace(line=place.line, column=place.column, warnings="; ".join(chip.warnings), wish=wish)


def _settings(first: _First, chip: Chip, component: str, known: bytes) -> bytes:
    if component not in first.parts:
        return known
    part = v3.EndDevice()  # a new one each time: a message keeps the memory of all that it ever held
    part.CopyFrom(first.parts[component])
    put_statement(part, chip)
    return part.SerializeToString(deterministic=True)
