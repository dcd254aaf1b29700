"""Standard input: JSON objects for bulk commands, or one line with a QR text.

The original reads ahead before it knows what the command wants, which loses a piped QR line and
hangs on an open but silent pipe. Here only a command that wants input reads it.
"""

from __future__ import annotations

import json
import os
import select
import stat
import sys
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import Any

from claimstack.cli.client.failures import Failure

PIECE = 64 * 1024
PATIENCE_SECONDS = 1.0
BETWEEN = " \t\r\n,[]"


def is_piped(descriptor: int = 0) -> bool:
    """Whether something other than a person or nothing at all stands behind standard input."""
    try:
        mode = os.fstat(descriptor).st_mode
    except OSError:
        return False
    return not os.isatty(descriptor) and not stat.S_ISCHR(mode)


def has_begun(descriptor: int = 0, patience: float = PATIENCE_SECONDS) -> bool:
    """Whether input (or its end) is there within `patience` seconds."""
    return bool(select.select([descriptor], [], [], patience)[0])


def objects(descriptor: int = 0) -> Iterator[dict[str, Any]]:
    """JSON objects from a sequence, an array or arrays; each as soon as it is whole."""
    decoder, text, at_end = json.JSONDecoder(), "", False
    characters = getincrementaldecoder("utf-8")()
    while True:
        text = text.lstrip(BETWEEN)
        found, end = _first(decoder, text, at_end)
        if found is not None:
            yield found
            text = text[end:]
        elif at_end:
            return
        else:
            piece = os.read(descriptor, PIECE)
            at_end = not piece
            try:
                text += characters.decode(piece, final=at_end)
            except UnicodeDecodeError as wrong:
                raise Failure("input", "standard input is not UTF-8") from wrong


def _first(decoder: json.JSONDecoder, text: str, at_end: bool) -> tuple[Any, int]:
    if not text:
        return None, 0
    try:
        found, end = decoder.raw_decode(text)
    except json.JSONDecodeError as wrong:
        if at_end or text[0] != "{":
            raise Failure("input", f"standard input is not JSON: {wrong}") from wrong
        return None, 0
    if not isinstance(found, dict):
        raise Failure("input", "standard input must hold JSON objects")
    return found, end


def line() -> str:
    """One line without its end (a carriage return is no part of a QR text either)."""
    return sys.stdin.readline().rstrip("\r\n")
