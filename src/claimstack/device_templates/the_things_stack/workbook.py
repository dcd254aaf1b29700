"""The first sheet of a spreadsheet file (Office Open XML, ECMA-376), row by row.

Files come from strangers: parts are read as a stream, document types (and so entities) are refused, and what unpacks to
far more than its packed size is, too.
"""

from __future__ import annotations

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from claimstack.device_files import Mistake
from claimstack.device_templates.the_things_stack.columns import MOST_CHARACTERS, MOST_COLUMNS, Row

NAME = "parse_xlsx"
MOST_RATIO = 100
MOST_SHEET_BYTES = 1 << 28
MOST_TEXT_BYTES = 1 << 25
"""Of the table of shared texts, which has to be held in memory."""

MOST_DIRECTORY_BYTES = 1 << 16

# All that reading an archive that is none, or a damaged one, may raise.
_UNREADABLE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PIECE = 1 << 14
_END = struct.Struct("<4s4H2LH")  # end of central directory record; the sixth field is the directory's size
_LONGEST_END = _END.size + 0xFFFF
_LOCATOR_BYTES = 20  # of ZIP64, which a spreadsheet of devices does not need
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_BLANK_SHEET = "xl/worksheets/sheet1.xml"


def rows(file: IO[bytes]) -> Iterator[Row]:
    """The rows of the first sheet that have anything in them. `Mistake` when this is no such file, or a bomb."""
    _check_directory(file)
    try:
        with zipfile.ZipFile(file) as book:
            texts = _shared_texts(book)
            yield from _sheet_rows(book, _first_sheet(book), texts)
    except _UNREADABLE:
        raise Mistake(NAME, "expected a spreadsheet file (.xlsx)") from None
    except expat.ExpatError as fault:
        raise Mistake(NAME, f"the spreadsheet's XML is broken in line {fault.lineno}") from None


def _check_directory(file: IO[bytes]) -> None:
    """Look at the size of the archive's table of contents before it is read into memory whole."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_END))
    tail = file.read()
    end = tail.rfind(b"PK\5\6")
    if end < 0 or len(tail) - end < _END.size:
        raise Mistake(NAME, "expected a spreadsheet file (.xlsx)")
    is_long = end >= _LOCATOR_BYTES and tail.startswith(b"PK\6\7", end - _LOCATOR_BYTES)
    if is_long or _END.unpack_from(tail, end)[5] > MOST_DIRECTORY_BYTES:
        raise Mistake(NAME, "the spreadsheet has more parts than one can need")


def _first_sheet(book: zipfile.ZipFile) -> str:
    """The part of the sheet that stands first in the workbook, by way of its relations."""
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def on_sheet(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            sheets.append(next((value for key, value in attributes.items() if _local(key) == "id"), ""))

    def on_relation(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            targets[attributes.get("Id", "")] = attributes.get("Target", "")

    _walk(book, "xl/workbook.xml", on_sheet)
    _walk(book, "xl/_rels/workbook.xml.rels", on_relation)
    target = targets.get(sheets[0], "") if sheets else ""
    return (target[1:] if target.startswith("/") else f"xl/{target}") if target else _BLANK_SHEET


def _shared_texts(book: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    found = _Texts()
    for _ in _parsed(book, "xl/sharedStrings.xml", MOST_TEXT_BYTES, found):
        pass
    return found.texts


def _sheet_rows(book: zipfile.ZipFile, part: str, texts: list[str]) -> Iterator[Row]:
    sheet = _Sheet(texts)
    for _ in _parsed(book, part, MOST_SHEET_BYTES, sheet):
        yield from sheet.rows
        sheet.rows.clear()


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Part:
    """What happens while a part is read; each kind of part answers what it needs."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """A piece of text."""


class _Texts(_Part):
    """The table of shared texts: an `si` each, its `t` put together, phonetic guides (`rPh`) left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._open = False
        self._guides = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        self._guides += name == "rPh"
        self._open = name == "t" and not self._guides

    def end(self, name: str) -> None:
        self._guides -= name == "rPh"
        self._open = False
        if name == "si":
            self.texts.append("".join(self._parts))

    def text(self, text: str) -> None:
        if self._open:
            self._parts.append(text)


