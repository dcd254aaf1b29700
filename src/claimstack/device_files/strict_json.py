"""JSON read so that it can mean one thing only: no member twice, no NaN, no lone surrogates, no NUL (RFC 7493, I-JSON).

Of two members with one name one reader takes the first and another the last, which is how a signed text comes to mean
two things. Mistakes are placed by line and column in the file.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NoReturn

from claimstack.device_files.mistake import Mistake

NAME = "parse_json"


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file: line and column (in bytes) from 1."""

    line: int = 1
    column: int = 1

    def after(self, text: bytes | bytearray) -> Position:
        """The place behind this text, which begins here."""
        if lines := text.count(b"\n"):
            return Position(self.line + lines, len(text) - text.rfind(b"\n"))
        return Position(self.line, self.column + len(text))


def parse(text: bytes, position: Position | None = None) -> Any:
    """The value that UTF-8 text stands for; `Mistake` when it is not JSON, or not unambiguous.

    With the `position` at which the text begins in its file, mistakes tell line and column.
    """
    try:
        # A lone surrogate can be written as \ud800 and stands for no character: encoding finds it, at the price of one
        # pass over texts that have such escapes at all.
        value = _DECODER.decode(text.decode())
        if b"\\ud" in text or b"\\uD" in text:
            json.dumps(value, ensure_ascii=False).encode()
        if b"\\u0000" in text and _holds_nul(value):
            raise Mistake(NAME, "expected text without NUL characters")
        return value
    except json.JSONDecodeError as fault:
        # `json` counts characters, we count bytes
        reason = fault.msg.removesuffix(" at").removesuffix(" starting")
        raise _placed(reason, text, position, len(fault.doc[: fault.pos].encode())) from None
    except UnicodeDecodeError as fault:
        raise _placed("expected UTF-8 text", text, position, fault.start) from None
    except UnicodeEncodeError:
        raise Mistake(NAME, "half of a surrogate pair is no character") from None
    except RecursionError:
        raise Mistake(NAME, "nested too deep") from None
    except ValueError:  # a whole number of more digits than Python reads
        raise Mistake(NAME, "a number is too long") from None


def _holds_nul(value: Any) -> bool:
    """Whether one of the texts has a NUL character, which no database keeps."""
    if isinstance(value, dict):
        return any(map(_holds_nul, (*value.keys(), *value.values())))
    return any(map(_holds_nul, value)) if isinstance(value, list) else isinstance(value, str) and "\0" in value


def _placed(reason: str, text: bytes, position: Position | None, offset: int) -> Mistake:
    if position is None:
        return Mistake(NAME, reason)
    there = position.after(text[:offset])
    return Mistake(NAME, reason, there.line, there.column)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Mistake(NAME, "an object has the same member twice")
    return members


def _no_constant(_: str) -> NoReturn:
    raise Mistake(NAME, "NaN and Infinity are not numbers of JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)
