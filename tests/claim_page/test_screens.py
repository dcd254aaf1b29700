"""What people see, in both themes on phone and desktop: no finding of axe-core, nothing wider than the screen.

The pictures go to `docs/screens/` when CLAIMSTACK_SCREENS is set; `make screens` sets it.
"""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.claim_page.conftest import (
    DESKTOP,
    PHONE,
    Device,
    Filming,
    Maker,
    card,
    make_application,
    signed_in,
    type_label,
    watched,
)
from tests.claim_page.film import film, straight
from tests.claim_page.node import WEB
from tests.support.house import House, Person, fresh

ROOT = Path(__file__).parents[2]
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": PHONE, "desktop": DESKTOP}


def judged(page: Page, name: str) -> None:
    """The page as it is now: findings of axe-core, its width, and its picture."""
    page.emulate_media(reduced_motion="reduce")  # colours are judged as they stay, not half faded in
    if not name.endswith("camera"):
        page.evaluate("document.getElementById('notice').replaceChildren()")
    page.evaluate(AXE.read_text("utf-8"))
    rules = {
        "resultTypes": ["violations"],
        "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
    found = page.evaluate("(rules) => axe.run(document, rules)", rules)
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found["violations"]] == []
    wider = "[...document.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)"
    assert page.evaluate(f"{wider}.map((e) => e.className || e.tagName)") == []
    if os.environ.get("CLAIMSTACK_SCREENS"):
        picture(page, ROOT / "docs" / "screens" / f"claim-{name}.png")


def picture(page: Page, path: Path) -> None:
    """A small picture: 128 colours say all of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)


@pytest.fixture(
    params=[
        "phone-light",
        "desktop-dark",
        pytest.param("phone-dark", marks=pytest.mark.prove),
        pytest.param("desktop-light", marks=pytest.mark.prove),
    ]
)
def look(request: pytest.FixtureRequest) -> str:
    """Size and theme."""
    return str(request.param)


@pytest.fixture
def seen(chromium: Any, look: str, url: str) -> Iterator[Page]:
    """The page in that size and theme, nobody signed in."""
    size, _, theme = look.partition("-")
    with watched(chromium.new_context(viewport=SIZES[size], color_scheme=theme, locale="en-GB")) as context:
        page = context.new_page()
        page.goto(f"{url}/claim")
        page.wait_for_selector("#start")
        yield page


def test_every_state_of_the_page_is_accessible(
    seen: Page, look: str, url: str, house: House, maker: Maker, owner: Person
) -> None:
    wrong, good, taken = maker.device(), maker.device(), maker.device()
    judged(seen, f"{look}-1-start")
    type_label(seen, wrong)
    judged(seen, f"{look}-2-signed-out")
    seen.click("#type")
    seen.fill("#typed-dev", "00:04:A3:1O")
    judged(seen, f"{look}-3-typed")
    seen.keyboard.press("Escape")
    signed_in(seen.context, url, owner)
    seen.reload()
    make_application(seen, fresh("greenhouse"))
    type_label(seen, Device("", taken.dev_eui, "WRONG", taken.label))
    card(seen, taken).locator("button.claim").click()
    expect(card(seen, taken)).to_contain_text("never says why")
    type_label(seen, good)
    judged(seen, f"{look}-4-devices")
    card(seen, good).locator("button.claim").click()
    expect(card(seen, good)).to_contain_text("This device is yours")
    seen.evaluate("document.activeElement.blur()")
    seen.wait_for_load_state("networkidle")
    card(seen, good).evaluate("(card) => card.scrollIntoView({ block: 'center', behavior: 'instant' })")
    judged(seen, f"{look}-5-claimed")
    seen.context.set_offline(True)
    card(seen, wrong).locator("button.claim").click()
    expect(card(seen, wrong).locator(".state")).to_have_text("Waiting to be sent")
    seen.click(".account summary")
    judged(seen, f"{look}-6-offline")


def test_the_camera_looks_like_one(
    filming: Filming, url: str, maker: Maker, owner: Person, house: House, tmp_path: Path
) -> None:
    device = maker.device()
    house.application(owner, "home")
    path = film(tmp_path / "label.mjpeg", [straight(device.label)])
    with filming(path) as browser, watched(browser.new_context(viewport=PHONE, locale="en-GB")) as context:
        signed_in(context, url, owner)
        page = context.new_page()
        page.goto(f"{url}/claim")
        page.click("text=Scan with the camera")
        expect(page.locator("#notice")).to_contain_text("Read: Decentlab", timeout=15_000)
        judged(page, "phone-light-7-camera")


def test_everything_can_be_done_with_the_keyboard(page: Page, maker: Maker) -> None:
    device = maker.device()
    focus = "document.activeElement.id || document.activeElement.className || document.activeElement.textContent"
    reached = []
    for _ in range(8):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(focus))
    assert reached[0] == "skip"
    assert {"start", "type"} <= set(reached)
    page.focus("#type")
    page.keyboard.press("Enter")
    for text in (device.label[6:22], device.dev_eui, device.code):
        page.keyboard.type(text)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(card(page, device)).to_be_visible()
    expect(card(page, device).locator("h3")).to_be_focused()
