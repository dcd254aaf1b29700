"""When the network is away, or the session: a picture or a file that is chosen then is answered in words."""

import pytest
from playwright.sync_api import FilePayload, Page, expect

from claimstack.qr_codes import draw, png
from tests.console.conftest import Browse
from tests.console.devices.test_story import visit
from tests.support.house import House, Person

OFFLINE = "The server cannot be reached"
PICTURE: FilePayload = {"name": "label.png", "mimeType": "image/png", "buffer": png(draw("LW:D0:1:2"), 400)}
FILE: FilePayload = {"name": "batch.csv", "mimeType": "text/csv", "buffer": b"id;dev_eui;join_eui\n"}


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "away")


def choose(page: Page, selector: str, file: FilePayload) -> None:
    page.set_input_files(selector, file)


def test_a_picture_or_file_without_network_is_told_of(browse: Browse, maker: Person, app: str) -> None:
    with browse(maker) as page:
        for path, selector, file in (("_new", "[data-reads]", PICTURE), ("_import", "#file", FILE)):
            page.context.set_offline(False)
            visit(page, f"/console/applications/{app}/devices/{path}")
            page.context.set_offline(True)
            choose(page, selector, file)
            expect(page.locator("[data-told]")).to_contain_text(OFFLINE)
        page.click("text=Start import")
        expect(page.locator("[data-told]")).to_contain_text(OFFLINE)
        expect(page.locator("main form button")).to_be_enabled()
        page.context.set_offline(False)
        page.click("text=Start import")
        page.wait_for_url("**/_import/*")


def test_a_picture_after_the_session_has_ended_leads_to_the_login(browse: Browse, maker: Person, app: str) -> None:
    with browse(maker) as page:
        visit(page, f"/console/applications/{app}/devices/_new")
        page.context.clear_cookies()
        choose(page, "[data-reads]", PICTURE)
        page.wait_for_url("**/oauth/login?next=**")
