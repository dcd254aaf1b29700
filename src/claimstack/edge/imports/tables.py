"""Rows of device tables and lists. Of those of one kind the first is read with all care, the others are filled in."""

from __future__ import annotations

from claimstack.clock import from_micros
from claimstack.device_files import Certificates
from claimstack.device_templates import Alike, Conversion, Kind, Read, completed
from claimstack.edge.imports.found import Way, found
from claimstack.edge.json_codec import decode
from claimstack.import_rows import FoundRow, Order
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3


class TableRows:
    """Turns entries into rows; remembers a row of each kind of which one was good."""

    def __init__(self, way: Way) -> None:
        self._way = way
        self._kinds: dict[Kind, FoundRow] = {}

    def row(self, entry: Read) -> FoundRow:
        """What becomes of an entry."""
        if not isinstance(entry, Alike):
            return self._read(entry)
        known = self._kinds.get(entry.kind)
        if known is not None and self._way.checked.are_good(entry.own):
            return _like(known, entry)
        row = self._read(entry)
        if row.wish is not None and not self._way.keys:  # keys from beside are each device's own
            self._kinds[entry.kind] = row
        return row

    def _read(self, entry: Read) -> FoundRow:
        return found(completed(entry, self._way.request.defaults.version_ids), self._way)


def _like(known: FoundRow, entry: Alike) -> FoundRow:
    wish = known.wish
    assert wish is not None, "only good rows are kept"
    own = entry.own
    return known._replace(
        line=entry.place.line,
        column=entry.place.column,
        wish=wish._replace(
            uid=own.device_id,
            join_eui=own.join_eui or wish.join_eui,
            dev_eui=own.dev_eui or None,
            name=own.name,
            description=own.description,
            keys=tuple([(field, getattr(own, field)) for field, _ in wish.keys]),
        ),
    )


def conversion_of(order: Order, request: v1.CreateImportRequest) -> Conversion:
    """By which rules, whose signatures and at what time the file is converted."""
    trust = Certificates(order.signers, order.roots).trust()
    return Conversion(decode(v3.EndDevice), from_micros(order.now), trust, request.strict, request.defaults.version_ids)
