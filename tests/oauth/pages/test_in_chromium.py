"""The pages as a real browser takes them: policies, redirects, the small script, a phone's width."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.oauth.conftest import AUTHORIZE
from tests.support.house import ADMIN_PASSWORD, House

SHOWN = AUTHORIZE.replace("local-callback", "code")
PAGES = ["login", "register", "forgot-password", "update-password", "one-time-login", "nowhere"]


@pytest.fixture(scope="module")
def chromium(house: House) -> Iterator[Any]:
    """One Chromium for a server. It begins after it and ends before, because it keeps a loop of its own running."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def url(house: House) -> str:
    """The server, under the name that browsers trust without TLS."""
    return house.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def context(chromium: Any) -> Iterator[BrowserContext]:
    """A fresh profile on a small phone; what the browser complains about fails the test."""
    context: BrowserContext = chromium.new_context(viewport={"width": 360, "height": 800})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    complaints: list[str] = []
    context.on("console", lambda message: complaints.append(message.text))
    yield context
    context.close()
    assert [text for text in complaints if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def page(context: BrowserContext, url: str) -> Page:
    """A tab where the admin is logged in."""
    page = context.new_page()
    page.goto(f"{url}/oauth")
    page.fill("#user_id", "admin")
    page.fill("#password", ADMIN_PASSWORD)
    page.click("text=Log in >> nth=-1")
    page.wait_for_url(f"{url}/oauth")
    return page


def test_who_allows_lands_at_the_command_lines_port(page: Page, url: str) -> None:
    page.goto(url + AUTHORIZE)
    with page.expect_request("http://localhost:11885/oauth/callback?**") as caught:
        page.click("button[value=allow]")
    assert "code=MF2XI." in caught.value.url


def test_the_code_is_copied_whole(page: Page, url: str) -> None:
    page.goto(url + SHOWN)
    page.click("button[value=allow]")
    page.click("text=Copy the code")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.input_value("#code")
    assert len(copied) == 98


def test_the_token_of_a_link_goes_into_the_form_and_out_of_the_address(context: BrowserContext, url: str) -> None:
    tab = context.new_page()
    tab.goto(f"{url}/oauth/login#token=ABC.DEF")
    tab.wait_for_url(f"{url}/oauth/one-time-login")
    assert tab.input_value("#token") == "ABC.DEF"
    tab.goto(f"{url}/oauth/register#invitation=1.XYZ")
    tab.wait_for_url(f"{url}/oauth/register")
    assert tab.input_value("#invitation") == "1.XYZ"


def test_no_page_is_wider_than_a_small_phone(page: Page, context: BrowserContext, url: str) -> None:
    for path in (AUTHORIZE, SHOWN, "/oauth", *(f"/oauth/{name}" for name in PAGES)):
        page.goto(url + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_a_page_of_another_port_of_this_machine_cannot_log_anybody_out(page: Page, url: str) -> None:
    form = f"<form method=post action={url}/oauth/logout><button>win a prize</button></form>"
    page.route("http://localhost:5000/", lambda route: route.fulfill(body=form, content_type="text/html"))
    page.goto("http://localhost:5000/")
    page.click("button")
    assert "did not come from here" in page.inner_text("h1")
    page.goto(f"{url}/oauth")
    assert page.inner_text("h1") == "Your account"


def test_without_scripts_everything_still_works(chromium: Any, url: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url + SHOWN)
    page.fill("#user_id", "admin")
    page.fill("#password", ADMIN_PASSWORD)
    page.click("text=Log in >> nth=-1")
    page.click("button[value=allow]")
    assert page.input_value("#code").startswith("MF2XI.")
    context.close()
