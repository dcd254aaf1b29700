"""The guide as a story: our own client against a real server on each engine, every step as docs/guide.md has it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_the_guide_runs_from_end_to_end(database_url: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts" / "demo.py", "--database-url", database_url],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "Every expectation held." in done.stdout


@pytest.mark.parametrize(
    "command",
    [
        "use", "applications create", "applications claim authorize", "application claim unauthorize",
        "end-devices create", "end-device set", "end-devices list-qr-formats", "end-devices generate-qr",
        "end-devices claim", "end-devices set", "users create",
    ],
)  # fmt: skip
def test_what_the_guide_page_says_is_acted_out(command: str) -> None:
    assert f"ttn-lw-cli {command} " in (ROOT / "docs" / "guide.md").read_text("utf-8").replace("\n", " \n")
    typed = ", ".join(f'"{word}"' for word in command.split())
    assert typed in " ".join((ROOT / "scripts" / "demo.py").read_text("utf-8").split())
