"""Make the Console's sprite of icons out of the npm package lucide-static: `console_icons.py FOLDER_OF_ICONS NAME…`.

Names that are left out are taken from the sprite that is there, so that adding one icon names one.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parents[1] / "web" / "console" / "static" / "icons.svg"
HEAD = "<!-- Lucide (lucide.dev), ISC licence, Copyright (c) Lucide Icons and Contributors; some from Feather, MIT -->"


def main(folder: Path, names: list[str]) -> None:
    """Write the sprite."""
    known = re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8")) if SPRITE.exists() else []
    symbols = "\n".join(symbol(folder, name) for name in sorted({*known, *names}))
    SPRITE.write_text(f'{HEAD}\n<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n', "utf-8")


def symbol(folder: Path, name: str) -> str:
    """One icon; colour and strokes come from the style sheet."""
    inside = (folder / f"{name}.svg").read_text("utf-8").partition(">\n<svg")[2].partition(">")[2]
    inside = re.sub(r"\s*\n\s*", "", inside.replace("</svg>", "")).replace(" />", "/>")
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>'


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
