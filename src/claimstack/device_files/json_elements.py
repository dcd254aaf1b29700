"""Cuts a JSON file into its elements while it arrives, without ever holding more than one (RFC 8259).

The elements are found by quotes, brackets and commas alone; what stands in them is for `strict_json` to read. So an
element that is wrong, too long or too deep is passed over, and the next one is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from claimstack.device_files.mistake import Mistake, Place, Wrong
from claimstack.device_files.strict_json import NAME, Position, parse

MOST_BYTES = 1 << 20
MOST_DEPTH = 64
# An element beyond these is not even passed over: looking for its end would take longer than it is worth.
LONGEST_WAY = 1 << 26
DEEPEST_WAY = 1 << 16

_BLANK = b" \t\r\n"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INSIDE = re.compile(rb'["{}\[\]]')
_BETWEEN = re.compile(rb'["{}\[\],]')


class _Part(Enum):
    START = auto()
    LIST = auto()  # the elements stand in one list: depth 1 between them
    SEQUENCE = auto()  # objects one after the other: depth 0 between them


class _Cut(Enum):
    """What a mark means for the text gathered so far."""

    BEFORE = auto()  # an element ends before the mark
    BEHIND = auto()  # an element ends with the mark
    DROP = auto()  # the text was no element


@dataclass(frozen=True, slots=True)
class Element:
    """The text of one element, and where it begins."""

    index: int
    text: bytes
    position: Position

    @property
    def place(self) -> Place:
        """For outcomes."""
        return Place(self.index, self.position.line, self.position.column)


class JSONElements:
    """Feed it the file piece by piece; it gives elements, and `Wrong` where there is none to be had.

    `only_list`: the file is one list; else objects one after the other will do as well. After `over` nothing more is
    read.
    """

    def __init__(self, *, only_list: bool, most_bytes: int = MOST_BYTES) -> None:
        self.over = False
        self._only_list = only_list
        self._most_bytes = most_bytes
        self._part = _Part.START
        self._depth = 0
        self._base = 0
        self._in_string = False
        self._escaped = False
        self._closed = False
        self._after_comma = False
        self._index = 0
        self._kept = bytearray()
        self._position = Position()  # of the first byte kept
        self._behind = Position()  # of the next byte, when bytes are no longer kept because of a fault
        self._passed = 0  # how many bytes were not kept
        self._fault: Mistake | None = None

    def feed(self, chunk: bytes) -> Iterator[Element | Wrong]:
        """The elements that end in this piece."""
        if self._part is _Part.START and not self._kept:
            chunk = chunk.lstrip(_BYTE_ORDER_MARK)
        start = at = 0
        if self.over:
            return
        if self._is_hopeless():
            yield self._end(self._broken())
            return
        while at < len(chunk):
            if self._in_string:
                at = self._string_end(chunk, at)
                continue
            mark = (_BETWEEN if self._depth <= self._base else _INSIDE).search(chunk, at)
            if mark is None:
                break
            at = mark.end()
            try:
                cut = self._inside(mark[0]) if self._is_inside() else self._outside(mark[0], chunk[start : at - 1])
            except Mistake as fault:
                yield self._end(fault)
                return
            if self._depth - self._base > MOST_DEPTH and self._fault is None:
                self._keep(chunk[start:at])
                start = at
                self._give_up(f"expected at most {MOST_DEPTH} levels of nesting", self._position.after(self._kept[:-1]))
            if cut is not None:
                self._keep(chunk[start : at - 1 if cut is _Cut.BEFORE else at])
                start = at
                yield from self._cut(cut)
        self._keep(chunk[start:])

    def close(self) -> Iterator[Wrong]:
        """The file has ended: a complaint if it should not have, or if there is more behind its end."""
        if self.over:
            return
        if self._part is _Part.START:
            yield self._end(self._no_list())
        elif self._depth > 0:
            yield self._end(self._broken())
        elif self._kept.strip(_BLANK) or self._fault:
            yield self._end(self._stray())

    def _is_hopeless(self) -> bool:
        return self._fault is not None and (self._passed > LONGEST_WAY or self._depth > DEEPEST_WAY)

    def _string_end(self, chunk: bytes, at: int) -> int:
        """Go on behind the string's closing quote, or behind the piece if the string goes on."""
        if self._escaped:
            self._escaped = False
            at += 1
        quote = chunk.find(b'"', at)
        while (backslash := chunk.find(b"\\", at, quote if quote >= 0 else len(chunk))) >= 0:
            at = backslash + 2
            if 0 <= quote < at:  # that quote was escaped
                quote = chunk.find(b'"', at)
        if quote >= 0:
            self._in_string = False
            return quote + 1
        self._escaped = at > len(chunk)
        return len(chunk)

    def _is_inside(self) -> bool:
        return self._depth > 0 and not self._closed

    def _outside(self, mark: bytes, before: bytes) -> _Cut | None:
        """A mark before the first entry, between objects, or behind the list; `before` is what this piece has there."""
        if self._kept.strip(_BLANK) or before.strip(_BLANK) or self._closed:
            raise self._stray()
        if self._part is _Part.START and mark == b"[":
            self._part, self._base, self._depth = _Part.LIST, 1, 1
            return _Cut.DROP
        if mark == b"{" and not self._only_list:
            self._part, self._depth = _Part.SEQUENCE, 1
            return None
        raise self._stray()

    def _inside(self, mark: bytes) -> _Cut | None:
        if mark == b'"':
            self._in_string = True
        elif mark in b"{[":
            self._depth += 1
        elif mark in b"}]":
            return self._ended(mark)
        else:
            self._after_comma = True
            return _Cut.BEFORE
        return None

    def _ended(self, mark: bytes) -> _Cut | None:
        if self._depth == 1 and self._part is _Part.LIST:
            if mark == b"}":
                raise Mistake(NAME, "expected a comma or the end of the list behind this entry")
            self._closed = True
        self._depth -= 1
        if self._closed:
            return _Cut.BEFORE
        return _Cut.BEHIND if self._depth == self._base == 0 else None

    def _keep(self, text: bytes) -> None:
        if self._fault:
            self._behind = self._behind.after(text)
            self._passed += len(text)
            return
        self._kept += text
        if len(self._kept) > self._most_bytes:
            self._give_up(f"expected at most {self._most_bytes} bytes", self._beginning())

    def _give_up(self, reason: str, at: Position) -> None:
        """Keep no more of this element, only look for its end."""
        self._fault = Mistake(NAME, reason, at.line, at.column)
        self._behind = self._position.after(self._kept)
        self._passed = 0
        self._kept.clear()

    def _beginning(self) -> Position:
        """Where the element begins, behind the blanks before it."""
        return self._position.after(self._kept[: len(self._kept) - len(self._kept.lstrip(_BLANK))])

    def _cut(self, cut: _Cut) -> Iterator[Element | Wrong]:
        if cut is not _Cut.DROP and not self._is_empty_list():
            yield self._element()
            self._index += 1
        behind = self._behind if self._fault else self._position.after(self._kept)
        self._position = behind.after(b"," if cut is _Cut.BEFORE else b"")
        self._kept.clear()
        self._fault = None

    def _is_empty_list(self) -> bool:
        return self._closed and not self._after_comma and not self._fault and not self._kept.strip(_BLANK)

    def _element(self) -> Element | Wrong:
        text = bytes(self._kept.strip(_BLANK))
        position = self._beginning()
        place = Place(self._index, position.line, position.column)
        if self._fault:
            return self._fault.at(place)
        if not text:
            return Wrong(place, NAME, "expected an object before this comma or bracket")
        return Element(self._index, text, position)

    def _end(self, fault: Mistake) -> Wrong:
        self.over = True
        return fault.at(Place(self._index, self._position.line, self._position.column), last=True)

    def _stray(self) -> Mistake:
        if self._part is _Part.START:
            return self._no_list()
        return Mistake(NAME, "expected nothing more behind the last entry", self._position.line, self._position.column)

    def _no_list(self) -> Mistake:
        expected = "expected a list of objects" if self._only_list else "expected objects, or a list of them"
        return Mistake(NAME, expected, self._position.line, self._position.column)

    def _broken(self) -> Mistake:
        """What is wrong with the element that does not end: often a lost quote, which reading it finds."""
        if self._fault:
            return self._fault
        try:
            parse(bytes(self._kept), self._position)
        except Mistake as fault:
            if fault.line and not self._is_behind(fault):
                return fault
        return Mistake(NAME, "the file ends in the middle of this entry, or of the list")

    def _is_behind(self, fault: Mistake) -> bool:
        end = self._position.after(self._kept.rstrip(_BLANK))
        return (fault.line, fault.column) >= (end.line, end.column)