@dataclass
class _Cell:
    column: int
    kind: str
    parts: list[str] = field(default_factory=list)
    length: int = 0


class _Sheet(_Part):
    """The cells of a sheet (`row`, `c`, `v`, or `is` with `t`), gathered into rows."""

    def __init__(self, texts: list[str]) -> None:
        self.rows: list[Row] = []
        self._texts = texts
        self._line = 0
        self._cells: dict[int, str] = {}
        self._numbers: set[int] = set()
        self._cell: _Cell | None = None
        self._open = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            given = attributes.get("r", "")
            self._line = int(given) if given.isdecimal() and len(given) < 8 else self._line + 1
            self._cells, self._numbers = {}, set()
        elif name == "c":
            self._cell = _Cell(self._column(attributes.get("r", "")), attributes.get("t", "n"))
        self._open = name in ("v", "t") and self._cell is not None

    def end(self, name: str) -> None:
        self._open = False
        if name == "c" and self._cell is not None:
            self._put(self._cell)
            self._cell = None
        elif name == "row" and any(self._cells.values()):
            cells = [self._cells.get(column, "") for column in range(max(self._cells) + 1)]
            self.rows.append(Row(self._line, cells, frozenset(self._numbers)))

    def text(self, text: str) -> None:
        if self._open and self._cell is not None and self._cell.length <= MOST_CHARACTERS:
            self._cell.parts.append(text)
            self._cell.length += len(text)

    def _column(self, reference: str) -> int:
        found = _REFERENCE.fullmatch(reference)
        if not found:
            return max(self._cells, default=-1) + 1
        number = 0
        for letter in found[1]:
            number = number * 26 + ord(letter) - 64
        return number - 1

    def _put(self, cell: _Cell) -> None:
        value = "".join(cell.parts).strip()
        if not value:
            return
        if cell.column >= MOST_COLUMNS:
            raise Mistake(NAME, f"expected at most {MOST_COLUMNS} columns", self._line)
        if cell.kind == "n":
            self._numbers.add(cell.column)
        self._cells[cell.column] = self._shared(value) if cell.kind == "s" else value

    def _shared(self, value: str) -> str:
        if not value.isdecimal() or len(value) > 8 or int(value) >= len(self._texts):
            raise Mistake(NAME, "a cell names a shared text that is not there", self._line)
        return self._texts[int(value)]


class _Starts(_Part):
    """Only the beginnings of elements matter."""

    def __init__(self, on_start: Callable[[str, dict[str, str]], None]) -> None:
        self._on_start = on_start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._on_start(name, attributes)


def _walk(book: zipfile.ZipFile, part: str, on_start: Callable[[str, dict[str, str]], None]) -> None:
    for _ in _parsed(book, part, MOST_TEXT_BYTES, _Starts(on_start)):
        pass


def _parsed(book: zipfile.ZipFile, part: str, limit: int, into: _Part) -> Iterator[None]:
    """Read a part piece by piece into `into`; stops after each piece, so that what was found can be taken away."""
    reader = _expat(into)
    for piece, last in _pieces(book, part, limit):
        reader.Parse(piece, last)
        yield


def _expat(into: _Part) -> expat.XMLParserType:
    reader = expat.ParserCreate()
    reader.StartElementHandler = lambda name, attributes: into.start(_local(name), attributes)
    reader.EndElementHandler = lambda name: into.end(_local(name))
    reader.CharacterDataHandler = into.text
    reader.StartDoctypeDeclHandler = _no_document_type
    return reader


def _no_document_type(*_: object) -> None:
    raise Mistake(NAME, "document types are not read")


def _pieces(book: zipfile.ZipFile, part: str, limit: int) -> Iterator[tuple[bytes, bool]]:
    try:
        entry = book.getinfo(part)
    except KeyError:
        raise Mistake(NAME, f"the spreadsheet has no part {part}") from None
    if entry.compress_type not in _METHODS:
        raise Mistake(NAME, "is packed in a way that spreadsheets are not")
    most = min(limit, max(MOST_RATIO * entry.compress_size, _PIECE))
    done = 0
    with book.open(entry) as stream:
        while piece := stream.read(_PIECE):
            done += len(piece)
            if done > most:
                raise Mistake(NAME, "unpacks to more than a spreadsheet of devices can need")
            yield piece, False
    yield b"", True
