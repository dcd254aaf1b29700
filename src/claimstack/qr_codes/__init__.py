"""Labels of end devices: reading and writing their text (TR005), and drawing it as a QR code.

Pure: text and bytes in, values out.
"""

from claimstack.qr_codes.checksum import checksum
from claimstack.qr_codes.formats import FORMATS, Format, find_format, parse, write
from claimstack.qr_codes.image import LARGEST_SIDE, SMALLEST_SIDE, black_runs, png, svg
from claimstack.qr_codes.label import (
    Label,
    LabelRefusal,
    UnreadableLabel,
    UnwritableLabel,
    VendorProfileID,
)
from claimstack.qr_codes.link import claim_link
from claimstack.qr_codes.photo import read_image
from claimstack.qr_codes.symbol import QUIET_ZONE, Symbol, draw

__all__ = [
    "FORMATS",
    "LARGEST_SIDE",
    "QUIET_ZONE",
    "SMALLEST_SIDE",
    "Format",
    "Label",
    "LabelRefusal",
    "Symbol",
    "UnreadableLabel",
    "UnwritableLabel",
    "VendorProfileID",
    "black_runs",
    "checksum",
    "claim_link",
    "draw",
    "find_format",
    "parse",
    "png",
    "read_image",
    "svg",
    "write",
]
