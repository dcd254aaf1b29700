"""The QR symbol of a label: its black and white modules (ISO/IEC 18004), level M.

A label's text is all in the alphanumeric set, so the symbol is the smallest there is for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import cast

from claimstack.qr_codes.label import UnwritableLabel

QUIET_ZONE = 4
"""Modules of white that the standard wants on each side."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A square of `side` × `side` modules; a byte a module, row by row: 0 black, 255 white."""

    side: int
    modules: bytes

    @property
    def width(self) -> int:
        """Modules from edge to edge, quiet zones included."""
        return self.side + 2 * QUIET_ZONE

    def rows(self) -> list[bytes]:
        """The rows from top to bottom, without quiet zone."""
        return [self.modules[at : at + self.side] for at in range(0, len(self.modules), self.side)]


def draw(text: str) -> Symbol:
    """The symbol that reads as `text`; `UnwritableLabel` if no symbol holds so much."""
    # Loaded here because it takes 20 ms and the command line mostly does without.
    import zxingcpp

    try:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except ValueError:
        raise UnwritableLabel("the text", "is too long for a QR code") from None
    # The image is a buffer of one byte a module; its type stubs do not say so.
    modules = bytes(cast(bytes, barcode.to_image(scale=1, add_quiet_zones=False)))
    return Symbol(isqrt(len(modules)), modules)
