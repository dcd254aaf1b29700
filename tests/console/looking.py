"""Looking at pages with a browser: what axe-core finds, what is wider than the screen."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


def findings(page: Page) -> list[Any]:
    """What axe-core finds wrong with the page as it is now."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run()")["violations"]
    return [(one["id"], [node["html"][:200] for node in one["nodes"]]) for one in found]


def looked_at(page: Page, paths: list[str], width: int) -> list[Any]:
    """Every page of these that has something wrong."""
    origin = page.url.removesuffix("/console")
    wrong: list[Any] = []
    for path in paths:
        page.goto(origin + path)
        wide = page.evaluate("document.documentElement.scrollWidth")
        wrong += [(path, f"{wide} pixels")] if wide > width else []
        wrong += [(path, one) for one in findings(page)]
    return wrong


class _Foreign(HTMLParser):
    """Whatever in a page could run or lead elsewhere, besides the one script of ours."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        words = {name: value or "" for name, value in attrs}
        ours = (words.get("src") or words.get("href") or words.get("action") or "/").startswith(("/", "#", "?"))
        if tag in ("iframe", "style", "base", "object", "embed", "body") and (tag != "body" or "onload" in words):
            self.found.append(tag)
        if not ours or any(name.startswith("on") or name in ("style", "srcdoc") for name in words):
            self.found.append(self.get_starttag_text() or tag)


def foreign(text: str) -> list[str]:
    """What a page has in it that no template of ours has: handlers, frames, inline scripts, addresses elsewhere."""
    return _Foreign(text).found
