"""Finds the QR codes in a photo of a label. Photos come from strangers, so their size is bounded."""

from __future__ import annotations

import struct
import warnings
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

from claimstack.qr_codes.label import UnreadableLabel

if TYPE_CHECKING:
    from PIL.Image import Image

# A phone's photo has 12 to 50 million pixels, each of which takes a byte once it is opened.
MOST_PIXELS = 64_000_000
MOST_BYTES = 32 * 1024 * 1024
# What Pillow raises for files that are broken on purpose or by accident.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, struct.error, zlib.error)
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")


def read_image(octets: bytes) -> list[str]:
    """The texts of all QR codes in a picture (PNG, JPEG, WebP, GIF, BMP), each once, in order.

    Raises `UnreadableLabel` when it is no such picture, is too large, or shows no QR code.
    """
    # Loaded here because both take long and only this needs them.
    import zxingcpp

    qr_code = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    barcodes = zxingcpp.read_barcodes(_open(octets), formats=qr_code)
    texts = list(dict.fromkeys(barcode.text for barcode in barcodes))
    if not texts:
        raise UnreadableLabel("the image", "expected a QR code, found none")
    return texts


def _open(octets: bytes) -> Image:
    """The picture in shades of grey; its size is known, and refused, before it is unpacked."""
    import PIL.Image

    if len(octets) > MOST_BYTES:
        raise UnreadableLabel("the image", f"expected at most {MOST_BYTES} bytes")
    try:
        with warnings.catch_warnings():
            # Pillow's own bound warns first; ours is the one that counts.
            warnings.simplefilter("ignore", PIL.Image.DecompressionBombWarning)
            picture = PIL.Image.open(BytesIO(octets), formats=_FORMATS)
        if picture.width * picture.height <= MOST_PIXELS:
            return _grey(picture)
    except PIL.Image.DecompressionBombError:
        pass
    except _BROKEN:
        raise UnreadableLabel("the image", "expected PNG, JPEG, WebP, GIF or BMP") from None
    raise UnreadableLabel("the image", f"expected at most {MOST_PIXELS} pixels")


def _grey(picture: Image) -> Image:
    import PIL.Image

    if picture.has_transparency_data:
        # Generators leave the white out; it must not come back as black.
        white = PIL.Image.new("RGBA", picture.size, "white")
        picture = PIL.Image.alpha_composite(white, picture.convert("RGBA"))
    # A JPEG is unpacked in grey at once, for a third of the memory.
    picture.draft("L", picture.size)
    return picture.convert("L")
