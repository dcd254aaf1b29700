"""Maker and owner by clicks: register, set a code, print a label, and see it go when it is claimed."""

import re
from base64 import b64encode
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from claimstack.qr_codes import read_image
from tests.console.conftest import Browse
from tests.support.house import House, Person


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "sensors")


def visit(page: Page, path: str) -> None:
    page.goto(re.sub(r"/console.*", path, page.url))


def opened(console: House, person: Person, app: str) -> None:
    """Let devices of the application be claimed."""
    rights = [f"RIGHT_APPLICATION_DEVICES_{one}" for one in ("READ", "WRITE", "READ_KEYS", "WRITE_KEYS")]
    key = console.application_key(app, person.key, *rights)
    console.ok("POST", f"/edcs/applications/{app}/authorize", {"api_key": key}, person.key)


def registered(page: Page, app: str, uid: str) -> None:
    visit(page, f"/console/applications/{app}/devices")
    page.click("main >> text=Register end device >> nth=0")
    page.fill("#device_id", uid)
    page.select_option("#frequency_plan_id", "EU_863_870_TTN")
    page.click("main >> button:has-text('Register end device')")
    expect(page.locator(".toast")).to_contain_text(f"End device {uid} was registered.")


def claimed(console: House, label: str, owner: Person, target: str) -> Any:
    request = {"qr_code": b64encode(label.encode()).decode()}
    words = {**request, "target_application_ids": {"application_id": target}, "target_device_id": "mine"}
    return console.ok("POST", "/edcs/claim", words, owner.key)


def test_a_device_is_registered_labelled_claimed_away_and_given_back(
    browse: Browse, console: House, maker: Person, app: str
) -> None:
    owner = console.person("owner")
    farm = console.application(owner, "farm")
    opened(console, maker, app)
    with browse(maker) as page:
        registered(page, app, "soil-1")
        page.click(".tabs >> text=Claiming")
        expect(page.locator("#state")).to_contain_text("Yes: whoever has its claim authentication code")
        page.click("[data-generates]")
        code = page.input_value("#code")
        assert re.fullmatch("[2-9A-HJ-NP-Z]{16}", code)
        expect(page.locator("#code-strength")).to_have_text("Very hard to guess.")
        page.click("text=Save changes")
        expect(page.locator(".toast")).to_be_visible()
        assert page.get_attribute("#code", "type") == "password"
        page.click("[data-shows]")
        assert page.input_value("#code") == code
        page.click("summary")
        with page.expect_download() as download:
            page.click(".qr:has(img[src*='claim.svg']) >> text=PNG")
        [label] = read_image(download.value.path().read_bytes())
        assert f":O{code}" in label
        assert download.value.suggested_filename == "soil-1-claim.png"
        wrong = label.replace(f":O{code}", ":OWRONG2345WRONG")
        words = {"qr_code": b64encode(wrong.encode()).decode(), "target_application_ids": {"application_id": farm}}
        assert console.api("POST", "/edcs/claim", words, owner.key).status_code >= 400
        expect(page.locator("#refusals")).to_contain_text("Wrong code")
        expect(page.locator("#refusals")).to_contain_text(owner.uid)
        claimed(console, label, owner, farm)
        expect(page.locator("h1")).to_have_text("This device now belongs to someone else")
    with browse(owner) as page:
        visit(page, f"/console/applications/{farm}/devices/mine/claiming")
        expect(page.locator("#history")).to_contain_text(f"Claimed by {owner.uid} from {app} into {farm}")
        page.click("[data-opens=release]")
        expect(page.locator("#release")).to_contain_text(f"{farm} / mine")
        page.click("#release >> button")
        expect(page.locator(".toast")).to_contain_text("was given back to its maker")
    assert console.api("GET", f"/applications/{app}/devices/soil-1", token=maker.key).status_code == 200
