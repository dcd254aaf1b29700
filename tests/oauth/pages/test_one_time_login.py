"""Log in by a one-time link."""

import os

from claimstack.identity import Caller, authenticate
from claimstack.identity.logins import LOGIN_TOKEN, OneTime, create_login_token
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.oauth.conftest import Browser, StandingClock
from tests.support.people import NOW


async def a_link(db: Database, vault: Vault, person: Caller) -> str:
    token = OneTime.new(LOGIN_TOKEN, "AAAABBBB", os.urandom(32))
    await db.transaction(create_login_token, vault, person.entity, person.uid, token, NOW)
    return token.text().reveal().decode()


async def test_the_token_of_a_link_logs_in_once(browser: Browser, maker: Caller, db: Database, vault: Vault) -> None:
    token = await a_link(db, vault, maker)
    response = await browser.post("/oauth/one-time-login", token=f" {token} ")
    assert (response.status_code, response.headers["location"]) == (303, "/console")
    session = browser.session
    assert (await authenticate(db, vault, session, NOW)).uid == "maker"
    again = await browser.post("/oauth/one-time-login", token=token)
    assert again.status_code == 403
    assert browser.session == session


async def test_it_is_good_for_ten_minutes(
    browser: Browser, maker: Caller, db: Database, vault: Vault, clock: StandingClock
) -> None:
    token = await a_link(db, vault, maker)
    clock.advance(minutes=10)
    assert (await browser.post("/oauth/one-time-login", token=token)).status_code == 403


async def test_looking_at_the_page_spends_nothing(browser: Browser, maker: Caller, db: Database, vault: Vault) -> None:
    token = await a_link(db, vault, maker)
    assert (await browser.get("/oauth/one-time-login")).status_code == 200
    assert (await browser.post("/oauth/one-time-login", token="wrong")).status_code == 403
    assert (await browser.post("/oauth/one-time-login", token=token)).status_code == 303
