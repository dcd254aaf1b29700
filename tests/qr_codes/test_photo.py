"""Photos come from strangers: whatever they are, they are read or refused, within bounds."""

import struct
import zlib
from io import BytesIO

import PIL.Image
import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.qr_codes import UnreadableLabel, draw, png, read_image

TEXT = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000:OC05EA29C"
CODE = PIL.Image.open(BytesIO(png(draw(TEXT), 300))).convert("RGB")


def saved(image: PIL.Image.Image, format_: str) -> bytes:
    octets = BytesIO()
    image.save(octets, format_)
    return octets.getvalue()


def photographed() -> PIL.Image.Image:
    """The code on a grey table, turned, shaded and small, as a phone would see it."""
    table = PIL.Image.new("RGB", (900, 700), (120, 110, 100))
    turned = CODE.rotate(17, expand=True, fillcolor=(120, 110, 100), resample=PIL.Image.Resampling.BICUBIC)
    table.paste(turned, (310, 150))
    return table.point(lambda light: int(light * 0.7) + 20)


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_photo_in_any_usual_format_is_read(format_: str) -> None:
    assert read_image(saved(photographed(), format_)) == [TEXT]


def test_two_codes_in_one_photo_are_both_given_and_the_same_one_once() -> None:
    other = PIL.Image.open(BytesIO(png(draw("A84041035660E3AA"), 300))).convert("RGB")
    table = PIL.Image.new("RGB", (1000, 400), "white")
    for left, code in ((0, CODE), (330, other), (660, CODE)):
        table.paste(code, (left, 40))
    assert sorted(read_image(saved(table, "PNG"))) == ["A84041035660E3AA", TEXT]


def test_a_code_on_transparent_ground_is_read() -> None:
    grey = CODE.convert("L")
    drawing = PIL.Image.new("RGBA", grey.size, (0, 0, 0, 0))
    drawing.paste((0, 0, 0, 255), mask=grey.point(lambda light: 255 - light))
    assert read_image(saved(drawing, "PNG")) == [TEXT]


def test_a_photo_without_code_is_refused() -> None:
    with pytest.raises(UnreadableLabel, match="expected a QR code, found none"):
        read_image(saved(PIL.Image.new("RGB", (200, 200), "white"), "PNG"))


@pytest.mark.parametrize("octets", [b"", b"LW:D0:", b"%PDF-1.7", b"<svg/>", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_photo_is_refused(octets: bytes) -> None:
    with pytest.raises(UnreadableLabel, match="expected PNG, JPEG, WebP, GIF or BMP"):
        read_image(octets)


def bomb(side: int) -> bytes:
    """A few hundred bytes that claim to be a picture of side × side pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [8_001, 10_000, 20_000, 100_000])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(UnreadableLabel, match="expected at most 64000000 pixels"):
        read_image(bomb(side))


def test_a_file_that_is_too_long_is_refused_unopened() -> None:
    with pytest.raises(UnreadableLabel, match="expected at most 33554432 bytes"):
        read_image(bytes(33_554_433))


FILES = [saved(CODE, format_) for format_ in ("PNG", "JPEG", "WEBP", "GIF", "BMP")]


@given(st.sampled_from(FILES), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=8), st.data())
def test_a_damaged_file_is_read_or_refused(file: bytes, damage: list[tuple[int, int]], data: st.DataObject) -> None:
    damaged = bytearray(file)
    for place, octet in damage:
        damaged[place % len(damaged)] = octet
    try:
        texts = read_image(bytes(damaged[: data.draw(st.integers(0, len(damaged)))]))
    except UnreadableLabel:
        return
    assert texts
