"""The first admin, and the way back in."""

import asyncio
import os

import pytest

from claimstack.accounts import make_first_admin, reset_admin
from claimstack.errors import Invalid, Unauthenticated
from claimstack.identity import ALL_RIGHTS, authenticate
from claimstack.identity.logins import log_in
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, TokenKind, Vault, new_token
from tests.identity.logins.test_sessions import begun
from tests.support.people import NOW, a_key, a_user, text_of


def shown(secret: Secret) -> str:
    return secret.reveal().decode()


async def test_the_first_admin_gets_in_by_password_and_by_key(db: Database, vault: Vault) -> None:
    made = await make_first_admin(db, vault, NOW)
    assert made is not None
    assert made.uid == "admin"
    token = new_token(TokenKind.SESSION, os.urandom(56))
    await log_in(db, vault, "admin", made.password, token, NOW)
    for text in (text_of(token), shown(made.api_key)):
        caller = await authenticate(db, vault, text, NOW)
        assert (caller.uid, caller.admin, caller.ceiling) == ("admin", True, ALL_RIGHTS)


async def test_there_is_one_first_admin_however_many_nodes_start(db: Database, vault: Vault) -> None:
    made = await asyncio.gather(*(make_first_admin(db, vault, NOW) for _ in range(4)))
    assert sum(one is not None for one in made) == 1
    assert await make_first_admin(db, vault, NOW) is None
    assert await db.fetchval("SELECT count(*) FROM account") == 1
    assert await db.fetchval("SELECT count(*) FROM api_key") == 1


async def test_secrets_for_automation_are_taken_as_given(db: Database, vault: Vault) -> None:
    key = shown(new_token(TokenKind.API_KEY, os.urandom(56)).text())
    made = await make_first_admin(db, vault, NOW, "a given password", key)
    assert made is not None
    assert (shown(made.password), shown(made.api_key)) == ("a given password", key)
    assert (await authenticate(db, vault, key, NOW)).admin


@pytest.mark.parametrize(("password", "key"), [("short", ""), ("", "no key"), ("", "ONZW4.ABCDEFGH.ABCDEFGH")])
async def test_given_secrets_that_do_not_serve_are_refused_and_nothing_is_made(
    db: Database, vault: Vault, password: str, key: str
) -> None:
    with pytest.raises(Invalid):
        await make_first_admin(db, vault, NOW, password, key)
    assert await db.fetchval("SELECT count(*) FROM account") == 0


async def test_a_reset_lets_a_locked_out_admin_back_in_and_everybody_else_out(db: Database, vault: Vault) -> None:
    made = await make_first_admin(db, vault, NOW)
    assert made is not None
    old = await authenticate(db, vault, shown(made.api_key), NOW)
    session, _ = await begun(db, vault, old)

    async def spoil(tx: Transaction) -> None:
        await tx.execute("UPDATE user_account SET admin = $1, state = 4, require_password_update = $2", False, True)
        await tx.execute("UPDATE account SET deleted_at = 1")

    await db.transaction(spoil)
    again = await reset_admin(db, vault, NOW + 1)
    assert (await authenticate(db, vault, shown(again.api_key), NOW)).admin
    token = new_token(TokenKind.SESSION, os.urandom(56))
    await log_in(db, vault, "admin", again.password, token, NOW)
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, text_of(session), NOW)
    with pytest.raises(Invalid, match="no_user_id_password_match"):
        await log_in(db, vault, "admin", made.password, token, NOW)


async def test_a_reset_makes_the_admin_that_is_missing(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    assert await make_first_admin(db, vault, NOW) is None
    made = await reset_admin(db, vault, NOW, "second")
    caller = await authenticate(db, vault, shown(made.api_key), NOW)
    assert (caller.uid, caller.admin) == ("second", True)
