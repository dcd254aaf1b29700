"""A label held before the camera fills the form in; only the page that has the camera may open it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.claim_page.film import film, straight
from tests.console.conftest import Visitor
from tests.console.looking import findings
from tests.support.house import House, Person

LABEL = "LW:D0:70B3D57ED0000000:0004A3FB000000C1:00000000:O7QK2ZB9XHT4MWD3S"
CAMERA = ("--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


STRANGE = straight("https://example.com/elsewhere")


@pytest.fixture(scope="module")
def filmed(console: House, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """`filmed(reel)`: a Chromium whose camera sees `strange`, which is no label, or `label`, that and then one."""
    reels = {"strange": [STRANGE], "label": [STRANGE] * 4 + [straight(LABEL)] * 2}
    with sync_playwright() as playwright, ExitStack() as open_ones:

        @cache
        def launched(reel: str) -> Any:
            path = film(tmp_path_factory.mktemp("film") / f"{reel}.mjpeg", reels[reel])
            flags = [*CAMERA, f"--use-file-for-fake-video-capture={path}"]
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
            open_ones.callback(browser.close)
            return browser

        yield launched


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "filmed")


@pytest.fixture
def page(
    filmed: Callable[[str], Any], console: House, maker: Person, app: str, request: pytest.FixtureRequest
) -> Iterator[Page]:
    """The form for a new device, in a tab whose every complaint fails the test; the camera sees no label."""
    reel = getattr(request, "param", "strange")
    url = console.url.replace("127.0.0.1", "localhost")
    context = filmed(reel).new_context(viewport={"width": 360, "height": 800})
    context.add_cookies([{"name": "claimstack_session", "value": maker.session, "url": url}])
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.add_init_script("addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.blockedURI))")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{url}/console/applications/{app}/devices/_new")
    yield page
    context.close()
    assert complaints == []


@pytest.mark.parametrize("page", ["label"], indirect=True)
def test_a_label_before_the_camera_fills_the_form_in(page: Page) -> None:
    page.click("[data-scans]")
    expect(page.locator("#dev_eui")).to_have_value("0004A3FB000000C1", timeout=20_000)
    expect(page.locator("#code")).to_have_value("7QK2ZB9XHT4MWD3S")
    assert LABEL not in page.url


def test_what_is_no_label_is_told_and_the_camera_goes_on(page: Page) -> None:
    page.click("[data-scans]")
    expect(page.locator("[data-stops]")).to_be_focused()
    expect(page.locator(".stage-told")).to_contain_text("no label of a LoRaWAN device", timeout=20_000)
    assert findings(page) == []
    expect(page.locator("[data-stage]")).to_be_visible()


def test_the_camera_is_closed_again(page: Page) -> None:
    page.click("[data-scans]")
    expect(page.locator("[data-stops]")).to_be_focused()
    page.press("[data-stops]", "Escape")
    expect(page.locator("[data-stage]")).to_be_hidden()
    expect(page.locator("[data-scans]")).to_be_focused()
    assert page.evaluate("document.querySelector('[data-stage] video').srcObject") is None


def test_a_lens_that_opens_after_the_camera_was_closed_is_closed_again(page: Page) -> None:
    page.evaluate(
        """() => {
            const media = navigator.mediaDevices;
            const open = media.getUserMedia.bind(media);
            globalThis.opened = [];
            let second;
            globalThis.waits = new Promise((go) => { second = go; });
            globalThis.ended = new Promise((over) => {
              media.getUserMedia = async (wish) => {
                const stream = await open(wish);
                opened.push(stream);
                if (opened.length > 1) await new Promise((go) => { globalThis.goOn = go; second(); });
                const [track] = stream.getTracks();
                const stop = track.stop.bind(track);
                track.stop = () => { stop(); if (opened.length > 1) over(); };
                return stream;
              };
            });
        }"""
    )
    page.click("[data-scans]")
    expect(page.locator("[data-stops]")).to_be_focused()
    page.evaluate("document.querySelector('.lens').dispatchEvent(new Event('change'))")
    page.evaluate("waits")
    page.click("[data-stops]")
    page.evaluate("goOn()")
    page.evaluate("Promise.race([ended, new Promise((go) => setTimeout(go, 5000))])")
    assert page.evaluate("opened.map((one) => one.active)") == [False, False]


def test_no_other_page_may_open_the_camera(visitor: Visitor, app: str) -> None:
    base = f"/console/applications/{app}/devices"
    with_camera = visitor.get(f"{base}/_new").headers
    assert "camera=(self)" in with_camera["permissions-policy"]
    assert "worker-src 'self'" in with_camera["content-security-policy"]
    for path in ("/console", base, f"{base}/_import"):
        headers = visitor.get(path).headers
        assert "camera=()" in headers["permissions-policy"]
        assert "trusted-types 'none'" in headers["content-security-policy"]
        assert "worker-src" not in headers["content-security-policy"]
    filled = visitor.post(f"{base}/_label", label=LABEL)
    assert "camera=()" in filled.headers["permissions-policy"]
