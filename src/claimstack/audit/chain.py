"""Hash chains: each row carries the hash of the row before, so that a row changed, left out or moved is noticed.

SHA-256 over the previous hash and the row's values, each with its kind and length in front; both engines: same bytes.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

Value = int | str | bytes | None


class Link(NamedTuple):
    """The end of a chain: the number of its last row (from 1) and that row's hash, 32 bytes."""

    sequence: int
    hash: bytes

    def next(self, *values: Value) -> "Link":
        """The end of the chain once a row of these values was added."""
        return Link(self.sequence + 1, digest(self.hash, self.sequence + 1, *values))


START = Link(0, b"")
"""A chain without rows."""


class Broken(NamedTuple):
    """Where a chain does not hold, and what is wrong there."""

    sequence: int
    fault: str


def digest(*values: Value) -> bytes:
    """SHA-256 of values that cannot be mistaken for others: each is framed by kind and length."""
    framed: list[bytes] = []  # in one loop: this runs for each row of ledger and audit
    for value in values:
        if isinstance(value, str):
            octets = value.encode()
            framed += (b"t%d:" % len(octets), octets)
        elif isinstance(value, int):
            framed.append(b"i%d;" % value)
        elif value is None:
            framed.append(b"n")
        else:
            framed += (b"b%d:" % len(value), value)
    return hashlib.sha256(b"".join(framed)).digest()


def follow(
    rows: Iterable[tuple[int, bytes, bytes, tuple[Value, ...]]], before: Link = START, end: Link | None = None
) -> Broken | None:
    """Walk a chain: rows of sequence, previous hash, hash and values, in order, after `before`, up to `end` if given.

    The first place where it breaks; None when it is whole.
    """
    at = before
    for sequence, previous_hash, stored, values in rows:
        if sequence != at.sequence + 1:
            return Broken(at.sequence + 1, "row is missing")
        if previous_hash != at.hash:
            return Broken(sequence, "does not follow the row before")
        at = at.next(*values)
        if stored != at.hash:
            return Broken(sequence, "was changed")
    return Broken(at.sequence, "is not the end that was recorded") if end and end != at else None
