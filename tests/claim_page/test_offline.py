"""Without network: the page opens, scans and queues; what waits is sealed, belongs to its account, and is sent once."""

import json
import os
import re
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Request, expect

from tests.claim_page.conftest import FLAGS, PHONE, Device, Maker, card, owned, signed_in, type_label, watched
from tests.claim_page.film import straight
from tests.support.house import House, Person

ENTRIES = """async () => {
  const open = indexedDB.open("claimstack-claim");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const all = db.transaction("entries").objectStore("entries").getAll();
  const rows = await new Promise((done) => { all.onsuccess = () => done(all.result); });
  const keys = db.transaction("keys").objectStore("keys").getAll();
  const [key] = await new Promise((done) => { keys.onsuccess = () => done(keys.result); });
  const out = await crypto.subtle.exportKey("raw", key).then(() => "exported", (error) => error.name);
  db.close();
  const texts = rows.map((row) => new TextDecoder("latin1").decode(row.data));
  return { out, texts, fields: rows.map((row) => Object.keys(row)) };
}"""


UNSEALED = """async () => {
  const open = indexedDB.open("claimstack-claim");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const read = (store) => new Promise((done) => {
    const all = db.transaction(store).objectStore(store).getAll();
    all.onsuccess = () => done(all.result);
  });
  const [key] = await read("keys");
  const texts = (await read("entries")).map(async ({ id, iv, data }) => {
    const additionalData = new TextEncoder().encode(`entries/${id}`);
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData }, key, data));
  });
  return Promise.all(texts).finally(() => db.close());
}"""


@pytest.fixture
def application(house: House, owner: Person) -> str:
    """An application of the owner."""
    return house.application(owner, "home")


@pytest.fixture
def kept(context: BrowserContext, url: str, owner: Person, application: str) -> Page:
    """The page of the owner, kept by the service worker."""
    return opened(context, url, owner)


def opened(context: BrowserContext, url: str, owner: Person) -> Page:
    signed_in(context, url, owner)
    page = context.new_page()
    page.goto(f"{url}/claim")
    page.wait_for_selector(".account summary")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    return page


BLOCKED = "Service Worker registration blocked"


@pytest.fixture
def alone(chromium: Any, url: str, owner: Person, application: str) -> Iterator[Page]:
    """The page without its service worker, which would send, too, and sooner."""
    with watched(chromium.new_context(viewport=PHONE, locale="en-GB", service_workers="block"), BLOCKED) as context:
        signed_in(context, url, owner)
        page = context.new_page()
        page.goto(f"{url}/claim")
        page.wait_for_selector("#application")
        yield page


def queue(page: Page, device: Device) -> None:
    """Scan (here: type) a device and say that it is to be claimed."""
    type_label(page, device)
    card(page, device).locator("text=Claim device").click()
    expect(card(page, device).locator(".state")).to_have_text("Waiting to be sent")


def test_the_page_opens_without_network_and_sends_what_was_queued_when_it_is_back(
    kept: Page, context: BrowserContext, maker: Maker
) -> None:
    device = maker.device()
    context.set_offline(True)
    kept.reload()
    expect(kept.locator(".network")).to_have_text("Offline")
    expect(kept.locator("#application")).to_be_visible()
    queue(kept, device)
    expect(card(kept, device)).to_contain_text("You may close this page.")
    context.set_offline(False)
    expect(card(kept, device)).to_contain_text("This device is yours", timeout=15_000)


def test_a_picture_is_read_without_network(kept: Page, context: BrowserContext, maker: Maker, tmp_path: Path) -> None:
    device = maker.device()
    straight(device.label).save(tmp_path / "label.png")
    context.set_offline(True)
    kept.reload()
    kept.set_input_files("#picture", tmp_path / "label.png")
    expect(card(kept, device)).to_be_visible()


def test_what_waits_is_sealed_under_a_key_that_cannot_be_taken_out(
    kept: Page, context: BrowserContext, maker: Maker, application: str
) -> None:
    device = maker.device()
    context.set_offline(True)
    queue(kept, device)
    found = kept.evaluate(ENTRIES)
    assert found["out"] == "InvalidAccessError"
    assert found["fields"] == [["id", "iv", "data"]]
    for text in found["texts"]:
        assert not [word for word in (device.code, device.dev_eui, application) if word in text]
    assert device.code not in kept.content()
    assert kept.evaluate("JSON.stringify(localStorage) + document.cookie").count(device.code) == 0


