"""The spreadsheet template of The Things Stack's device tables (.xlsx): the same columns, in the first sheet.

An archive has its table of contents at the end, so the packed file is put aside first, beyond a megabyte on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile

from claimstack.device_files import Mistake, Place, Wrong
from claimstack.device_templates.formats import Conversion, Format
from claimstack.device_templates.outcome import Read
from claimstack.device_templates.the_things_stack import workbook
from claimstack.device_templates.the_things_stack.columns import Row, Table

MOST_PACKED_BYTES = 1 << 24
_KEPT_IN_MEMORY = 1 << 20


class _Reader:
    def __init__(self, conversion: Conversion) -> None:
        self.over = False
        self._conversion = conversion
        self._packed = SpooledTemporaryFile(_KEPT_IN_MEMORY)  # noqa: SIM115 - closed when the file has been read
        self._index = 0

    def feed(self, chunk: bytes) -> Iterator[Read]:
        if self._packed.tell() + len(chunk) > MOST_PACKED_BYTES:
            self.over = True
            self._packed.close()
            yield self._end(Mistake(workbook.NAME, f"expected at most {MOST_PACKED_BYTES} bytes"))
        elif not self.over:
            self._packed.write(chunk)

    def close(self) -> Iterator[Read]:
        if self.over:
            return
        self.over = True
        with self._packed as packed:
            try:
                yield from self._outcomes(workbook.rows(packed))
            except Mistake as mistake:
                yield self._end(mistake)

    def _outcomes(self, rows: Iterator[Row]) -> Iterator[Read]:
        head = next(rows, None)
        if head is None:
            raise Mistake("csv_header", "expected the names of columns in the first row, found none")
        table = Table(head)
        for row in rows:
            yield self._outcome(table, row)
            self._index += 1

    def _outcome(self, table: Table, row: Row) -> Read:
        try:
            return table.read(table.filled(row), self._index, self._conversion.read_device)
        except Mistake as mistake:
            return mistake.at(Place(self._index, row.line))

    def _end(self, mistake: Mistake) -> Wrong:
        return mistake.at(Place(self._index), last=True)


THE_THINGS_STACK_XLSX = Format(
    id="the-things-stack-xlsx",
    name="The Things Stack spreadsheet",
    description="Table of end devices with a row of column names, in the first sheet of an Office Open XML file",
    file_extensions=(".xlsx",),
    open=_Reader,
)
