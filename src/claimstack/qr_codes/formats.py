"""The formats of labels, tried in this order when none is named. To add one, add its module."""

from __future__ import annotations

from typing import Protocol

from claimstack.qr_codes import dev_eui, tr005, tr005_draft2, tr005_draft3
from claimstack.qr_codes.foreign import kind_of
from claimstack.qr_codes.label import Label, UnreadableLabel, UnwritableLabel


class Format(Protocol):
    """What each module of a format offers."""

    ID: str
    NAME: str
    DESCRIPTION: str

    def recognises(self, text: str) -> bool:
        """Whether a text begins as this format does; no two formats begin alike."""

    def parse(self, text: str) -> Label:
        """Read a label or raise `UnreadableLabel`."""


FORMATS: tuple[Format, ...] = (tr005, tr005_draft2, tr005_draft3, dev_eui)

# The least that any label can be, and what the contract admits.
SHORTEST, LONGEST = 10, 1024


def find_format(format_id: str) -> Format | None:
    """The format of that id. `deveui` is known too: the contract's ids have no underscore."""
    wanted = dev_eui.ID if format_id == "deveui" else format_id
    return next((known for known in FORMATS if wanted == known.ID), None)


def parse(scanned: bytes | str, format_id: str | None = None) -> tuple[Format, Label]:
    """Read what a scanner gave, in the named format or the first that begins alike.

    Raises `UnreadableLabel`, and nothing else, whatever the text.
    """
    text = _text(scanned)
    format_ = _named(format_id) if format_id else _recognised(text)
    return format_, format_.parse(text)


def write(label: Label, format_id: str = tr005.ID, *, with_checksum: bool = False) -> str:
    """The text to put on a label; `UnwritableLabel` for all formats but tr005."""
    if format_id != tr005.ID:
        known = find_format(format_id) is not None
        why = "is only read, labels are written as tr005" if known else "is not known"
        raise UnwritableLabel("the format", why)
    return tr005.write(label, with_checksum=with_checksum)


def _text(scanned: bytes | str) -> str:
    octets = scanned if isinstance(scanned, bytes) else scanned.encode(errors="surrogatepass")
    if not SHORTEST <= len(octets) <= LONGEST:
        raise UnreadableLabel("the text", f"expected {SHORTEST} to {LONGEST} bytes, got {len(octets)}")
    try:
        return octets.decode()
    except UnicodeDecodeError as fault:
        raise UnreadableLabel(f"byte {fault.start + 1}", "expected UTF-8 text") from None


def _named(format_id: str) -> Format:
    if (format_ := find_format(format_id)) is None:
        known = ", ".join(known.ID for known in FORMATS)
        raise UnreadableLabel("the format", f"expected one of {known}")
    return format_


def _recognised(text: str) -> Format:
    for format_ in FORMATS:
        if format_.recognises(text):
            return format_
    expected = "expected LW:D0: (TR005), URN:LW:DP:, URN:DEV:LW: (its drafts), or a DevEUI alone"
    kind = kind_of(text)
    raise UnreadableLabel("the beginning", f"{expected}; {kind}" if kind else expected)
