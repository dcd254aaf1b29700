"""Films for Chromium to play as a camera: our own labels, held straight, tilted, small, dim, and among other codes."""

import io
import random
from collections.abc import Sequence
from pathlib import Path

import numpy
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from claimstack.qr_codes import draw, png

WIDTH, HEIGHT = 1280, 720
FRAMES = 24
"""Frames a scene: most of a second."""


def code(text: str, side: int) -> Image.Image:
    """A QR code as it is printed, `side` pixels wide."""
    symbol = draw(text)
    printed = Image.open(io.BytesIO(png(symbol, symbol.width * 6))).convert("RGB")
    return printed.resize((side, side), Image.Resampling.LANCZOS)


def straight(text: str) -> Image.Image:
    """The label in the middle of a desk."""
    return _on(_desk(), code(text, 380), (450, 170))


def tilted(text: str) -> Image.Image:
    """Turned by 27 degrees and seen from the side."""
    printed = Image.new("RGBA", (420, 420), (255, 255, 255, 255))
    printed.paste(code(text, 380), (20, 20))
    leaning = printed.transform(
        (460, 460), Image.Transform.PERSPECTIVE, _seen_from_the_side(), Image.Resampling.BICUBIC, fillcolor=(0, 0, 0, 0)
    )
    turned = leaning.rotate(27, Image.Resampling.BICUBIC, expand=True)
    desk = _desk()
    desk.paste(turned, (360, 60), turned)
    return desk


def _seen_from_the_side() -> tuple[float, ...]:
    """The eight numbers that lay a square of 420 onto a trapezium."""
    seen = ((30, 10), (440, 60), (430, 390), (20, 440))
    flat = ((0, 0), (420, 0), (420, 420), (0, 420))
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return tuple(numpy.linalg.solve(numpy.array(rows, float), numpy.array(values, float)))


def small(text: str) -> Image.Image:
    """An arm's length away: under three pixels a module."""
    return _on(_desk(), code(text, 124), (700, 330))


def dim(text: str) -> Image.Image:
    """In a cellar: a fifth of the light, unsharp, with noise."""
    dark = ImageEnhance.Brightness(straight(text).filter(ImageFilter.GaussianBlur(1.2))).enhance(0.2)
    noise = Image.effect_noise((WIDTH, HEIGHT), 14).convert("RGB")
    return Image.blend(dark, noise, 0.12)


def crowded(text: str) -> Image.Image:
    """On a screen full of other codes, none of which is a label."""
    screen = Image.new("RGB", (WIDTH, HEIGHT), "white")
    others = iter(range(100))
    for row in range(3):
        for column in range(6):
            if (row, column) != (1, 3):
                screen.paste(
                    code(f"HTTPS://EXAMPLE.COM/ORDER/{next(others):06}", 190), (15 + column * 212, 20 + row * 235)
                )
    screen.paste(code(text, 200), (15 + 3 * 212, 250))
    return screen


SCENES = (straight, tilted, small, dim, crowded)


def film(path: Path, pictures: Sequence[Image.Image]) -> Path:
    """A file that Chromium plays as a camera again and again; a little unsteady, as a hand is."""
    chance = random.Random(7)
    with path.open("wb") as file:
        for picture in pictures:
            for _ in range(FRAMES):
                shaken = picture.transform(
                    picture.size,
                    Image.Transform.AFFINE,
                    (1, 0, chance.uniform(-3, 3), 0, 1, chance.uniform(-3, 3)),
                    fillcolor=(90, 80, 70),
                )
                shaken.save(file, "JPEG", quality=82)
    return path


def _desk() -> Image.Image:
    desk = Image.new("RGB", (WIDTH, HEIGHT), (150, 132, 112))
    pen = ImageDraw.Draw(desk)
    for y in range(0, HEIGHT, 9):
        pen.line((0, y, WIDTH, y + 14), fill=(142, 124, 104), width=3)
    return desk


def _on(desk: Image.Image, printed: Image.Image, place: tuple[int, int]) -> Image.Image:
    margin = 12
    paper = Image.new("RGB", (printed.width + 2 * margin, printed.height + 2 * margin), "white")
    paper.paste(printed, (margin, margin))
    desk.paste(paper, place)
    return desk
