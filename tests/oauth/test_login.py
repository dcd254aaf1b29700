"""A person proves who they are."""

import pytest

from claimstack.errors import Unauthenticated
from claimstack.identity import Caller, authenticate
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Vault, hash_password
from claimstack.wire import v3
from tests.oauth.conftest import PASSWORD, Application, Browser, Person
from tests.support.people import NOW


async def test_a_login_makes_a_session_that_speaks_for_the_person(
    logged_in: Browser, db: Database, vault: Vault
) -> None:
    caller = await authenticate(db, vault, logged_in.session, NOW)
    assert (caller.uid, caller.credential) == ("maker", "session")


async def test_the_email_address_does_as_well_in_any_case(browser: Browser, maker: Caller) -> None:
    assert (await browser.log_in("Maker@Example.com")).status_code == 303


async def test_an_unknown_person_and_a_wrong_password_read_the_same(browser: Browser, maker: Caller) -> None:
    wrong, unknown = await browser.log_in("maker", "nope"), await browser.log_in("nobody", "nope")
    assert wrong.status_code == unknown.status_code == 403
    assert wrong.text == unknown.text.replace("nobody", "maker")
    assert {**wrong.headers, "content-length": ""} == {**unknown.headers, "content-length": ""}


@pytest.mark.parametrize("state", [v3.STATE_REQUESTED, v3.STATE_REJECTED, v3.STATE_SUSPENDED])
async def test_who_is_not_approved_learns_it_only_with_the_right_password(
    browser: Browser, a_person: Person, state: int
) -> None:
    await a_person("buyer", state=state)
    assert "is not right" in (await browser.log_in("buyer", "nope")).text
    refused = await browser.log_in("buyer")
    assert refused.status_code == 403
    assert "administrator" in refused.text.lower()
    assert not browser.session


async def test_a_session_that_was_there_before_the_login_is_not_the_one_after(
    application: Application, maker: Caller, db: Database, vault: Vault
) -> None:
    stranger, victim = Browser(application), Browser(application)
    await stranger.log_in()
    planted = stranger.session
    victim.client.cookies.set("__Host-claimstack", planted, domain="claims.example", path="/")
    await victim.log_in()
    after = [cookie.value for cookie in victim.client.cookies.jar if cookie.value != planted]
    assert len(after) == 1
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, planted, NOW)
    assert (await authenticate(db, vault, str(after[0]), NOW)).uid == "maker"


async def test_a_session_id_that_nobody_gave_out_is_worth_nothing(browser: Browser, maker: Caller) -> None:
    made_up = "ONZW4." + "A" * 39 + "." + "A" * 52
    browser.client.cookies.set("__Host-claimstack", made_up, domain="claims.example", path="/")
    assert (await browser.get("/oauth")).headers["location"].startswith("/oauth/login")
    response = await browser.log_in()
    assert made_up not in response.headers["set-cookie"]


async def test_a_temporary_password_opens_nothing_but_leads_to_a_new_one(
    browser: Browser, maker: Caller, db: Database
) -> None:
    hashed = await hash_password(Secret(b"temporary one"))

    async def give(tx: Transaction) -> None:
        await tx.execute(
            "UPDATE user_account SET temporary_password_hash = $1, temporary_password_expires_at = $2", hashed, NOW + 1
        )

    await db.transaction(give)
    answer = await browser.log_in("maker", "temporary one")
    assert answer.status_code == 403
    assert "Choose a new password" in answer.text
    assert not browser.session


async def test_a_logout_ends_the_session_for_whoever_has_its_cookie(
    logged_in: Browser, db: Database, vault: Vault
) -> None:
    kept = logged_in.session
    await logged_in.post("/oauth/logout")
    assert not logged_in.session
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, kept, NOW)


async def test_others_are_told_of_logins_and_logouts(logged_in: Browser, db: Database) -> None:
    await logged_in.post("/oauth/logout")
    names = {row["name"] for row in await db.fetch("SELECT name FROM event")}
    assert {"oauth.user.login", "oauth.user.logout"} <= names


async def test_the_password_stands_on_no_page(browser: Browser, maker: Caller) -> None:
    assert PASSWORD not in (await browser.log_in("nobody", PASSWORD)).text
