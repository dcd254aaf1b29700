"""Which chips of a manifest were seen. A file of a gibibyte has half a million, so each takes 8 to 32 bytes, not 80."""

from __future__ import annotations

from array import array

_FIRST_PLACES = 1 << 10
_OWN = slice(4, 16)
"""The digits in which serials differ: all begin with 0123 and end with 27."""

_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: neighbours come to lie far apart
_BITS = 64


class Chips:
    """The serials of one manifest, in a table of numbers of 64 bits that is at most half full (0: a free place)."""

    def __init__(self) -> None:
        self._table = array("Q", [0]) * _FIRST_PLACES
        self._count = 0

    def new(self, serial: str) -> bool:
        """Whether this serial (18 hex digits) was not seen before."""
        number = int(serial[_OWN], 16) + 1
        at = self._place(number)
        if self._table[at]:
            return False
        self._table[at] = number
        self._count += 1
        if 2 * self._count > len(self._table):
            self._grow()
        return True

    def _place(self, number: int) -> int:
        """Where that number stands, or may stand."""
        table, most = self._table, len(self._table) - 1
        at = (number * _SPREAD & (1 << _BITS) - 1) >> _BITS - most.bit_length()
        while table[at] and table[at] != number:
            at = (at + 1) & most
        return at

    def _grow(self) -> None:
        old, self._table = self._table, array("Q", [0]) * (2 * len(self._table))
        for number in old:
            if number:
                self._table[self._place(number)] = number
