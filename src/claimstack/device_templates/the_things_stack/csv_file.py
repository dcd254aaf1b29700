"""Device tables of The Things Stack in CSV (RFC 4180), divided by semicolons or commas."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from functools import cache

from claimstack.device_files import Mistake, Place, Wrong
from claimstack.device_templates.formats import Conversion, Format
from claimstack.device_templates.outcome import Read
from claimstack.device_templates.the_things_stack.charset import Charset
from claimstack.device_templates.the_things_stack.columns import Row, Table

MOST_LINE_CHARACTERS = 1 << 16
MOST_ROW_LINES = 100
_NAME = "parse_csv"

_Line = tuple[int, str | None]  # number and text; None: it was too long


class Lines:
    """Text in pieces into lines. A line that is too long comes out as None, and none of it is kept."""

    def __init__(self) -> None:
        self._kept = ""
        self._too_long = False

    def feed(self, text: str) -> Iterator[str | None]:
        """The lines that end in this piece, without their ends."""
        *lines, rest = text.split("\n")
        for line in lines:
            if self._kept or self._too_long or len(line) > MOST_LINE_CHARACTERS:
                yield self._line(line)
            else:
                yield line
        self._keep(rest)

    def close(self) -> Iterator[str | None]:
        """The last line, if it had no end."""
        if self._kept or self._too_long:
            yield self._line("")

    def _line(self, text: str) -> str | None:
        self._keep(text)
        line = None if self._too_long else self._kept
        self._kept, self._too_long = "", False
        return line

    def _keep(self, text: str) -> None:
        self._too_long = self._too_long or len(self._kept) + len(text) > MOST_LINE_CHARACTERS
        self._kept = "" if self._too_long else self._kept + text


class _Reader:
    def __init__(self, conversion: Conversion) -> None:
        self.over = False
        self._conversion = conversion
        self._charset = Charset()
        self._lines = Lines()
        self._number = 0  # of the line that came last
        self._waiting: deque[_Line] = deque()  # lines to be read, mostly one
        self._row: list[_Line] = []  # the lines of a row whose quote is still open
        self._table: Table | None = None
        self._delimiter = ","
        self._index = 0

    def feed(self, chunk: bytes) -> Iterator[Read]:
        return self._outcomes(chunk, last=False)

    def close(self) -> Iterator[Read]:
        yield from self._outcomes(b"", last=True)
        while self._row and not self.over:
            yield self._lost_quote()
            yield from self._read_waiting()
        if not self.over and self._table is None:
            yield self._end(Mistake("csv_header", "expected the names of columns in the first line, found none"))

    def _outcomes(self, chunk: bytes, last: bool) -> Iterator[Read]:
        if self.over:
            return
        try:
            text = self._charset.text(chunk, last=last)
        except Mistake as mistake:
            yield self._end(mistake)
            return
        yield from self._of_lines(self._lines.feed(text))
        if last:
            yield from self._of_lines(self._lines.close())

    def _of_lines(self, lines: Iterator[str | None]) -> Iterator[Read]:
        for line in lines:
            self._number += 1
            outcome = self._read(self._number, line)
            if outcome is not None:
                yield outcome
            if self._waiting:
                yield from self._read_waiting()
            if self.over:
                return

    def _read_waiting(self) -> Iterator[Read]:
        while self._waiting and not self.over:
            outcome = self._read(*self._waiting.popleft())
            if outcome is not None:
                yield outcome

    def _read(self, number: int, line: str | None) -> Read | None:
        if line is None:
            if self._row:
                return self._lost_quote((number, None))
            limit = f"expected at most {MOST_LINE_CHARACTERS} characters in a line"
            return self._refused(Mistake(_NAME, limit, number))
        self._row.append((number, line))
        try:
            cells = self._cells()
        except Mistake:
            return self._lost_quote()
        if cells is None:
            return self._lost_quote() if self._is_too_long() else None
        row, self._row = Row(self._row[0][0], cells), []
        if self._table is not None and "\0" in "".join(cells):
            return self._refused(Mistake(_NAME, "expected text without NUL characters", row.line))
        return None if row.is_empty() else self._outcome(row)

    def _is_too_long(self) -> bool:
        characters = sum(len(line or "") for _, line in self._row)
        return len(self._row) >= MOST_ROW_LINES or characters > MOST_LINE_CHARACTERS

    def _cells(self) -> list[str] | None:
        """The cells of the row gathered so far; None while its quote is open."""
        lines = [line or "" for _, line in self._row]
        if self._table is None and len(lines) == 1:
            self._delimiter = ";" if ";" in lines[0] else ","
        if len(lines) == 1 and '"' not in lines[0]:
            cells = lines[0].split(self._delimiter)
            return [cell.lstrip(" ") for cell in cells] if " " in lines[0] else cells
        return _quoted(lines, self._delimiter)

    def _lost_quote(self, *unread: _Line) -> Wrong:
        """Give up the line in which the row began, and read the others that its quote swallowed anew."""
        (number, line), *swallowed = self._row
        self._row = []
        self._waiting.extendleft(reversed([*swallowed, *unread]))
        column = _fault_column(line or "", self._delimiter)
        return self._refused(Mistake(_NAME, "expected a closing quote, or no quote at all", number, column))

    def _outcome(self, row: Row) -> Read | None:
        try:
            if self._table is None:
                self._table = Table(row)
                return None
            entry = self._table.read(row, self._index, self._conversion.read_device)
        except Mistake as mistake:
            return self._refused(mistake)
        self._index += 1
        return entry

    def _refused(self, mistake: Mistake) -> Wrong:
        if self._table is None:
            return self._end(mistake)
        outcome = mistake.at(Place(self._index))
        self._index += 1
        return outcome

    def _end(self, mistake: Mistake) -> Wrong:
        self.over = True
        return mistake.at(Place(self._index, self._number + 1), last=True)


def _quoted(lines: list[str], delimiter: str) -> list[str] | None:
    """The cells of a row with quotes in it; None when a quote is still open, `Mistake` when one is misplaced."""
    ran_out = False

    def supply() -> Iterator[str]:
        nonlocal ran_out
        yield from (line + "\n" for line in lines[:-1])
        yield lines[-1]
        ran_out = True

    rows = csv.reader(supply(), delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next(rows)
    except csv.Error:
        if ran_out:
            return None
        raise Mistake(_NAME, "a quote is out of place") from None


@cache
def _cell_pattern(delimiter: str) -> re.Pattern[str]:
    return re.compile(rf' *(?:"[^"]*(?:""[^"]*)*"|[^"{delimiter}][^{delimiter}]*|)(?:{delimiter}|$)')


def _fault_column(line: str, delimiter: str) -> int:
    """The character, from 1, at which a cell with a broken quote begins."""
    pattern, at = _cell_pattern(delimiter), 0
    while at < len(line) and (cell := pattern.match(line, at)):
        at = cell.end()
    return at + 1


THE_THINGS_STACK_CSV = Format(
    id="the-things-stack-csv",
    name="The Things Stack CSV",
    description="Table of end devices with a line of column names, divided by semicolons or commas",
    file_extensions=(".csv",),
    open=_Reader,
)
