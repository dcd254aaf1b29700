"""What passes between the server and the process that reads a file: an order, and frames of the rows that were found.

Each is a length (4 bytes, big-endian) and a marshalled tuple of plain values.
"""

from __future__ import annotations

import marshal
from collections.abc import Sequence
from typing import Any, NamedTuple

from claimstack.device_parts import Wish

LENGTH_BYTES = 4


class Order(NamedTuple):
    """What to read and how: the format, what was asked for (serialized), now in microseconds, whom to believe,
    and root keys that stand in a file of their own. `most_rows`: of a frame.
    """

    format_id: str
    request: bytes
    now: int
    signers: bytes = b""
    roots: bytes = b""
    keys: bytes = b""
    most_rows: int = 400


class FoundRow(NamedTuple):
    """A row of the file. `error` is empty when there is a `wish`; `last`: nothing more can be read behind it.

    `takes_code`: whether the device can be claimed at all.
    """

    line: int
    column: int
    error: str = ""
    reason: str = ""
    warnings: str = ""
    wish: Wish | None = None
    takes_code: bool = False
    last: bool = False


class Frame(NamedTuple):
    """Rows that were found, and how many bytes of the file were read until then; `ended`: there are no more."""

    rows: Sequence[FoundRow]
    bytes_read: int
    ended: bool = False


def packed(value: Frame | Order) -> bytes:
    """An order or a frame, with its length before it."""
    # Tuples with names become bare ones, which is all that marshal knows.
    bare = ([_plain(row) for row in value.rows], *value[1:]) if isinstance(value, Frame) else tuple(value)
    text = marshal.dumps(bare)  # type: ignore[arg-type]
    return len(text).to_bytes(LENGTH_BYTES, "big") + text


def _plain(row: FoundRow) -> tuple[Any, ...]:
    """A row as bare values, which pass between processes."""
    line, column, error, reason, warnings, wish, takes_code, last = row
    return line, column, error, reason, warnings, wish and tuple(wish), takes_code, last


def unpacked_order(text: bytes) -> Order:
    """The order out of its bytes."""
    return Order(*marshal.loads(text))  # noqa: S302 - from our own process


def unpacked_frame(text: bytes) -> Frame:
    """The frame out of its bytes."""
    rows, bytes_read, ended = marshal.loads(text)  # noqa: S302 - from our own process
    return Frame([_unplain(row) for row in rows], bytes_read, ended)


def _unplain(values: tuple[Any, ...]) -> FoundRow:
    """The row out of its bare values."""
    line, column, error, reason, warnings, wish, takes_code, last = values
    return FoundRow(line, column, error, reason, warnings, wish and Wish(*wish), takes_code, last)
