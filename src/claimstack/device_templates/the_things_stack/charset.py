"""Bytes of a table into text, whatever spreadsheet program wrote them: by byte order mark, else UTF-8, else Windows.

Detected while the bytes arrive. Until the first byte that is not UTF-8 a file counts as UTF-8; if nothing but ASCII
came before it, the file is Windows-1252 from there on, and that is what spreadsheets write in most of the West.
"""

from __future__ import annotations

import codecs
import io

from claimstack.device_files import Mistake

_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # begins as the mark of UTF-16 does: looked for first
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LONGEST_MARK = 4


class Charset:
    """Feed it bytes, it gives text, line ends made one."""

    def __init__(self) -> None:
        self._begun = False
        self._head = b""
        self._may_be_windows = True
        self._decoder: codecs.IncrementalDecoder = codecs.getincrementaldecoder("utf-8")()
        self._lines = io.IncrementalNewlineDecoder(None, translate=True)

    def text(self, chunk: bytes, *, last: bool = False) -> str:
        """The text of this piece, `Mistake` when there is none to be found in it."""
        if not self._begun:
            self._head += chunk
            if len(self._head) < _LONGEST_MARK and not last:
                return ""
            chunk = self._without_mark(self._head)
            self._begun = True
        return self._lines.decode(self._decoded(chunk, last), last)

    def _without_mark(self, head: bytes) -> bytes:
        for mark, encoding in _MARKS.items():
            if head.startswith(mark):
                self._decoder = codecs.getincrementaldecoder(encoding)()
                self._may_be_windows = False
                return head[len(mark) :]
        return head

    def _decoded(self, chunk: bytes, last: bool) -> str:
        before = self._decoder.getstate()[0]
        try:
            text = self._decoder.decode(chunk, last)
        except UnicodeDecodeError:
            if not self._may_be_windows or not _is_ascii_before_fault(before + chunk):
                raise Mistake("parse_csv", "expected text in UTF-8, UTF-16 with a mark, or Windows-1252") from None
            self._decoder = codecs.getincrementaldecoder("cp1252")("replace")
            text = self._decoder.decode(before + chunk, last)
            self._may_be_windows = False
        self._may_be_windows = self._may_be_windows and text.isascii()
        return text


def _is_ascii_before_fault(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError as fault:
        return octets[: fault.start].isascii()
    return False  # ends in the middle of a character: cut off, not Windows
