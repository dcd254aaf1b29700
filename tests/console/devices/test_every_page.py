"""Every page of end devices for everybody: axe-core finds nothing, nothing is wider than the screen."""

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Browse
from tests.console.devices.shelf import Shelf, a_shelf
from tests.console.devices.test_story import visit
from tests.console.looking import findings, looked_at
from tests.support.house import House


@pytest.fixture(scope="module")
def shelf(console: House) -> Shelf:
    return a_shelf(console)


# Each page once here, by turns; all in each theme and at each width in `test_in_full`.
@pytest.mark.parametrize(("width", "theme", "language", "turn"), [(1280, "dark", "de", 0), (360, "light", "en", 1)])
def test_every_page_is_for_everybody(
    browse: Browse, shelf: Shelf, width: int, theme: str, language: str, turn: int
) -> None:
    with browse(shelf.maker, width, theme, language) as page:
        assert looked_at(page, shelf.paths()[turn::2], width) == []
    with browse(shelf.owner, width, theme, language) as page:
        assert looked_at(page, shelf.owned(), width) == []


def test_open_dialogs_and_opened_parts_are_for_everybody(browse: Browse, shelf: Shelf) -> None:
    with browse(shelf.maker, width=360, theme="dark") as page:
        visit(page, f"/console/applications/{shelf.app}/devices/soil-1/claiming")
        page.click("summary")
        expect(page.locator("img[src*='claim.svg']")).to_be_visible()
        page.click("[data-shows]")
        assert findings(page) == []
        page.click("[data-opens=delete-code]")
        expect(page.locator("#delete-code")).to_contain_text(f"{shelf.app} / soil-1")
        assert findings(page) == []


def test_root_keys_are_shown_on_request_and_leave_a_mark(browse: Browse, shelf: Shelf) -> None:
    with browse(shelf.maker) as page:
        visit(page, f"/console/applications/{shelf.app}/devices/soil-1")
        expect(page.locator("#keys-card")).not_to_contain_text("were read")
        page.click("text=Root keys…")
        assert "0" * 31 + "1" not in page.content()
        page.click("text=Show root keys")
        expect(page.locator(".keys")).to_contain_text("0" * 31 + "1")
        assert findings(page) == []
        page.click("text=Hide them")
        expect(page.locator("#keys-card")).to_contain_text(f"by {shelf.maker.uid}")
    with browse(shelf.owner) as page:
        visit(page, f"/console/applications/{shelf.farm}/devices/mine")
        expect(page.locator("#keys-card")).to_contain_text("before this device came to you")
        assert shelf.maker.uid not in page.inner_text("#keys-card")
