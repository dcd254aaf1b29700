"""Pictures of a symbol: PNG for the contract (1 bit a pixel), SVG for print.

Every module is a whole number of pixels, and the symbol stands in the middle: scanners read
even edges best. The PNG is written here (ISO/IEC 15948: IHDR, IDAT, IEND) because a general
encoder takes longer than drawing the symbol.
"""

from __future__ import annotations

import zlib

from claimstack.qr_codes.label import UnwritableLabel
from claimstack.qr_codes.symbol import QUIET_ZONE, Symbol

SMALLEST_SIDE, LARGEST_SIDE = 10, 1000
"""Pixels that the contract admits for the side of an image."""

SMALLEST_MODULE = 2
"""Pixels a module. At one pixel zbar finds no code, though ZXing does."""

_ONE_BIT_GREY = b"\x01\x00\x00\x00\x00"


def png(symbol: Symbol, side: int) -> bytes:
    """A PNG of exactly `side` × `side` pixels.

    Raises `UnwritableLabel` outside 10 to 1000 pixels, or when that is fewer than two pixels a
    module; it then names the smallest side that works.
    """
    if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        raise UnwritableLabel("the image size", f"expected {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, got {side}")
    scale = side // symbol.width
    if scale < SMALLEST_MODULE:
        needed = SMALLEST_MODULE * symbol.width
        raise UnwritableLabel("the image size", f"expected at least {needed} pixels for this text, got {side}")
    header = side.to_bytes(4, "big") * 2 + _ONE_BIT_GREY
    pixels = zlib.compress(_scanlines(symbol, side, scale), 1)
    return b"\x89PNG\r\n\x1a\n" + b"".join((_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b"")))


def _scanlines(symbol: Symbol, side: int, scale: int) -> bytes:
    before = (side - symbol.side * scale) // 2
    after = side - symbol.side * scale - before
    octets = (side + 7) // 8
    left, right = "1" * before, "1" * (8 * octets - before - symbol.side * scale)
    black, white = "0" * scale, "1" * scale
    # Each line begins with its filter: 0, as it stands; 2, the difference to the line above.
    # Most lines repeat the one above, and zeros compress in no time.
    again = b"\x02" + bytes(octets)
    blank = b"\x00" + b"\xff" * octets
    lines = [blank, again * (before - 1)]
    for row in symbol.rows():
        bits = row.translate(_BLACK_OR_WHITE).decode().replace("b", black).replace("w", white)
        line = int(left + bits + right, 2).to_bytes(octets, "big")
        lines += [b"\x00", line, again * (scale - 1)]
    lines += [blank, again * (after - 1)]
    return b"".join(lines)


_BLACK_OR_WHITE = b"b" + b"w" * 255


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(content, zlib.crc32(kind)).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + kind + content + check


def svg(symbol: Symbol) -> str:
    """An SVG of one unit a module, without a size of its own: the page or printer gives it."""
    width = symbol.width
    path = "".join(
        f"M{QUIET_ZONE + left} {QUIET_ZONE + y}h{length}v1h-{length}z"
        for y, row in enumerate(symbol.rows())
        for left, length in black_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{width}H0z"/>'
        f'<path d="{path}"/></svg>\n'
    )


def black_runs(row: bytes) -> list[tuple[int, int]]:
    """Where black begins in a row and for how many modules, from left to right."""
    runs = []
    begin = row.find(0)
    while begin >= 0:
        end = row.find(255, begin)
        end = len(row) if end < 0 else end
        runs.append((begin, end - begin))
        begin = row.find(0, end)
    return runs
