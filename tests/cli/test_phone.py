"""What the server says about phones."""

import pytest
from PIL import Image

from claimstack.cli.phone import on_a_phone, phone_address, terminal_code
from claimstack.edge.self_signed import own_address
from claimstack.qr_codes import read_image
from claimstack.settings import Settings


def test_a_public_url_is_the_address_and_its_code() -> None:
    said = on_a_phone(Settings(public_url="https://claims.example"), coloured=True)
    assert "On a phone:  https://claims.example/claim" in said
    assert "█" in said
    assert "█" not in on_a_phone(Settings(public_url="https://claims.example"), coloured=False)


def test_the_code_in_the_terminal_reads_as_the_address() -> None:
    assert read_image(drawn(terminal_code("https://claims.example/claim"))) == ["https://claims.example/claim"]


def drawn(text: str) -> bytes:
    """The terminal's half blocks as a picture, eight pixels a module."""
    from io import BytesIO

    lines = [line.partition("m")[2].partition("\x1b")[0] for line in text.splitlines()]
    picture = Image.new("L", (len(lines[0]), 2 * len(lines)), 255)
    for y, line in enumerate(lines):
        for x, half in enumerate(line):
            picture.putpixel((x, 2 * y), 0 if half in "▀█" else 255)
            picture.putpixel((x, 2 * y + 1), 0 if half in "▄█" else 255)
    file = BytesIO()
    picture.resize((8 * picture.width, 8 * picture.height), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()


@pytest.mark.parametrize("settings", [Settings(), Settings(tls_self_signed=True)], ids=["http", "loopback"])
def test_what_no_phone_can_use_is_told_with_the_command_that_helps(settings: Settings) -> None:
    assert phone_address(settings) == ""
    assert "--tls-self-signed --http-listen 0.0.0.0:8885" in on_a_phone(settings, coloured=True)


def test_who_listens_everywhere_is_reached_under_the_machines_own_address() -> None:
    address = phone_address(Settings(tls_self_signed=True, http_listen="0.0.0.0:8885"))
    own = own_address()
    assert address == (f"https://{own}:8885/claim" if own else "")
