"""Fields of Backend Interfaces messages: hexadecimal of either case, perhaps with `0x`, numbers, texts (TS002 §22)."""

from collections.abc import Mapping
from typing import Any

Json = Mapping[str, Any]


class Malformed(Exception):
    """A field is missing or wrong; the text names it and repeats nothing of it."""


def octets(words: Json, name: str, *lengths: int) -> bytes:
    """A hexadecimal field of one of these lengths in bytes (none given: any)."""
    value = words.get(name)
    found = _unhexed(value) if isinstance(value, str) else None
    if found is None or (lengths and len(found) not in lengths):
        raise Malformed(f"{name}: expected hexadecimal digits" + _of(lengths))
    return found


def optional_octets(words: Json, name: str, length: int) -> bytes:
    """As `octets`; nothing when the field is absent, null or empty."""
    return octets(words, name, length) if words.get(name) not in (None, "") else b""


def number(words: Json, name: str, most: int, default: int | None = None) -> int:
    """A whole number from 0 to `most`."""
    value = words.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Malformed(f"{name}: expected a number from 0 to {most}")
    return value


def text(words: Json, name: str, most: int = 100) -> str:
    """A text that is not empty, of at most so many characters."""
    value = words.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= most or not value.isprintable():
        raise Malformed(f"{name}: expected a text of at most {most} characters")
    return value


def unprefixed(value: str) -> str:
    """Hexadecimal digits without `0x` in front."""
    return value[2:] if value[:2] in ("0x", "0X") else value


def _unhexed(value: str) -> bytes | None:
    digits = unprefixed(value)
    try:
        found = bytes.fromhex(digits)
    except ValueError:
        return None
    return found if 2 * len(found) == len(digits) else None  # blanks in between are none of its digits


def _of(lengths: tuple[int, ...]) -> str:
    return f" of {' or '.join(map(str, lengths))} bytes" if lengths else ""
