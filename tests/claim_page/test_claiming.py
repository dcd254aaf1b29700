"""An owner claims on the page: typed, from a picture, by a link, with the camera; and keeps a receipt."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.claim_page.conftest import (
    Device,
    Filming,
    Maker,
    card,
    make_application,
    owned,
    signed_in,
    type_label,
    watched,
)
from tests.claim_page.film import SCENES, film, straight
from tests.support.house import House, Person, fresh


def test_a_typed_label_becomes_the_owners_device_with_a_receipt(
    page: Page, house: House, maker: Maker, owner: Person, tmp_path: Path
) -> None:
    device, application = maker.device(), fresh("home")
    type_label(page, device)
    expect(card(page, device)).to_contain_text("Not claimed yet")
    make_application(page, application)
    card(page, device).locator("input").fill("cellar-door")
    page.click("text=Claim device")
    expect(card(page, device)).to_contain_text("This device is yours")
    expect(card(page, device)).to_contain_text(f"cellar-door now belongs to {application}.")
    expect(card(page, device)).to_contain_text("Switch the device on")
    assert owned(house, owner, application) == [device.dev_eui]
    path = f"/applications/{application}/devices/cellar-door?field_mask=claim_authentication_code"
    assert "claim_authentication_code" not in house.ok("GET", path, token=owner.key)  # spent
    with page.expect_download() as download:
        page.click("text=Save receipt")
    receipt = Path(download.value.path()).read_text("utf-8-sig")
    assert download.value.suggested_filename == "receipt-cellar-door.txt"
    assert "change of owner 1" in receipt
    assert owner.uid in receipt
    assert device.code not in receipt
    type_label(page, device)
    expect(page.locator("#notice")).to_contain_text("This one is yours already")
    expect(card(page, device)).to_have_count(1)


def test_a_label_in_a_picture_is_read_and_shown_without_its_code(page: Page, maker: Maker, tmp_path: Path) -> None:
    device = maker.device()
    straight(device.label).save(tmp_path / "label.jpg")
    page.set_input_files("#picture", tmp_path / "label.jpg")
    shown = card(page, device)
    expect(shown).to_contain_text("Decentlab")
    expect(shown).to_contain_text("Device profile 0C01")
    expect(shown.locator("input")).to_have_value(f"eui-{device.dev_eui.lower()}")
    assert device.code not in page.content()


def test_five_devices_in_a_row_without_leaving_the_camera(
    filming: Filming, house: House, maker: Maker, owner: Person, url: str, tmp_path: Path
) -> None:
    devices = [maker.device() for _ in SCENES]
    pictures = [scene(device.label) for scene, device in zip(SCENES, devices, strict=True)]
    application = house.application(owner, "home")
    with (
        filming(film(tmp_path / "labels.mjpeg", pictures)) as browser,
        watched(browser.new_context(viewport={"width": 360, "height": 760}, locale="en-GB")) as context,
    ):
        signed_in(context, url, owner)
        page = context.new_page()
        page.goto(f"{url}/claim")
        page.click("text=Scan with the camera")
        for device in devices:
            expect(card(page, device)).to_be_visible(timeout=20_000)
        expect(page.locator("#notice")).to_contain_text("You have this one already", timeout=20_000)
        page.click("text=5 devices to claim")
        page.click("text=Claim all 5 devices")
        expect(page.locator("li.claimed")).to_have_count(5, timeout=20_000)
    assert sorted(owned(house, owner, application)) == sorted(device.dev_eui for device in devices)


def test_a_link_opened_by_the_phones_own_camera_leaves_nothing_in_the_address(
    context: BrowserContext, url: str, maker: Maker
) -> None:
    device = maker.device()
    page = context.new_page()
    page.goto(f"{url}/claim#{quote(device.label, safe=':')}")
    expect(card(page, device)).to_be_visible()
    assert page.url == f"{url}/claim"
    entries = page.evaluate("JSON.stringify(history.state) + location.href + document.referrer")
    assert device.code not in entries


def test_signing_up_in_between_keeps_the_scan(context: BrowserContext, url: str, house: House, maker: Maker) -> None:
    device, uid = maker.device(), fresh("newcomer")
    page = context.new_page()
    page.goto(f"{url}/claim")
    type_label(page, device)
    page.click("text=Make an account")
    page.fill("#user_id", uid)
    page.fill("#email", f"{uid}@example.com")
    page.fill("#password", "a good long password")
    page.fill("#again", "a good long password")
    page.click("main button")
    page.wait_for_url(f"{url}/claim")
    expect(card(page, device)).to_be_visible()
    make_application(page, fresh("home"))
    page.click("text=Claim device")
    expect(card(page, device)).to_contain_text("This device is yours")


def test_a_taken_device_id_is_told_and_another_works(page: Page, house: House, maker: Maker, owner: Person) -> None:
    first, second = maker.device(), maker.device()
    house.application(owner, "home")
    page.reload()
    for device in (first, second):
        type_label(page, device)
        card(page, device).locator("input").fill("door")
        card(page, device).locator("text=Claim device").click()
        expect(card(page, device).locator(".state")).to_have_text("Yours" if device is first else "Needs you")
    expect(card(page, second)).to_contain_text("This device ID is taken")
    card(page, second).locator("input").fill("other-door")
    card(page, second).locator("text=Claim device").click()
    expect(card(page, second)).to_contain_text("This device is yours")


def test_typing_helps_with_every_digit(page: Page) -> None:
    page.click("#type")
    hint = page.locator("#typed-dev-hint")
    page.fill("#typed-dev", "00:04:a3-10 00")
    expect(hint).to_have_text("6 digits are missing.")
    page.fill("#typed-dev", "0OO4A310001FF9DA")
    expect(hint).to_have_text("“O” is no digit of an EUI. Is it 0?")
    page.fill("#typed-dev", "0x00,0x04,0xa3,0x10,0x00,0x1f,0xf9,0xda")
    expect(hint).to_have_text("Complete: 00 04 A3 10 00 1F F9 DA")
    page.fill("#typed-dev", "LW:D0:70B3D57ED0000ABC:0004A310001FF9DA:006D0C01:OABCDEFGH2345:C0000")
    expect(hint).to_contain_text("check digits do not fit")
    expect(page.locator("#typed-code")).to_have_value("ABCDEFGH2345")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("HTTPS://EXAMPLE.COM/SHOP", "This is a web link."),
        ("LW:D0:70B3D57ED0000ABC:0004A310001FF9DA:006D0C01", "carries no claim code"),
        ("DevEUI=0004A310001FF9DA;AppKey=00112233445566778899AABBCCDDEEFF", "carries root keys"),
    ],
)
def test_what_is_no_label_is_told_in_words(page: Page, tmp_path: Path, text: str, said: str) -> None:
    straight(text).save(tmp_path / "other.png")
    page.set_input_files("#picture", tmp_path / "other.png")
    expect(page.locator("#notice")).to_contain_text(said)
    assert "00112233" not in page.content()


def test_a_camera_that_is_not_allowed_is_told_with_what_to_do(page: Page) -> None:
    page.evaluate(
        "void (navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError')))"
    )
    page.click("#start")
    expect(page.locator("#notice")).to_contain_text("The camera is not allowed for this page.")
    expect(page.locator("#start")).to_be_enabled()


def test_a_refusal_says_nothing_and_keeps_the_scan(page: Page, house: House, maker: Maker, owner: Person) -> None:
    device = maker.device()
    house.application(owner, "home")
    page.reload()
    type_label(page, Device(device.device_id, device.dev_eui, "WRONGCODE", device.label))
    page.click("text=Claim device")
    expect(card(page, device)).to_contain_text("The server never says why.")
    type_label(page, device)
    expect(card(page, device)).to_contain_text("Not claimed yet")
    page.click("text=Claim device")
    expect(card(page, device)).to_contain_text("This device is yours")


def test_german_is_complete(url: str, chromium: Any, maker: Maker) -> None:
    with watched(chromium.new_context(locale="de-DE")) as context:
        page = context.new_page()
        page.goto(f"{url}/claim")
        expect(page.locator("h1")).to_have_text("Etikett scannen")
        assert page.get_attribute("html", "lang") == "de"
        page.select_option("#language", "en")
        expect(page.locator("h1")).to_have_text("Scan the label")


TEXTS = Path(__file__).parents[2] / "web" / "claim" / "texts"


def test_both_catalogues_have_the_same_texts_with_the_same_places() -> None:
    english, german = (json.loads((TEXTS / f"{name}.json").read_text("utf-8")) for name in ("en", "de"))
    assert list(english) == list(german)
    for key, text in english.items():
        assert places(text) == places(german[key]), key


def test_every_text_is_said_somewhere() -> None:
    """By its key, or by one that is put together after the first word, such as `state.${…}`."""
    sources = "".join(path.read_text("utf-8") for path in TEXTS.parent.rglob("*.ts"))
    put_together = {f"{word}." for word in re.findall(r"`(\w+)\.\$\{", sources)}
    spoken = set(re.findall(r"\b(?:t|maybe)\([^;]*?;", sources))
    said = set(re.findall(r'"([\w.]+)"', "".join(spoken)))
    keys = json.loads((TEXTS / "en.json").read_text("utf-8"))
    assert [key for key in keys if key not in said and not key.startswith(tuple(put_together))] == []


def places(text: str | dict[str, str]) -> set[str]:
    """The placeholders of a text or of its forms."""
    whole = text if isinstance(text, str) else " ".join(text.values())
    return set(re.findall(r"\{\w+\}", whole))
