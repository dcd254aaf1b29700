"""Make an account."""

import os

import pytest

from claimstack.accounts import AccountPolicy, send_invitation
from claimstack.identity import Caller, authenticate
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.oauth.conftest import PASSWORD, URL, Browser, Fields, Person
from tests.support.people import NOW

FORM = {"user_id": "buyer", "email": "buyer@example.com", "password": PASSWORD, "again": PASSWORD}


@pytest.fixture
def registration() -> str:
    """Who may sign up."""
    return "open"


@pytest.fixture
def settings(registration: str) -> Settings:
    return Settings(public_url=URL, registration=registration)


@pytest.fixture
async def chief(a_person: Person) -> Caller:
    """An administrator."""
    return await a_person("chief", admin=True)


async def invited(db: Database, vault: Vault, chief: Caller, email: str) -> str:
    policy = AccountPolicy(registration="invitation")
    _, token = await db.transaction(send_invitation, vault, policy, chief, email, os.urandom(32), NOW)
    return token.text().reveal().decode()


async def test_where_everybody_may_one_signs_up_and_is_logged_in(browser: Browser, db: Database, vault: Vault) -> None:
    response = await browser.post("/oauth/register", **FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/console")
    assert (await authenticate(db, vault, browser.session, NOW)).uid == "buyer"
    await browser.post("/oauth/logout")
    assert (await browser.log_in("buyer")).status_code == 303


async def test_who_signs_up_on_the_way_goes_on_to_where_they_were_going(browser: Browser) -> None:
    page = await browser.get("/oauth/register?next=/claim")
    assert Fields(page.text).values["next"] == "/claim"
    refused = await browser.post("/oauth/register", **{**FORM, "again": "x", "next": "/claim"})
    assert Fields(refused.text).values["next"] == "/claim"
    response = await browser.post("/oauth/register", **FORM, next="/claim")
    assert response.headers["location"] == "/claim"
    abroad = await browser.post(
        "/oauth/register", **{**FORM, "user_id": "other", "email": "o@example.com"}, next="//evil"
    )
    assert abroad.headers["location"] == "/console"


@pytest.mark.parametrize("registration", ["invitation"])
async def test_an_invitation_lets_its_address_in_once(
    browser: Browser, db: Database, vault: Vault, chief: Caller
) -> None:
    token = await invited(db, vault, chief, "buyer@example.com")
    refused = await browser.post("/oauth/register", **FORM)
    assert (refused.status_code, "invitation-more" in refused.text) == (400, True)
    other = await browser.post("/oauth/register", **{**FORM, "email": "else@example.com", "invitation": token})
    assert "The invitation is not good" in other.text
    assert (await browser.post("/oauth/register", invitation=token, **FORM)).status_code == 303
    again = {**FORM, "user_id": "buyer-2", "email": "buyer@example.com", "invitation": token}
    assert (await browser.post("/oauth/register", **again)).status_code == 400


@pytest.mark.parametrize("registration", ["approval"])
async def test_where_an_administrator_must_approve_one_waits_without_a_session(browser: Browser, db: Database) -> None:
    response = await browser.post("/oauth/register", **FORM)
    assert response.status_code == 200
    assert "An administrator approves it" in response.text
    assert not browser.session
    assert await db.fetchval("SELECT state FROM user_account") == v3.STATE_REQUESTED


@pytest.mark.parametrize("registration", ["closed"])
async def test_where_nobody_may_nobody_does(browser: Browser, db: Database) -> None:
    assert (await browser.get("/oauth/register")).status_code == 403
    assert (await browser.post("/oauth/register", **FORM)).status_code == 400
    assert await db.fetchval("SELECT count(*) FROM account") == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("user_id", ""), ("user_id", "a"), ("user_id", "Buyer"), ("user_id", "a--b"), ("user_id", "a" * 37),
        ("email", ""), ("email", "buyer"), ("password", ""), ("password", "short"), ("password", "password123"),
        ("again", "something else"),
    ],
)  # fmt: skip
async def test_each_mistake_is_named_at_its_field_and_nothing_else_is_lost(
    browser: Browser, db: Database, field: str, value: str
) -> None:
    form = {**FORM, "invitation": "kept", field: value}
    if field == "password":
        form["again"] = value
    answer = await browser.post("/oauth/register", **form)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-more"' in answer.text
    kept = Fields(answer.text).values
    assert {name: kept[name] for name in ("user_id", "email", "invitation")} == {
        name: form[name] for name in ("user_id", "email", "invitation")
    }
    assert await db.fetchval("SELECT count(*) FROM account") == 0


async def test_what_is_taken_is_said_and_how_often_one_may_ask_is_bounded(browser: Browser, maker: Caller) -> None:
    assert "Somebody has this user ID" in (await browser.post("/oauth/register", **{**FORM, "user_id": "maker"})).text
    taken = {**FORM, "email": "MAKER@example.com"}
    answers = [await browser.post("/oauth/register", **taken) for _ in range(20)]
    assert "an account with this email address already" in answers[0].text
    assert [answer.status_code for answer in answers[-2:]] == [400, 429]
    assert "retry-after" in answers[-1].headers


async def test_nobody_makes_themselves_an_administrator(browser: Browser, db: Database) -> None:
    await browser.post("/oauth/register", admin="true", state="STATE_APPROVED", **FORM)
    assert not await db.fetchval("SELECT admin FROM user_account")


async def test_a_new_account_ends_the_session_of_another(logged_in: Browser, db: Database, vault: Vault) -> None:
    former = logged_in.session
    await logged_in.post("/oauth/register", **FORM)
    assert logged_in.session != former
    assert await db.fetchval("SELECT count(*) FROM user_session") == 1
