"""A person allows a client to act for them."""

from claimstack.identity import ALL_RIGHTS, Caller
from claimstack.storage import Database
from claimstack.wire import v3
from tests.oauth.conftest import Browser, StandingClock
from tests.support.people import NOW


async def test_consent_is_remembered_with_its_rights(logged_in: Browser, maker: Caller, db: Database) -> None:
    await logged_in.allow()
    row = await db.fetchrow("SELECT * FROM oauth_authorization")
    assert row is not None
    assert (row["account"], row["client_id"], row["rights"]) == (maker.entity, "cli", int(ALL_RIGHTS))


async def test_allowing_again_keeps_one_row_and_its_beginning(
    logged_in: Browser, db: Database, clock: StandingClock
) -> None:
    await logged_in.allow()
    clock.advance(days=1)
    await logged_in.allow()
    rows = await db.fetch("SELECT created_at, updated_at FROM oauth_authorization")
    assert [(row["created_at"], row["updated_at"]) for row in rows] == [(NOW, NOW + 86_400_000_000)]


async def test_a_code_knows_the_session_it_was_made_in(logged_in: Browser, db: Database) -> None:
    await logged_in.allow()
    session_id = logged_in.session.split(".")[1]
    session = await db.fetchval("SELECT id FROM user_session WHERE session_id = $1", session_id)
    assert await db.fetchval("SELECT session FROM oauth_code") == session


async def test_others_are_told(logged_in: Browser, maker: Caller, db: Database) -> None:
    await logged_in.allow()
    row = await db.fetchrow("SELECT * FROM event WHERE name = 'oauth.authorize'")
    assert row is not None
    event = v3.Event.FromString(bytes(row["body"]))
    assert (row["entity"], event.identifiers[0].user_ids.user_id) == (maker.entity, "maker")


async def test_old_codes_and_tokens_are_swept(logged_in: Browser, db: Database, clock: StandingClock) -> None:
    await logged_in.exchange((await logged_in.allow())["code"])
    clock.advance(days=29)
    await logged_in.allow()
    assert await db.fetchval("SELECT count(*) FROM oauth_code") == 1
    assert await db.fetchval("SELECT count(*) FROM oauth_token") == 1
    clock.advance(days=62)
    await logged_in.log_in()
    await logged_in.allow()
    assert await db.fetchval("SELECT count(*) FROM oauth_token") == 0
