"""Pictures are read back by two decoders that know nothing of each other: ZXing and zbar."""

import re
import time
from collections.abc import Callable
from io import BytesIO

import PIL.Image
import pytest

from claimstack.qr_codes import UnwritableLabel, black_runs, draw, png, read_image, svg

Zbar = Callable[[bytes], str]

IDENTIFYING = "LW:D0:70B3D57ED0000000:0004A310001FF9DA:00000000"
CLAIMING = f"{IDENTIFYING}:OC05EA29C"
LONG = f"{IDENTIFYING}:O{'A1' * 16}:S0123AB:PLOT-42/7"


def open_image(octets: bytes) -> PIL.Image.Image:
    return PIL.Image.open(BytesIO(octets))


@pytest.mark.parametrize("text", [IDENTIFYING, CLAIMING, LONG])
@pytest.mark.parametrize("side", [100, 101, 127, 256, 300, 333, 999, 1000])
def test_a_picture_is_read_by_both_decoders(text: str, side: int, read_with_zbar: Zbar) -> None:
    picture = png(draw(text), side)
    assert read_with_zbar(picture) == text
    assert read_image(picture) == [text]


@pytest.mark.parametrize("side", [74, 75, 76, 77, 300, 1000])
def test_the_picture_has_exactly_the_side_asked_for_and_one_bit_a_pixel(side: int) -> None:
    image = open_image(png(draw(CLAIMING), side))
    assert (image.format, image.size, image.mode) == ("PNG", (side, side), "1")


@pytest.mark.parametrize("text", [IDENTIFYING, CLAIMING, LONG])
def test_too_small_a_picture_is_refused_with_the_smallest_that_works_and_that_works(
    text: str, read_with_zbar: Zbar
) -> None:
    symbol = draw(text)
    with pytest.raises(UnwritableLabel, match=r"expected at least \d+ pixels for this text, got 10") as refusal:
        png(symbol, 10)
    smallest = int(re.findall(r"at least (\d+)", str(refusal.value))[0])
    with pytest.raises(UnwritableLabel):
        png(symbol, smallest - 1)
    assert read_with_zbar(png(symbol, smallest)) == text
    assert read_image(png(symbol, smallest)) == [text]


@pytest.mark.parametrize("side", [-1, 0, 9, 1001, 10**9])
def test_a_side_outside_the_contract_is_refused(side: int) -> None:
    with pytest.raises(UnwritableLabel, match=f"expected 10 to 1000 pixels, got {side}"):
        png(draw(CLAIMING), side)


@pytest.mark.parametrize("side", [74, 100, 109, 300, 301])
def test_the_quiet_zone_is_four_modules_on_every_side_and_every_module_whole(side: int) -> None:
    symbol = draw(CLAIMING)
    image = open_image(png(symbol, side))
    scale = side // symbol.width
    left, top, right, bottom = image.convert("L").point(lambda grey: 255 - grey).getbbox() or (0, 0, 0, 0)
    assert (right - left, bottom - top) == (symbol.side * scale,) * 2
    assert min(left, top, side - right, side - bottom) >= 4 * scale
    # In the middle: the margins differ by the one pixel that cannot be divided, at most.
    assert abs((side - right) - left) <= 1
    assert abs((side - bottom) - top) <= 1
    core = image.crop((left, top, right, bottom)).convert("L").resize((symbol.side,) * 2, PIL.Image.Resampling.BOX)
    assert core.tobytes() == symbol.modules


def test_black_runs_are_begin_and_length() -> None:
    assert black_runs(b"\x00\x00\xff\x00") == [(0, 2), (3, 1)]
    assert black_runs(b"\xff\xff") == []


def rasterise(drawing: str, scale: int) -> PIL.Image.Image:
    """Paint the rectangles of our SVG, which is all that it is made of."""
    width = int(re.findall(r'viewBox="0 0 (\d+) \1"', drawing)[0])
    image = PIL.Image.new("L", (width * scale, width * scale), "white")
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawing):
        left, top = int(x) * scale, int(y) * scale
        image.paste(0, (left, top, left + int(length) * scale, top + scale))
    return image


@pytest.mark.parametrize("text", [IDENTIFYING, CLAIMING, LONG])
def test_an_svg_is_read_by_both_decoders(text: str, read_with_zbar: Zbar) -> None:
    picture = BytesIO()
    rasterise(svg(draw(text)), 5).save(picture, "PNG")
    assert read_with_zbar(picture.getvalue()) == text
    assert read_image(picture.getvalue()) == [text]


def test_an_svg_is_well_formed_and_paints_its_own_white() -> None:
    drawing = svg(draw(CLAIMING))
    assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 37 37"')
    assert '<path fill="#fff" d="M0 0h37v37H0z"/>' in drawing
    assert drawing.endswith("</svg>\n")


def test_drawing_a_label_of_300_pixels_takes_less_than_a_millisecond() -> None:
    def seconds() -> float:
        begin = time.process_time()
        for _ in range(20):
            png(draw(CLAIMING), 300)
        return (time.process_time() - begin) / 20

    # The best of several, in CPU time: others may be at work on the machine.
    assert min(seconds() for _ in range(10)) < 0.001