def test_a_claimed_device_keeps_no_code_on_the_phone(alone: Page, maker: Maker) -> None:
    device = maker.device()
    type_label(alone, device)
    assert [text.count(device.code) for text in alone.evaluate(UNSEALED)] == [1]
    alone.click("text=Claim device")
    expect(card(alone, device)).to_contain_text("This device is yours")
    assert [(device.dev_eui in text, device.code in text) for text in alone.evaluate(UNSEALED)] == [(True, False)]


def test_a_killed_browser_sends_after_it_was_started_again(
    playwright: Playwright, url: str, owner: Person, application: str, maker: Maker, tmp_path: Path
) -> None:
    device, profile = maker.device(), tmp_path / "profile"
    context = persistent(playwright, profile)
    page = opened(context, url, owner)
    context.set_offline(True)
    queue(page, device)
    # The lock in the profile names the process: killed as a phone kills, without a word.
    with context.expect_event("close"):
        os.kill(int(os.readlink(profile / "SingletonLock").rpartition("-")[2]), signal.SIGKILL)
    assert not [path for path in profile.rglob("*") if path.is_file() and device.code.encode() in path.read_bytes()]
    (profile / "SingletonLock").unlink(missing_ok=True)
    with watched(persistent(playwright, profile)) as again:
        signed_in(again, url, owner)
        page = again.new_page()
        page.goto(f"{url}/claim")
        expect(card(page, device)).to_contain_text("This device is yours", timeout=15_000)


def persistent(playwright: Playwright, profile: Path) -> BrowserContext:
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=shutil.which("chromium"), args=list(FLAGS), viewport=PHONE, locale="en-GB"
    )


def test_what_waits_in_a_closed_tab_is_sent_without_any_page(
    kept: Page, context: BrowserContext, house: House, owner: Person, application: str, maker: Maker, url: str
) -> None:
    device, blank = maker.device(), context.new_page()
    context.set_offline(True)
    queue(kept, device)
    kept.close()
    context.set_offline(False)
    for _ in range(100):
        if owned(house, owner, application):
            break
        blank.wait_for_timeout(200)
    assert owned(house, owner, application) == [device.dev_eui]
    blank.goto(f"{url}/claim")
    expect(card(blank, device)).to_contain_text("This device is yours")


def test_an_ended_session_keeps_the_queue_until_the_same_account_signs_in(
    kept: Page, context: BrowserContext, house: House, url: str, owner: Person, maker: Maker
) -> None:
    device = maker.device()
    context.set_offline(True)
    queue(kept, device)
    context.clear_cookies()
    context.set_offline(False)
    kept.evaluate("dispatchEvent(new Event('online'))")
    expect(kept.locator(".sign-in")).to_contain_text("Your session has ended.")
    other = house.person("other")
    sign_in(kept, other)
    expect(kept.locator("text=1 device of another account waits")).to_be_visible()
    expect(card(kept, device)).to_have_count(0)
    kept.click(".account summary")
    kept.click("text=Sign out")
    kept.wait_for_url(f"{url}/claim")
    sign_in(kept, owner)
    expect(card(kept, device)).to_contain_text("This device is yours", timeout=15_000)


def sign_in(page: Page, person: Person) -> None:
    page.click("#sign-in")
    page.fill("#user_id", person.uid)
    page.fill("#password", person.password)
    page.click("main button")
    page.wait_for_selector(".account summary")


def test_three_tabs_and_a_double_tap_send_one_claim_once(
    kept: Page, context: BrowserContext, url: str, maker: Maker
) -> None:
    device, sent = maker.device(), list[Request]()
    context.on("request", lambda request: sent.append(request) if request.url.endswith("/edcs/claim") else None)
    tabs = [kept, context.new_page(), context.new_page()]
    for tab in tabs[1:]:
        tab.goto(f"{url}/claim")
        tab.wait_for_selector(".account summary")
    context.set_offline(True)
    queue(kept, device)
    context.set_offline(False)
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online')); dispatchEvent(new Event('online'))")
    for tab in tabs:
        expect(card(tab, device)).to_contain_text("This device is yours", timeout=15_000)
    answered = [request for request in sent if request.response() is not None]
    assert len(answered) == 1
    assert re.fullmatch(r"[0-9a-f-]{36}", answered[0].headers["idempotency-key"])


def test_a_claim_whose_answer_was_lost_is_sent_again_and_holds(alone: Page, maker: Maker) -> None:
    device, keys = maker.device(), list[str]()

    def lose_the_first(route: Any) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            assert route.fetch().status == 200
            route.abort("connectionreset")
        else:
            route.continue_()

    alone.route("**/edcs/claim", lose_the_first)
    type_label(alone, device)
    alone.click("text=Claim device")
    expect(card(alone, device)).to_contain_text("This device is yours", timeout=15_000)
    assert len(keys) == 2
    assert len(set(keys)) == 1


