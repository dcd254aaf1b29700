"""Password in, session out."""

import os
from typing import Any

import pytest

from claimstack.errors import FailedPrecondition, Invalid, PermissionDenied
from claimstack.identity import authenticate
from claimstack.identity.logins import Login, log_in
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Token, TokenKind, Vault, hash_password, new_token
from claimstack.wire import v3
from tests.support.people import NOW, a_user, text_of

PASSWORD = Secret(b"correct horse battery")


async def run(tx: Transaction, sql: str, *args: Any) -> None:
    await tx.execute(sql, *args)


async def with_password(db: Database, uid: str, state: int = v3.STATE_APPROVED) -> int:
    user = await a_user(db, uid, state=state)
    await db.transaction(run, "UPDATE user_account SET password_hash = $1", await hash_password(PASSWORD))
    return user.entity


async def entered(
    db: Database, vault: Vault, name: str, password: Secret = PASSWORD, now: int = NOW
) -> tuple[Login, Token]:
    token = new_token(TokenKind.SESSION, os.urandom(56))
    return await log_in(db, vault, name, password, token, now), token


async def test_the_right_password_starts_a_session(db: Database, vault: Vault) -> None:
    account = await with_password(db, "maker")
    login, token = await entered(db, vault, "maker")
    assert (login.account, login.uid) == (account, "maker")
    assert (await authenticate(db, vault, text_of(token), NOW)).uid == "maker"


async def test_a_mail_address_is_as_good_as_the_id_in_whatever_case(db: Database, vault: Vault) -> None:
    await with_password(db, "maker")
    login, _ = await entered(db, vault, " Maker@Example.COM ")
    assert login.uid == "maker"


async def test_a_session_ends_after_its_life(db: Database, vault: Vault) -> None:
    await with_password(db, "maker")
    login, token = await entered(db, vault, "maker")
    await authenticate(db, vault, text_of(token), login.expires_at - 1)
    with pytest.raises(Exception, match="token_expired"):
        await authenticate(db, vault, text_of(token), login.expires_at)


async def test_wrong_password_unknown_and_deleted_users_are_one_answer(db: Database, vault: Vault) -> None:
    await with_password(db, "maker")
    await with_password(db, "gone")
    await db.transaction(run, "UPDATE account SET deleted_at = 1 WHERE uid = 'gone'")
    answers = []
    for name, password in (
        ("maker", Secret(b"wrong")),
        ("nobody", PASSWORD),
        ("gone", PASSWORD),
        ("no@b.dy", PASSWORD),
    ):
        with pytest.raises(Invalid) as refusal:
            await entered(db, vault, name, password)
        answers.append(str(refusal.value))
    assert set(answers) == {"error:pkg/identityserver:no_user_id_password_match (incorrect password or user ID)"}
    assert await db.fetchval("SELECT count(*) FROM user_session") == 0


async def test_a_state_is_told_only_to_who_knows_the_password(db: Database, vault: Vault) -> None:
    await with_password(db, "maker", v3.STATE_SUSPENDED)
    with pytest.raises(PermissionDenied, match="user_suspended"):
        await entered(db, vault, "maker")
    with pytest.raises(Invalid, match="no_user_id_password_match"):
        await entered(db, vault, "maker", Secret(b"wrong"))


async def test_a_password_that_is_to_be_changed_opens_nothing(db: Database, vault: Vault) -> None:
    await with_password(db, "maker")
    await db.transaction(run, "UPDATE user_account SET require_password_update = $1", True)
    with pytest.raises(FailedPrecondition, match="password_update_required"):
        await entered(db, vault, "maker")


async def test_a_temporary_password_opens_nothing_but_says_what_to_do_in_time(db: Database, vault: Vault) -> None:
    await with_password(db, "maker")
    temporary = Secret(b"temporary one")
    await db.transaction(
        run,
        "UPDATE user_account SET temporary_password_hash = $1, temporary_password_expires_at = $2",
        await hash_password(temporary), NOW + 10,
    )  # fmt: skip
    with pytest.raises(FailedPrecondition, match="password_update_required"):
        await entered(db, vault, "maker", temporary, NOW + 9)
    with pytest.raises(Invalid, match="no_user_id_password_match"):
        await entered(db, vault, "maker", temporary, NOW + 10)
