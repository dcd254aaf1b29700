"""Change a password."""

import pytest

from claimstack.errors import Unauthenticated
from claimstack.identity import Caller, authenticate
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Vault, hash_password
from tests.oauth.conftest import PASSWORD, Browser, Fields
from tests.support.people import NOW

NEW = "another horse battery"
FORM = {"user_id": "maker", "old": PASSWORD, "password": NEW, "again": NEW, "next": "/x"}


async def test_the_new_password_counts_and_the_old_one_does_not(browser: Browser, maker: Caller) -> None:
    response = await browser.post("/oauth/update-password", **FORM)
    assert (response.status_code, response.headers["location"]) == (303, "/x")
    assert browser.session
    await browser.post("/oauth/logout")
    assert (await browser.log_in()).status_code == 403
    assert (await browser.log_in(password=NEW)).status_code == 303


async def test_sessions_and_tokens_end_with_the_old_one(logged_in: Browser, db: Database, vault: Vault) -> None:
    former = logged_in.session
    words = (await logged_in.exchange((await logged_in.allow())["code"])).json()
    await logged_in.post("/oauth/update-password", **FORM)
    for token in (former, words["access_token"]):
        with pytest.raises(Unauthenticated):
            await authenticate(db, vault, token, NOW)
    assert (await authenticate(db, vault, logged_in.session, NOW)).uid == "maker"


async def test_a_temporary_password_is_good_for_this_alone(browser: Browser, maker: Caller, db: Database) -> None:
    hashed = await hash_password(Secret(b"temporary one"))

    async def give(tx: Transaction) -> None:
        await tx.execute(
            "UPDATE user_account SET temporary_password_hash = $1, temporary_password_expires_at = $2", hashed, NOW + 1
        )

    await db.transaction(give)
    assert (await browser.post("/oauth/update-password", **{**FORM, "old": "temporary one"})).status_code == 303
    again = await browser.post("/oauth/update-password", **{**FORM, "old": "temporary one"})
    assert again.status_code == 400


@pytest.mark.parametrize(
    ("field", "value"),
    [("user_id", ""), ("old", ""), ("old", "wrong"), ("password", ""), ("password", "short"), ("again", "differs")],
)
async def test_each_mistake_is_named_at_its_field(browser: Browser, maker: Caller, field: str, value: str) -> None:
    form = {**FORM, field: value}
    if field == "password":
        form["again"] = value
    answer = await browser.post("/oauth/update-password", **form)
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    assert Fields(answer.text).values["next"] == "/x"
    assert (await browser.log_in()).status_code == 303


async def test_guesses_are_counted_with_those_of_the_login(browser: Browser, maker: Caller) -> None:
    for _ in range(10):
        assert (await browser.post("/oauth/update-password", **{**FORM, "old": "wrong"})).status_code == 400
    assert (await browser.post("/oauth/update-password", **FORM)).status_code == 429
    assert (await browser.log_in()).status_code == 429


async def test_who_is_logged_in_need_not_type_the_id(logged_in: Browser) -> None:
    assert Fields((await logged_in.get("/oauth/update-password")).text).values["user_id"] == "maker"
