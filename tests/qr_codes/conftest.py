"""A second, independent decoder for the tests: zbar, as Debian's package zbar-tools brings it."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def read_with_zbar(tmp_path: Path) -> Callable[[bytes], str]:
    """What zbar reads in a PNG; empty when it finds no QR code."""
    zbarimg = shutil.which("zbarimg")
    if zbarimg is None:
        pytest.fail("zbarimg is needed to read the pictures back: apt-get install zbar-tools")

    def read(picture: bytes) -> str:
        file = tmp_path / "picture.png"
        file.write_bytes(picture)
        command = [zbarimg, "--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", str(file)]
        return subprocess.run(command, capture_output=True, check=False, timeout=30).stdout.decode().removesuffix("\n")

    return read
