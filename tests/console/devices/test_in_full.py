"""The pages of end devices in full: every look, three hundred hostile texts, and a claim that shows within a second."""

import time

import pytest
from playwright.sync_api import expect

from tests.console.conftest import Browse, Visiting
from tests.console.devices.shelf import Shelf, a_shelf
from tests.console.devices.test_hostile import FORMS, Deed, broken
from tests.console.devices.test_story import claimed
from tests.console.looking import looked_at
from tests.console.test_live import listening
from tests.support.hostile import HOSTILE
from tests.support.house import House

pytestmark = pytest.mark.prove
LOOKS = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def shelf(console: House) -> Shelf:
    return a_shelf(console)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_in_every_look(browse: Browse, shelf: Shelf, width: int, theme: str, language: str) -> None:
    with browse(shelf.maker, width, theme, language) as page:
        assert looked_at(page, shelf.paths(), width) == []
    with browse(shelf.owner, width, theme, language) as page:
        assert looked_at(page, shelf.owned(), width) == []


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_three_hundred_texts_in_every_field(visiting: Visiting, shelf: Shelf, form: Deed) -> None:
    assert broken(visiting(shelf.maker.session), shelf, form, HOSTILE) == []


@pytest.mark.parametrize("opened_page", ["", "/gone", "/gone/claiming", "/gone/settings"])
def test_a_claimed_device_is_gone_from_the_makers_open_page_within_a_second(
    browse: Browse, console: House, shelf: Shelf, opened_page: str
) -> None:
    number = 0x100 + ["", "/gone", "/gone/claiming", "/gone/settings"].index(opened_page)
    ids = {"device_id": "gone", "join_eui": "70B3D57ED0000000", "dev_eui": f"0004A3FD{number:08X}"}
    device = {"ids": ids, "claim_authentication_code": {"value": "ABCD2345EFGH6789"}}
    console.ok("POST", f"/applications/{shelf.app}/devices", {"end_device": device}, shelf.maker.key)
    label = f"LW:D0:70B3D57ED0000000:{ids['dev_eui']}:00000000:OABCD2345EFGH6789"
    farm = console.application(shelf.owner, "far")
    with browse(shelf.maker) as page:
        listening(page, console, f"/console/applications/{shelf.app}/devices{opened_page}")
        expect(page.locator("main")).to_contain_text("gone")
        claimed(console, label, shelf.owner, farm)
        answered = time.monotonic()
        left = "h1:has-text('now belongs to someone else')" if opened_page else "#devices:not(:has-text('gone'))"
        page.locator(left).wait_for(timeout=5000)
        assert time.monotonic() - answered < 1
