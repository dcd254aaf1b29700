"""The process that reads an import's file: `python -m claimstack.edge.imports.reader`.

An order and the file come on standard input, frames of rows go to standard output (see `import_rows/row.py`). It has no
database, no KEK, no network.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from claimstack.device_files import MAHTN_T, TNGLORA, Element, Wrong, manifest_elements
from claimstack.device_templates import find_format, read
from claimstack.edge.imports.chips import ChipRows
from claimstack.edge.imports.found import found, way_of
from claimstack.edge.imports.judge import Case, Cut, judge_of, plain, verdict
from claimstack.edge.imports.tables import TableRows, conversion_of
from claimstack.edge.imports.teams import judged
from claimstack.import_rows import FoundRow, Frame, Order, packed, unpacked_order

JUDGE = (sys.executable, "-m", "claimstack.edge.imports.judge")

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

    def __init__(self, file: _File, out: BinaryIO, most_rows: int) -> None:
        self._file, self._out, self._most_rows = file, out, most_rows
        self._rows: list[FoundRow] = []
        self._told = 0

    def add(self, row: FoundRow) -> None:
        self._rows.append(row)
        if len(self._rows) >= self._most_rows or self._file.bytes_read - self._told >= MOST_BYTES:
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
    frames = _Frames(file, out, order.most_rows)
    for row in rows(order, file):
        frames.add(row)
    frames.send(ended=True)


def rows(order: Order, file: Iterable[bytes]) -> Iterator[FoundRow]:
    """The rows of a file."""
    if order.format_id in (TNGLORA, MAHTN_T):
        return _of_chips(order, file)
    return _of_devices(order, file)


def _of_chips(order: Order, file: Iterable[bytes]) -> Iterator[FoundRow]:
    way = way_of(order)
    case = Case(order.format_id, order.now, way.request.strict, order.signers, order.roots)
    chips = ChipRows(way)
    for values in judged(_cuts(file), judge_of(case), JUDGE, tuple(case)):
        judgement = verdict(values)
        yield found(judgement, way) if isinstance(judgement, Wrong) else chips.row(*judgement)


def _of_devices(order: Order, file: Iterable[bytes]) -> Iterator[FoundRow]:
    format_ = find_format(order.format_id)
    assert format_ is not None, "checked when the job was created"
    way = way_of(order)
    table = TableRows(way)
    for entry in read(format_, file, conversion_of(order, way.request)):
        yield table.row(entry)


def _cuts(file: Iterable[bytes]) -> Iterator[Cut]:
    elements = manifest_elements()
    for piece in file:
        for one in elements.feed(piece):
            yield _cut(one)
        if elements.over:
            return
    for wrong in elements.close():
        yield _cut(wrong)


def _cut(one: Element | Wrong) -> Cut:
    if isinstance(one, Element):
        return one.index, one.position.line, one.position.column, one.text
    return plain(one)


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, KeyboardInterrupt):
        os._exit(1)  # who ordered it is gone
