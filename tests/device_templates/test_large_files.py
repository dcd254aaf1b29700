"""Files of a gibibyte, in pieces: memory stays flat, an answer comes, and what was good stays importable."""

import json
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat

import pytest

from claimstack.device_files import TNGLORA
from claimstack.device_templates import Converted, Trust, Wrong, convert, find_format
from tests.device_templates.conversions import conversion
from tests.device_templates.microchip.maker import maker

PIECE = 1 << 16
GIBIBYTE = 1 << 30
FLAT = 8 << 20


def gibibyte(beginning: bytes, piece: bytes, end: bytes = b"") -> Iterator[bytes]:
    """A file with the same piece over and over in its middle."""
    yield beginning
    yield from repeat(piece * (PIECE // len(piece)), GIBIBYTE // PIECE)
    yield end


def counted(format_id: str, file: Iterable[bytes], trust: Trust) -> tuple[int, list[Wrong], int]:
    """How many were good, the first that were wrong, and the most memory taken on the way."""
    format_ = find_format(format_id)
    assert format_ is not None
    good = 0
    wrong: list[Wrong] = []
    tracemalloc.start()
    for outcome in convert(format_, file, conversion(trust=trust)):
        good += isinstance(outcome, Converted)
        if isinstance(outcome, Wrong) and len(wrong) < 10:
            wrong.append(outcome)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return good, wrong, peak


def device() -> bytes:
    return b'[{"ids":{"device_id":"sensor-1"}},'


FILES: dict[str, tuple[str, Callable[[], Iterator[bytes]], int]] = {
    "a table of one line": ("the-things-stack-csv", lambda: gibibyte(b"id\nsensor-1\n", b"x", b"\nsensor-2\n"), 2),
    "a list with one text": ("the-things-stack", lambda: gibibyte(device() + b'{"a":"', b"x"), 1),
    "a list of brackets": ("the-things-stack", lambda: gibibyte(device(), b"["), 1),
    "blanks": ("the-things-stack", lambda: gibibyte(device(), b" "), 1),
    "a manifest of one entry": (
        TNGLORA,
        lambda: gibibyte(b"[" + json.dumps(maker().entry()).encode() + b',{"payload":"', b"A"),
        1,
    ),
    "an endless archive": ("the-things-stack-xlsx", lambda: gibibyte(b"PK\3\4", b"\0"), 0),
}


@pytest.mark.prove
@pytest.mark.parametrize("kind", FILES)
def test_a_gibibyte_of_nonsense_takes_little_memory_and_ends_in_one_error(kind: str) -> None:
    format_id, file, expected = FILES[kind]
    good, wrong, peak = counted(format_id, file(), maker().trust)
    assert good == expected
    assert len(wrong) == 1
    assert peak < FLAT
