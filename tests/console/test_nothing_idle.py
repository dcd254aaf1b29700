"""Nothing lies about: templates use what they import; every macro, icon, class and mark stands in a page."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSOLE, WEB = ROOT / "src" / "claimstack" / "console", ROOT / "web" / "console"
TEMPLATES = {path.name: path.read_text("utf-8") for path in (CONSOLE / "templates").glob("*.html")}
TEMPLATES |= {f"{path.parent.name}/{path.name}": path.read_text("utf-8") for path in CONSOLE.glob("templates/*/*.html")}
PAGES = "\n".join([*TEMPLATES.values(), *(path.read_text("utf-8") for path in CONSOLE.rglob("*.py"))])
SCRIPTS = "\n".join(path.read_text("utf-8") for path in WEB.rglob("*.ts"))
IMPORT = re.compile(r'\{% from "[^"]+" import ([\w, ]+) with context %\}\n')


def test_a_template_uses_what_it_imports() -> None:
    idle = []
    for name, text in TEMPLATES.items():
        rest = IMPORT.sub("", text)
        imported = [one for line in IMPORT.findall(text) for one in line.split(", ")]
        idle += [(name, one) for one in imported if not re.search(rf"\b{one}\(", rest)]
    assert idle == []


def test_every_macro_is_called() -> None:
    made = re.findall(r"macro (\w+)\(", PAGES)
    assert len(made) > 20
    assert [name for name in made if len(re.findall(rf"\b{name}\(", PAGES)) < 2] == []


def test_every_icon_is_shown() -> None:
    icons = re.findall(r'symbol id="([\w-]+)"', (WEB / "static" / "icons.svg").read_text("utf-8"))
    assert len(icons) > 40
    assert [name for name in icons if not re.search(rf"""["']{name}["']""", PAGES)] == []


def test_every_class_of_the_style_sheets_stands_somewhere() -> None:
    sheets = "\n".join(path.read_text("utf-8") for path in (WEB / "entries").glob("*.css"))
    classes = set(re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL)))
    assert len(classes) > 80
    assert [one for one in sorted(classes) if not re.search(rf"(?<![\w-]){one}(?![\w-])", PAGES + SCRIPTS)] == []


def test_every_mark_that_a_script_looks_for_stands_in_a_page() -> None:
    marks = set(re.findall(r"\[data-([\w-]+)", SCRIPTS))
    assert len(marks) > 15
    assert [one for one in sorted(marks) if f"data-{one}" not in PAGES] == []
