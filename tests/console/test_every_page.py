"""Every page for everybody: axe-core finds nothing, nothing is wider than the screen, nobody complains."""

import pytest

from tests.console.conftest import Browse
from tests.console.looking import findings, looked_at
from tests.console.world import ADMIN_PATHS, World, a_world
from tests.support.house import ADMIN_PASSWORD, House, Person


@pytest.fixture(scope="module")
def world(console: House) -> World:
    return a_world(console)


@pytest.fixture(scope="module")
def admin(console: House) -> Person:
    return Person("admin", "", ADMIN_PASSWORD, console.session("admin", ADMIN_PASSWORD))


# Each page once here, by turns; every page in each theme and at each width in `test_in_full.py`.
@pytest.mark.parametrize(("width", "theme", "language", "turn"), [(1280, "dark", "en", 0), (360, "light", "de", 1)])
def test_every_page_is_for_everybody(
    browse: Browse, world: World, admin: Person, width: int, theme: str, language: str, turn: int
) -> None:
    with browse(world.maker, width, theme, language) as page:
        assert looked_at(page, world.paths()[turn::2], width) == []
    with browse(admin, width, theme, language) as page:
        assert looked_at(page, ADMIN_PATHS[turn::2], width) == []


def test_an_open_menu_and_every_open_dialog_are_for_everybody(browse: Browse, world: World) -> None:
    with browse(world.maker, width=360, theme="dark") as page:
        page.click("[data-menu]")
        assert findings(page) == []
        origin = page.url.removesuffix("/console")
        for deed, opener in (("claiming", "on"), ("settings", "delete"), (f"api-keys/{world.key_id}", "delete")):
            page.goto(f"{origin}/console/applications/{world.application}/{deed}")
            page.click(f"[data-opens={opener}]")
            assert findings(page) == [], deed


def test_a_form_with_mistakes_is_for_everybody_and_leads_to_them(browse: Browse, world: World) -> None:
    with browse(world.maker) as page:
        page.goto(page.url + "/applications/new")
        page.fill("#application_id", "Not an ID")
        page.fill("#name", "Kept")
        page.click("main form button")
        assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
        assert page.input_value("#name") == "Kept"
        assert page.get_attribute("#application_id", "aria-invalid") == "true"
        assert findings(page) == []
        page.click(".problems a")
        assert page.evaluate("document.activeElement.id") == "application_id"


def test_everything_can_be_reached_by_keyboard(browse: Browse, world: World) -> None:
    with browse(world.maker) as page:
        page.goto(f"{page.url}/applications/{world.application}/settings")
        page.focus("[data-opens=delete]")
        page.keyboard.press("Space")
        assert page.is_visible("#delete")
        page.keyboard.press("Escape")
        assert not page.is_visible("#delete")
        assert page.evaluate("document.activeElement.dataset.opens") == "delete"
        page.goto(page.url)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