ROUND_ENDED = "navigator.locks.request('claimstack-send', () => undefined)"  # granted when nobody sends


def test_what_is_taken_back_while_another_is_sent_stays_unsent(alone: Page, maker: Maker) -> None:
    first, second = maker.device(), maker.device()
    held: list[Any] = []
    alone.route("**/edcs/claim", lambda route: route.continue_() if held else held.append(route))
    for device in (first, second):
        type_label(alone, device)
    with alone.expect_request("**/edcs/claim"):
        alone.click("text=Claim all 2 devices")
    card(alone, second).locator("text=Take back").click()
    expect(card(alone, second)).to_contain_text("Not claimed yet")
    held[0].continue_()
    expect(card(alone, first)).to_contain_text("This device is yours")
    alone.evaluate(ROUND_ENDED)
    expect(card(alone, second)).to_contain_text("Not claimed yet")


CUT_OFF_ONCE = """() => {
  const whole = window.fetch;
  let claims = 0;
  window.fetch = async (...asked) => {
    const answer = await whole(...asked);
    if (!asked[0].endsWith("/edcs/claim") || claims++) return answer;
    return new Response(new ReadableStream({ start: (body) => body.error(new TypeError("network error")) }));
  };
}"""


def test_an_answer_that_breaks_off_half_way_is_a_lost_one(alone: Page, maker: Maker) -> None:
    device = maker.device()
    alone.evaluate(CUT_OFF_ONCE)
    type_label(alone, device)
    alone.click("text=Claim device")
    expect(card(alone, device)).to_contain_text("This device is yours", timeout=15_000)


def test_a_code_that_lapsed_while_it_waited_is_shown_as_such_with_the_scan_kept(
    kept: Page, context: BrowserContext, maker: Maker
) -> None:
    device = maker.device()
    context.set_offline(True)
    kept.evaluate("(() => { const now = Date.now; Date.now = () => now() - 3 * 3600_000; })()")
    queue(kept, device)
    kept.reload()
    maker.window(device, "2020-01-01T00:00:00Z")
    context.set_offline(False)
    expect(card(kept, device)).to_contain_text("It waited 3 hours here: the code has probably lapsed", timeout=15_000)
    kept.reload()
    expect(card(kept, device).locator(".state")).to_have_text("Refused")
    maker.window(device, None)
    card(kept, device).locator("button.claim").click()
    expect(card(kept, device)).to_contain_text("This device is yours", timeout=15_000)


def test_nothing_is_lost_when_the_server_says_wait(alone: Page, maker: Maker) -> None:
    device = maker.device()
    answers = iter([{"status": 503, "headers": {"retry-after": "1"}, "body": "{}"}])

    def busy_once(route: Any) -> None:
        answer = next(answers, None)
        if answer:
            route.fulfill(**answer)
        else:
            route.continue_()

    alone.route("**/edcs/claim", busy_once)
    type_label(alone, device)
    alone.click("text=Claim device")
    expect(card(alone, device)).to_contain_text("The server cannot take it right now.")
    expect(card(alone, device)).to_contain_text("This device is yours", timeout=15_000)


def test_before_the_moment_that_the_server_named_nothing_is_sent_again(alone: Page, maker: Maker) -> None:
    device, asked = maker.device(), list[Any]()

    def busy(route: Any) -> None:
        asked.append(route)
        route.fulfill(status=429, headers={"retry-after": "600"}, body="{}")

    alone.route("**/edcs/claim", busy)
    type_label(alone, device)
    alone.click("text=Claim device")
    expect(card(alone, device)).to_contain_text("Take back")
    alone.evaluate(ROUND_ENDED)
    visits = iter(["the page's", "the round's"])
    with alone.expect_response(lambda one: one.url.endswith("/claim/account") and next(visits) == "the round's"):
        alone.evaluate("dispatchEvent(new Event('online'))")
    alone.evaluate(ROUND_ENDED)
    assert len(asked) == 1


def test_a_fresh_install_lists_every_file_that_the_page_is_made_of(kept: Page) -> None:
    kept_paths = json.loads(
        kept.evaluate(
            "(async () => { const names = await caches.keys(); const cache = await caches.open(names[0]);"
            " return JSON.stringify((await cache.keys()).map((one) => new URL(one.url).pathname)); })()"
        )
    )
    assert {"/claim", "/claim/manifest.webmanifest"} < set(kept_paths)
    assert {Path(path).suffix for path in kept_paths} >= {".js", ".css", ".wasm", ".png", ".svg"}
