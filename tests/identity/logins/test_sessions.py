"""Sessions and what was granted in them."""

import os
from typing import Any

import pytest

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ALL_RIGHTS, Caller, authenticate, secret_hash
from claimstack.identity.logins import UserSessionRegistry, end_session, start_session
from claimstack.storage import Database, Transaction
from claimstack.vault import Token, TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.support.people import NOW, a_user, text_of


def call(caller: Caller) -> Call:
    return Call(method="test", now=from_micros(NOW), caller=caller)


async def begun(db: Database, vault: Vault, user: Caller, now: int = NOW) -> tuple[Token, int]:
    token = new_token(TokenKind.SESSION, os.urandom(56))
    return token, await db.transaction(start_session, vault, user.entity, token, now + 100, now)


async def granted(db: Database, vault: Vault, user: Caller, session: int | None, family: str) -> Token:
    token = new_token(TokenKind.ACCESS_TOKEN, os.urandom(56))

    async def verb(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO oauth_token (token_id, family, account, client_id, session, access_hash, pepper, rights,"
            " created_at, expires_at) VALUES ($1, $2, $3, 'cli', $4, $5, $6, $7, $8, $9)",
            token.id, family, user.entity, session, secret_hash(vault, token), vault.pepper_version, int(ALL_RIGHTS),
            NOW, NOW + 100,
        )  # fmt: skip

    await db.transaction(verb)
    return token


def ids(uid: str, **more: Any) -> dict[str, Any]:
    return {"user_ids": v3.UserIdentifiers(user_id=uid), **more}


async def test_a_user_sees_its_sessions_without_secrets(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    first, _ = await begun(db, vault, maker)
    second, _ = await begun(db, vault, maker, NOW + 1)
    asked = call(maker)
    request = v3.ListUserSessionsRequest(**ids("maker", order="-created_at", limit=1))
    found = await UserSessionRegistry(db).List(request, asked)
    assert [one.session_id for one in found.sessions] == [second.id]
    assert found.sessions[0].session_secret == ""
    assert asked.headers["x-total-count"] == "2"
    everything = await UserSessionRegistry(db).List(v3.ListUserSessionsRequest(**ids("maker")), asked)
    assert [one.session_id for one in everything.sessions] == [first.id, second.id]


async def test_an_ended_session_is_refused_at_once_with_its_tokens(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token, session = await begun(db, vault, maker)
    inside, outside = await granted(db, vault, maker, session, "a"), await granted(db, vault, maker, None, "b")
    registry = UserSessionRegistry(db)
    await registry.Delete(v3.UserSessionIdentifiers(**ids("maker", session_id=token.id)), call(maker))
    for gone in (token, inside):
        with pytest.raises(Unauthenticated, match="token_not_found"):
            await authenticate(db, vault, text_of(gone), NOW)
    await authenticate(db, vault, text_of(outside), NOW)
    with pytest.raises(NotFound, match="session_not_found"):
        await registry.Delete(v3.UserSessionIdentifiers(**ids("maker", session_id=token.id)), call(maker))


async def test_logging_out_ends_the_session_one_came_with(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token, session = await begun(db, vault, maker)
    kept, _ = await begun(db, vault, maker)
    inside = await granted(db, vault, maker, session, "a")
    await db.transaction(end_session, await authenticate(db, vault, text_of(token), NOW))
    for gone in (token, inside):
        with pytest.raises(Unauthenticated, match="token_not_found"):
            await authenticate(db, vault, text_of(gone), NOW)
    await authenticate(db, vault, text_of(kept), NOW)


async def test_nobody_sees_or_ends_the_sessions_of_another(db: Database, vault: Vault) -> None:
    maker, stranger = await a_user(db, "maker"), await a_user(db, "stranger")
    token, _ = await begun(db, vault, maker)
    registry = UserSessionRegistry(db)
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await registry.List(v3.ListUserSessionsRequest(**ids("maker")), call(stranger))
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await registry.Delete(v3.UserSessionIdentifiers(**ids("maker", session_id=token.id)), call(stranger))
    with pytest.raises(NotFound, match="session_not_found"):
        await registry.Delete(v3.UserSessionIdentifiers(**ids("stranger", session_id=token.id)), call(stranger))
    await authenticate(db, vault, text_of(token), NOW)
