"""Looking at pages with a browser: what axe-core finds, what is wider than the screen."""

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
