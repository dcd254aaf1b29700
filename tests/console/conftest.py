"""Visitors of the Console: without a browser, and with Chromium, whose every complaint fails the test."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, sync_playwright

from tests.support.house import ADMIN_PASSWORD, House, Person, house_settings


class Fields(HTMLParser):
    """What a browser would send of the first form of a page that posts to `action` (any: the first form that posts)."""

    def __init__(self, text: str, action: str = "") -> None:
        super().__init__()
        self.values: list[tuple[str, str]] = []
        self._action, self._inside, self._done = action, False, False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self._done:
            self._inside = found.get("method") == "post" and self._action in ("", found.get("action", ""))
        if tag == "input" and self._inside and found.get("name"):
            if found.get("type") in ("checkbox", "radio") and "checked" not in found:
                return
            self.values.append((found["name"], found.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._inside:
            self._inside, self._done = False, bool(self.values)


class Visitor:
    """Somebody who is logged in, visiting pages and sending forms as a browser does."""

    def __init__(self, house: House, session: str, language: str = "en") -> None:
        headers = {"accept-language": language, "accept": "text/html"}
        cookies = {"claimstack_session": session} if session else {}
        self.http = httpx.Client(base_url=house.url, cookies=cookies, headers=headers, timeout=20)

    def get(self, path: str) -> httpx.Response:
        """Visit a page; redirects are shown, not followed."""
        return self.http.get(path, headers={"sec-fetch-site": "none"})

    def post(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form with these fields only."""
        return self.http.post(path, data=fields, headers={"sec-fetch-site": "same-origin"})

    def send(self, path: str, page: str = "", **fields: str | list[str]) -> httpx.Response:
        """Open the page (by default the same address), fill its form, send it there."""
        shown = self.get(page or path)
        assert shown.status_code == 200, shown.text
        values: dict[str, Any] = {}
        for name, value in Fields(shown.text).values:
            values.setdefault(name, value)
        return self.post(path, **{**values, **fields})

    def title(self, path: str) -> str:
        """The level-one heading of a page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.get(path).text, re.DOTALL)
        return found[1] if found else ""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server on SQLite with the Console, shared by a module's tests."""
    made = House(house_settings(tmp_path_factory.mktemp("console"), ""))
    yield made
    made.close()


@pytest.fixture(scope="module")
def maker(console: House) -> Person:
    """Somebody with applications to make."""
    return console.person("maker")


Visiting = Callable[..., Visitor]


@pytest.fixture
def visiting(console: House) -> Iterator[Visiting]:
    """`visiting(session)`: somebody with that session, without a browser; nobody with an empty one."""
    made: list[Visitor] = []

    def visit(session: str, language: str = "en") -> Visitor:
        made.append(Visitor(console, session, language))
        return made[-1]

    yield visit
    for one in made:
        one.http.close()


@pytest.fixture
def visitor(visiting: Visiting, maker: Person) -> Visitor:
    """The maker, without a browser."""
    return visiting(maker.session)


@pytest.fixture
def administrator(visiting: Visiting, console: House) -> Visitor:
    """The admin, without a browser."""
    return visiting(console.session("admin", ADMIN_PASSWORD))


@pytest.fixture(scope="module")
def chromium(console: House) -> Iterator[Any]:
    """One Chromium for a module; it begins after the server and ends before, because it keeps a loop running."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


Browse = Callable[..., AbstractContextManager[Page]]
# The browser says so of every answer that is no success and of a network that is away, the tests say which they expect;
# and of a field that was typed in before the page had finished: a test is quicker than people.
_EXPECTED = (
    "Failed to load resource: the server responded with a status of 4",
    "Failed to load resource: net::ERR_INTERNET_DISCONNECTED",
    "Autofocus processing was blocked",
)


@pytest.fixture
def browse(chromium: Any, console: House) -> Browse:
    """`with browse(person, width=360, theme="dark") as page:` a tab on `/console`, logged in; complaints fail."""

    @contextmanager
    def open_tab(
        person: Person, width: int = 1280, theme: str = "light", language: str = "en", **more: Any
    ) -> Iterator[Page]:
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=theme, locale=language, **more
        )
        url = console.url.replace("127.0.0.1", "localhost")
        context.add_cookies([{"name": "claimstack_session", "value": person.session, "url": url}])
        complaints: list[str] = []
        context.on("console", lambda message: complaints.append(message.text))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.goto(f"{url}/console")
        yield page
        context.close()
        assert [text for text in complaints if not text.startswith(_EXPECTED)] == []

    return open_tab
