"""The process that reads an import's file: `python -m claimstack.edge.imports.reader`.

An order and the file come on standard input, frames of rows go to standard output (see `imports/reading.py`). It has no
database, no KEK, no network.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import Any, BinaryIO, NamedTuple

from claimstack.clock import from_micros
from claimstack.device_templates import (
    MAHTN_T,
    TNGLORA,
    Certificates,
    Conversion,
    Converted,
    Element,
    Entries,
    Outcome,
    Place,
    Position,
    Wrong,
    convert,
    find_format,
    manifest_elements,
)
from claimstack.edge.imports.checked import CheckedDevices
from claimstack.edge.imports.teams import Judge, in_turns
from claimstack.edge.json_codec import decode
from claimstack.end_devices.bulk import split
from claimstack.errors import Invalid
from claimstack.imports import FoundRow, Frame, Order, packed, plain, unpacked_order, unplain
from claimstack.imports.components import complete, components_of, put_addresses, takes_code
from claimstack.imports.side_keys import SideKeys, put_side_keys, read_side_keys
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

MOST_ROWS = 400
MOST_BYTES = 1 << 22
"""Of the file between two frames: so much later the progress is told, even when no row was found."""

_PIECE = 1 << 16


class _File:
    """The rest of standard input, in pieces; counts what was read."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.bytes_read = 0

    def __iter__(self) -> Iterator[bytes]:
        while piece := self._source.read(_PIECE):
            self.bytes_read += len(piece)
            yield piece


class _Frames:
    """Gathers rows into frames."""

    def __init__(self, file: _File, out: BinaryIO) -> None:
        self._file, self._out = file, out
        self._rows: list[FoundRow] = []
        self._told = 0

    def add(self, row: FoundRow) -> None:
        self._rows.append(row)
        if len(self._rows) >= MOST_ROWS or self._file.bytes_read - self._told >= MOST_BYTES:
            self.send()

    def send(self, *, ended: bool = False) -> None:
        self._told = self._file.bytes_read
        self._out.write(packed(Frame(self._rows, self._told, ended)))
        self._out.flush()
        self._rows = []


def main() -> None:
    """Read one file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what is in memory here are root keys
    source, out = sys.stdin.buffer, sys.stdout.buffer
    order = unpacked_order(source.read(int.from_bytes(source.read(4), "big")))
    file = _File(source)
    frames = _Frames(file, out)
    for row in rows(order, file):
        frames.add(row)
    frames.send(ended=True)


def rows(order: Order, file: Iterable[bytes]) -> Iterator[FoundRow]:
    """The rows of a file."""
    request = v1.CreateImportRequest.FromString(order.request)
    format_ = find_format(order.format_id)
    assert format_ is not None, "checked when the job was created"
    trust = Certificates(order.signers, order.roots).trust()
    conversion = Conversion(
        decode(v3.EndDevice), from_micros(order.now), trust, request.strict, request.defaults.version_ids
    )
    way = Way(request, CheckedDevices(), read_side_keys(order.keys))
    if order.format_id in (TNGLORA, MAHTN_T):
        yield from _of_manifest(file, order.format_id, conversion, way)
        return
    for outcome in convert(format_, file, conversion):
        yield found(outcome, way)


_Cut = tuple[Any, ...]  # an entry's index, text, line and column; or a refusal's place, name, reason and last


def _of_manifest(file: Iterable[bytes], format_id: str, conversion: Conversion, way: Way) -> Iterator[FoundRow]:
    def judge() -> Judge:
        entries = Entries(format_id, conversion)
        return lambda batch: [plain(found(_judged(cut, entries), way)) for cut in batch]

    for row in in_turns(_cuts(file), judge):
        yield unplain(row)


def _cuts(file: Iterable[bytes]) -> Iterator[_Cut]:
    elements = manifest_elements()
    for piece in file:
        for one in elements.feed(piece):
            yield _cut(one)
        if elements.over:
            return
    for wrong in elements.close():
        yield _cut(wrong)


def _cut(one: Element | Wrong) -> _Cut:
    if isinstance(one, Element):
        return one.index, one.text, one.position.line, one.position.column
    return *astuple(one.place), one.name, one.reason, one.last


def _judged(cut: _Cut, entries: Entries) -> Outcome:
    if len(cut) == 4:
        index, text, *position = cut
        return entries.outcome(Element(index, text, Position(*position)))
    *place, name, reason, last = cut
    return Wrong(Place(*place), name, reason, last)


class Way(NamedTuple):
    """What is asked of every entry: what was wished for, the contract's rules, and keys from beside."""

    request: v1.CreateImportRequest
    checked: CheckedDevices
    keys: dict[bytes, SideKeys]


def found(outcome: Outcome, way: Way) -> FoundRow:
    """What becomes of an entry: a device to register, or why there is none."""
    request = way.request
    place = outcome.place
    if not isinstance(outcome, Converted):
        return FoundRow(place.line, place.column, outcome.name, outcome.reason, last=outcome.last)
    device, paths = outcome.template.end_device, outcome.template.field_mask.paths
    complete(device, paths, request.defaults)
    remark = put_side_keys(device, paths, way.keys)
    device.ids.application_ids.CopyFrom(request.application_ids)
    try:
        components = components_of(device, request.components)
        put_addresses(device, paths, components, request.server_address)
        way.checked.check(device)
        wish = split(device, paths, components)
    except Invalid as refusal:
        return FoundRow(place.line, place.column, refusal.name, refusal.text)
    warnings = "; ".join((*outcome.warnings, remark)) if remark else "; ".join(outcome.warnings)
    return FoundRow(place.line, place.column, "", "", warnings, wish, takes_code(device))


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # who ordered it is gone
