"""The two redirect URIs of the command line."""

import pytest

from tests.oauth.conftest import AUTHORIZE, Browser, Person, StandingClock

SHOWN = AUTHORIZE.replace("local-callback", "code")


@pytest.mark.parametrize(
    ("query", "location"),
    [
        ("code=c&state=s", "http://localhost:11885/oauth/callback?code=c&state=s"),
        ("port=4711&code=c", "http://localhost:4711/oauth/callback?code=c"),
        ("code=a%26b&port=1&x=", "http://localhost:1/oauth/callback?code=a%26b&x="),
        ("error=access_denied", "http://localhost:11885/oauth/callback?error=access_denied"),
    ],
)
async def test_the_browser_goes_on_to_the_command_line_on_this_machine(
    browser: Browser, query: str, location: str
) -> None:
    response = await browser.get(f"/oauth/local-callback?{query}")
    assert (response.status_code, response.headers["location"]) == (302, location)


@pytest.mark.parametrize(
    "port", ["", "0", "65536", "-1", "80@evil.example", "80/", "1e3", "9" * 5000, "٣", " 80", "80%0d%0aa:b", "."]
)
async def test_what_is_no_port_leads_nowhere(browser: Browser, port: str) -> None:
    response = await browser.get(f"/oauth/local-callback?port={port}&code=c")
    assert response.status_code == 400
    assert "location" not in response.headers


async def test_the_code_is_shown_to_whom_it_was_given(logged_in: Browser) -> None:
    code = (await logged_in.allow(SHOWN))["code"]
    shown = await logged_in.get(f"/oauth/code?code={code}")
    assert shown.status_code == 200
    assert f">{code}</textarea>" in shown.text
    assert (await logged_in.exchange(code, redirect_uri="code")).status_code == 200


async def test_nobody_can_be_made_to_paste_the_code_of_another(logged_in: Browser, a_person: Person) -> None:
    code = (await logged_in.allow(SHOWN))["code"]
    await a_person("buyer")
    await logged_in.log_in("buyer")
    shown = await logged_in.get(f"/oauth/code?code={code}")
    assert shown.status_code == 404
    assert code not in shown.text


async def test_a_used_old_or_made_up_code_is_not_shown(logged_in: Browser, clock: StandingClock) -> None:
    used, old = [(await logged_in.allow(SHOWN))["code"] for _ in range(2)]
    await logged_in.exchange(used, redirect_uri="code")
    assert (await logged_in.get(f"/oauth/code?code={used}")).status_code == 404
    assert (await logged_in.get(f"/oauth/code?code={old[:-52] + 'A' * 52}")).status_code == 404
    clock.advance(minutes=5)
    for code in (old, "", "PASTE-ME", "MF2XI." + "A" * 39 + "." + "A" * 52):
        assert (await logged_in.get(f"/oauth/code?code={code}")).status_code == 404


async def test_a_login_that_was_not_allowed_is_said(browser: Browser) -> None:
    assert "was not allowed" in (await browser.get("/oauth/code?error=access_denied")).text
