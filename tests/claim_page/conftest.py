"""A server with a maker's claimable devices, and a Chromium that plays films as its camera."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Playwright, ViewportSize, sync_playwright

from tests.support.house import House, People, Person, fresh, house_settings

PHONE: ViewportSize = {"width": 360, "height": 760}
DESKTOP: ViewportSize = {"width": 1280, "height": 860}
JOIN_EUI = "70B3D57ED0000ABC"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One server on SQLite: which database it has does not show on a page."""
    folder = tmp_path_factory.mktemp("house")
    made = House(house_settings(folder, "", registration="open"))
    yield made
    made.close()


@pytest.fixture
def url(house: House) -> str:
    """The server, under the name that browsers trust without TLS."""
    return house.url.replace("127.0.0.1", "localhost")


class Device(NamedTuple):
    """A maker's device, and what is on its label."""

    device_id: str
    dev_eui: str
    code: str
    label: str


class Maker:
    """Somebody with an application that is open to claims."""

    def __init__(self, house: House, person: Person) -> None:
        self.house, self.person = house, person
        self.application = house.application(person, "maker-app")
        rights = [f"RIGHT_APPLICATION_DEVICES_{right}" for right in ("READ", "READ_KEYS", "WRITE", "WRITE_KEYS")]
        key = house.application_key(self.application, person.key, *rights)
        path = f"/edcs/applications/{self.application}/authorize"
        house.ok("POST", path, {"api_key": key}, person.key)
        self._made = 0

    def device(self, code: str = "", vendor: str = "006D0C01") -> Device:
        """A new device with a code that works."""
        self._made += 1
        number = int(fresh("n").partition("-")[2])
        dev_eui = f"0004A31000{number:06X}"
        code = code or f"K7WQ2M9X{number:08d}".replace("0", "A").replace("1", "B")
        uid = f"sensor-{number}"
        ids = {"device_id": uid, "dev_eui": dev_eui, "join_eui": JOIN_EUI}
        path = f"/applications/{self.application}/devices"
        mask = {"paths": ["claim_authentication_code"]}
        body = {"end_device": {"ids": ids, "claim_authentication_code": {"value": code}}, "field_mask": mask}
        self.house.ok("POST", path, body, self.person.key)
        return Device(uid, dev_eui, code, f"LW:D0:{JOIN_EUI}:{dev_eui}:{vendor}:O{code}")

    def window(self, device: Device, valid_to: str | None) -> None:
        """Say until when the code works."""
        code = {"value": device.code, "valid_to": valid_to}
        body = {
            "end_device": {"claim_authentication_code": code},
            "field_mask": {"paths": ["claim_authentication_code"]},
        }
        path = f"/applications/{self.application}/devices/{device.device_id}"
        self.house.ok("PUT", path, body, self.person.key)


@pytest.fixture(scope="module")
def maker(house: House, people: People) -> Maker:
    """The maker, open to claims."""
    return Maker(house, people.maker)


@pytest.fixture
def owner(house: House) -> Person:
    """A new owner for each test, who has no application yet."""
    return house.person("owner")


@pytest.fixture(scope="module")
def playwright(house: House) -> Iterator[Playwright]:
    """It begins after the server and ends before, because it keeps a loop of its own running."""
    with sync_playwright() as started:
        yield started


FLAGS = ("--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")


@pytest.fixture(scope="module")
def chromium(playwright: Playwright) -> Iterator[Any]:
    """One Chromium whose camera shows a test picture."""
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
    yield browser
    browser.close()


@contextmanager
def watched(context: BrowserContext, *expected: str) -> Iterator[BrowserContext]:
    """What the browser complains about fails the test: console errors, and reports of the content security policy."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    context.on("console", heard)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('CSP', e.violatedDirective, e.blockedURI))"
    )
    yield context
    context.close()
    known = ("Failed to load resource", *expected)  # the browser's own note of a refusal or of no network
    assert [text for text in complaints if not text.startswith(known)] == []


@pytest.fixture
def context(chromium: Any) -> Iterator[BrowserContext]:
    """A fresh profile on a small phone."""
    with watched(chromium.new_context(viewport=PHONE, locale="en-GB", accept_downloads=True)) as context:
        yield context


def signed_in(context: BrowserContext, url: str, person: Person) -> None:
    """The browser of that person, with the session's cookie as logging in sets it."""
    cookie = {"name": "claimstack_session", "value": person.session, "url": url, "httpOnly": True, "sameSite": "Lax"}
    context.add_cookies([cookie])  # type: ignore[list-item]


@pytest.fixture
def page(context: BrowserContext, url: str, owner: Person) -> Page:
    """The claim page of the owner, signed in."""
    signed_in(context, url, owner)
    page = context.new_page()
    page.goto(f"{url}/claim")
    page.wait_for_selector(".account summary")
    return page


Filming = Callable[[Path], AbstractContextManager[Any]]


@pytest.fixture
def filming(playwright: Playwright) -> Filming:
    """A Chromium that plays that film as its camera."""

    @contextmanager
    def launched(path: Path) -> Iterator[Any]:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={path}"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        try:
            yield browser
        finally:
            browser.close()

    return launched


def type_label(page: Page, device: Device) -> None:
    """Type a label in, as it is printed."""
    page.click("#type")
    page.fill("#typed-join", "-".join(JOIN_EUI[at : at + 2] for at in range(0, 16, 2)))
    page.fill("#typed-dev", device.dev_eui.lower())
    page.fill("#typed-code", device.code)
    page.click("dialog button:not([type=button])")
    page.wait_for_selector("dialog", state="detached")


def card(page: Page, device: Device) -> Any:
    """The device in the list."""
    spaced = " ".join(device.dev_eui[at : at + 2] for at in range(0, 16, 2))
    return page.locator("li.device", has_text=spaced)


def make_application(page: Page, uid: str) -> None:
    """Make the first application, on the page."""
    page.fill("#new-application", uid)
    page.click("text=Create application")
    page.wait_for_selector("#application")


def owned(house: House, person: Person, application: str) -> list[str]:
    """The DevEUIs of an application."""
    path = f"/applications/{application}/devices?field_mask=name"
    found = house.ok("GET", path, token=person.key).get("end_devices", [])
    return [device["ids"]["dev_eui"] for device in found]
