"""The login page."""

import pytest

from claimstack.identity import Caller
from claimstack.settings import Settings
from tests.oauth.conftest import AUTHORIZE, PASSWORD, URL, Browser, Fields
from tests.oauth.pages.site.test_next_path import INSIDE, OUTSIDE


async def test_who_is_not_logged_in_is_led_through_the_login_and_back(browser: Browser, maker: Caller) -> None:
    led = await browser.get(AUTHORIZE)
    assert led.headers["location"].startswith("/oauth/login?next=")
    form = Fields((await browser.get(led.headers["location"])).text).values
    assert set(form) == {"next", "user_id", "password"}
    back = await browser.post("/oauth/login", **{**form, "user_id": "maker", "password": PASSWORD})
    assert (back.status_code, back.headers["location"]) == (303, AUTHORIZE)
    assert (await browser.get(AUTHORIZE)).status_code == 200


@pytest.mark.parametrize("onward", [one for one in OUTSIDE[1:] if "\0" not in one])  # a form with NUL is refused whole
async def test_a_login_never_leads_elsewhere(logged_in: Browser, onward: str) -> None:
    assert (await logged_in.log_in(onward=onward)).headers["location"] == "/console"
    shown = await logged_in.client.get("/oauth/login", params={"next": onward})
    assert shown.headers["location"] == "/console"


@pytest.mark.parametrize("onward", INSIDE)
async def test_it_leads_on_within_this_server(logged_in: Browser, onward: str) -> None:
    assert (await logged_in.log_in(onward=onward)).headers["location"] == onward


async def test_who_is_logged_in_is_led_on_at_once(logged_in: Browser) -> None:
    assert (await logged_in.get("/oauth/login?next=/x")).headers["location"] == "/x"


async def test_after_bad_input_the_id_and_the_way_back_are_still_there(browser: Browser) -> None:
    answer = await browser.log_in("maker", "", onward="/x")
    assert answer.status_code == 400
    assert Fields(answer.text).values == {"next": "/x", "user_id": "maker", "password": ""}
    assert '<a href="#password">Password: Enter your password.</a>' in answer.text
    assert 'id="password-more"' in answer.text
    assert 'aria-describedby="password-more"' in answer.text


async def test_the_first_field_that_is_wrong_has_the_focus(browser: Browser) -> None:
    both = (await browser.log_in("", "")).text
    assert both.index("autofocus") < both.index('id="password"')
    second = (await browser.log_in("maker", "")).text
    assert second.index("autofocus") > second.index('id="password"')


async def test_logging_out_shows_a_page_or_leads_to_the_login_of_another(logged_in: Browser) -> None:
    onward = await logged_in.post("/oauth/logout", next="/oauth/login?next=/x")
    assert onward.headers["location"] == "/oauth/login?next=/x"
    assert (await logged_in.post("/oauth/logout", next="//evil.example")).headers["location"] == "/console"
    shown = await logged_in.post("/oauth/logout")
    assert "You are logged out" in shown.text


@pytest.mark.parametrize("registration", ["open", "invitation", "approval", "closed"])
async def test_the_way_to_sign_up_is_shown_where_there_is_one(browser: Browser, registration: str) -> None:
    shown = "/oauth/register" in (await browser.get("/oauth/login")).text
    assert shown is (registration != "closed")


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    words = request.node.callspec.params if hasattr(request.node, "callspec") else {}
    return Settings(public_url=URL, registration=words.get("registration", "closed"))
