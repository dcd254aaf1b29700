"""Take the pictures of `docs/screens/` from the Console as it runs: a fresh server, a maker's things, Chromium.

Each page at desktop and phone width, one in the light and one in the dark theme; PNG with few colours, so that none is
larger than 60 KB.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.console.devices.shelf import Shelf, a_shelf  # noqa: E402
from tests.console.world import World, a_world  # noqa: E402
from tests.support.house import House, house_settings  # noqa: E402

SCREENS = ROOT / "docs" / "screens"
MOST_BYTES = 60_000
LOOKS: tuple[tuple[str, int, int, Literal["light", "dark"]], ...] = (
    ("desktop", 1280, 800, "light"),
    ("phone", 390, 844, "dark"),
)


def main() -> None:
    """Write every picture anew."""
    SCREENS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        house = House(house_settings(Path(folder), "", log_level="error"))
        try:
            world = a_world(house)
            house.ok(
                "PUT", f"/users/{world.maker.uid}", {"user": {"name": "Ada"}, "field_mask": "name"}, world.maker.key
            )
            shelf = a_shelf(house)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
                for name, width, height, theme in LOOKS:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme=theme,
                        locale="en",
                        device_scale_factor=1,
                    )
                    page = context.new_page()
                    origin = house.url.replace("127.0.0.1", "localhost")
                    _walk(page, origin, world, name)
                    context.clear_cookies()
                    context.add_cookies([{"name": "claimstack_session", "value": shelf.maker.session, "url": origin}])
                    _walk_devices(page, origin, shelf, name)
                    context.close()
                browser.close()
        finally:
            house.close()


def _walk(page: Page, origin: str, world: World, look: str) -> None:
    maker, app = world.maker, world.application
    page.goto(f"{origin}/oauth/login")
    _take(page, f"login-{look}")
    page.fill("#user_id", maker.uid)
    page.fill("#password", maker.password)
    page.click("main button")
    page.wait_for_url(f"{origin}/console")
    _take(page, f"overview-{look}")
    base = f"{origin}/console/applications"
    for name, path in (
        ("applications", ""),
        ("application", f"/{app}"),
        ("collaborators", f"/{app}/collaborators"),
        ("api-keys", f"/{app}/api-keys"),
        ("home-network", f"/{app}/network"),
    ):
        page.goto(base + path)
        _take(page, f"{name}-{look}")
    page.goto(f"{base}/{app}/claiming")
    page.click("[role=switch][aria-checked=false]")
    _take(page, f"claiming-allow-{look}")
    page.click("#on button")
    page.wait_for_selector("[role=switch][aria-checked=true]")
    _take(page, f"claiming-{look}")
    page.click("[role=switch]")
    page.click("#off button")
    page.wait_for_selector("[role=switch][aria-checked=false]")


def _walk_devices(page: Page, origin: str, shelf: Shelf, look: str) -> None:
    base = f"{origin}/console/applications/{shelf.app}/devices"
    for name, path in (
        ("devices", ""),
        ("device", "/soil-1"),
        ("device-claiming", "/soil-1/claiming"),
        ("device-root-keys", "/soil-1/root-keys"),
        ("device-settings", "/soil-1/settings"),
        ("device-left", "/soil-2"),
        ("device-label", "/soil-1/label?kind=claim"),
        ("register", "/_new"),
        ("import", "/_import"),
        ("import-done", f"/_import/{shelf.job}"),
    ):
        page.goto(base + path)
        _take(page, f"{name}-{look}")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(300)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    for colours in (128, 64, 32, 16):
        made = io.BytesIO()
        picture.quantize(colours).save(made, "PNG", optimize=True)
        if made.tell() <= MOST_BYTES:
            break
    (SCREENS / f"console-{name}.png").write_bytes(made.getvalue())
    print(f"console-{name}.png  {made.tell()} bytes, {colours} colours")


if __name__ == "__main__":
    main()
