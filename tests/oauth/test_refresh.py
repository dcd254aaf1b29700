"""A refresh token for a new pair."""

import asyncio

import pytest

from claimstack.errors import Unauthenticated
from claimstack.identity import authenticate
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from tests.oauth.conftest import Browser, StandingClock
from tests.support.people import NOW

Words = dict[str, str]


@pytest.fixture
async def first(logged_in: Browser) -> Words:
    """The first pair of a login."""
    words: Words = (await logged_in.exchange((await logged_in.allow())["code"])).json()
    return words


async def is_dead(db: Database, vault: Vault, words: Words) -> bool:
    try:
        await authenticate(db, vault, words["access_token"], NOW)
    except Unauthenticated:
        return True
    return False


async def test_a_refresh_gives_a_new_pair_and_ends_the_old_one(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    second = (await logged_in.refresh(first["refresh_token"])).json()
    assert set(second) == {"access_token", "token_type", "refresh_token", "expires_in"}
    assert not set(first.values()) & {second["access_token"], second["refresh_token"]}
    assert (await authenticate(db, vault, second["access_token"], NOW)).uid == "maker"
    assert await is_dead(db, vault, first)


async def test_an_old_refresh_token_that_comes_back_kills_the_family(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    second = (await logged_in.refresh(first["refresh_token"])).json()
    third = (await logged_in.refresh(second["refresh_token"])).json()
    assert (await logged_in.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
    assert await is_dead(db, vault, third)
    assert (await logged_in.refresh(third["refresh_token"])).json()["error"] == "invalid_grant"


async def test_another_login_of_the_same_person_survives_that(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    other = (await logged_in.exchange((await logged_in.allow())["code"])).json()
    for _ in range(2):
        await logged_in.refresh(first["refresh_token"])
    assert not await is_dead(db, vault, other)


async def test_of_many_who_refresh_at_once_one_wins_and_the_family_is_dead(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    answers = await asyncio.gather(*(logged_in.refresh(first["refresh_token"]) for _ in range(20)))
    won = [answer.json() for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert await is_dead(db, vault, won[0])


async def test_a_thief_and_the_owner_who_alternate_at_once_leave_nothing_alive(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    second = (await logged_in.refresh(first["refresh_token"])).json()
    both = (logged_in.refresh(first["refresh_token"]), logged_in.refresh(second["refresh_token"]))
    await asyncio.gather(*both)
    assert await db.fetchval("SELECT count(*) FROM oauth_token WHERE replaced_at IS NULL") == 0


async def test_the_id_with_another_secret_neither_refreshes_nor_revokes(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    forged = first["refresh_token"][:-52] + "A" * 52
    assert (await logged_in.refresh(forged)).json()["error"] == "invalid_grant"
    assert not await is_dead(db, vault, first)


async def test_an_access_token_is_no_refresh_token(logged_in: Browser, first: Words) -> None:
    assert (await logged_in.refresh(first["access_token"])).json()["error"] == "invalid_grant"


async def test_a_refresh_token_that_rests_for_90_days_is_dead(
    logged_in: Browser, first: Words, clock: StandingClock
) -> None:
    clock.advance(days=90)
    assert (await logged_in.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_it_lives_on_as_long_as_it_is_used(logged_in: Browser, first: Words, clock: StandingClock) -> None:
    words = first
    for _ in range(3):
        clock.advance(days=89)
        words = (await logged_in.refresh(words["refresh_token"])).json()
    assert words["token_type"] == "bearer"


async def test_who_is_suspended_refreshes_nothing(logged_in: Browser, first: Words, db: Database) -> None:
    async def suspend(tx: Transaction) -> None:
        await tx.execute("UPDATE user_account SET state = 4")

    await db.transaction(suspend)
    assert (await logged_in.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"


async def test_logging_out_ends_what_was_granted_in_that_session(
    logged_in: Browser, first: Words, db: Database, vault: Vault
) -> None:
    await logged_in.post("/oauth/logout")
    assert await is_dead(db, vault, first)
    assert (await logged_in.refresh(first["refresh_token"])).json()["error"] == "invalid_grant"
