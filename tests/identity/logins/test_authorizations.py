"""What a user granted to OAuth clients."""

import os
from typing import Any

import pytest

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ALL_RIGHTS, Caller, Right, Rights, authenticate, secret_hash
from claimstack.identity.logins import OAuthAuthorizationRegistry
from claimstack.storage import Database, Transaction
from claimstack.vault import Token, TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.support.people import NOW, a_user, text_of


def call(caller: Caller) -> Call:
    return Call(method="test", now=from_micros(NOW), caller=caller)


async def consent(db: Database, user: Caller, client: str) -> None:
    async def verb(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO oauth_authorization (account, client_id, rights, created_at, updated_at)"
            " VALUES ($1, $2, $3, $4, $4)",
            user.entity, client, int(ALL_RIGHTS), NOW,
        )  # fmt: skip

    await db.transaction(verb)


async def issued(db: Database, vault: Vault, user: Caller, client: str, family: str, rights: int = ALL_RIGHTS) -> Token:
    token = new_token(TokenKind.ACCESS_TOKEN, os.urandom(56))

    async def verb(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO oauth_token (token_id, family, account, client_id, access_hash, pepper, rights, created_at,"
            " expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            token.id, family, user.entity, client, secret_hash(vault, token), vault.pepper_version, int(rights), NOW,
            NOW + 100,
        )  # fmt: skip

    await db.transaction(verb)
    return token


def ids(uid: str, client: str = "", **more: Any) -> dict[str, Any]:
    words: dict[str, Any] = {"user_ids": v3.UserIdentifiers(user_id=uid), **more}
    return {**words, "client_ids": v3.ClientIdentifiers(client_id=client)} if client else words


async def test_a_user_sees_consents_and_tokens_without_secrets(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    await consent(db, maker, "cli")
    token = await issued(db, vault, maker, "cli", "a", Rights.of(Right.USER_INFO))
    await issued(db, vault, maker, "console", "b")
    registry, asked = OAuthAuthorizationRegistry(db), call(maker)
    consents = await registry.List(v3.ListOAuthClientAuthorizationsRequest(**ids("maker")), asked)
    assert [one.client_ids.client_id for one in consents.authorizations] == ["cli"]
    tokens = await registry.ListTokens(v3.ListOAuthAccessTokensRequest(**ids("maker", "cli")), asked)
    assert [(one.id, list(one.rights)) for one in tokens.tokens] == [(token.id, [Right.USER_INFO])]
    assert tokens.tokens[0].access_token == tokens.tokens[0].refresh_token == ""
    assert asked.headers["x-total-count"] == "1"


async def test_taking_a_consent_back_ends_its_tokens_at_once(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    await consent(db, maker, "cli")
    gone, kept = await issued(db, vault, maker, "cli", "a"), await issued(db, vault, maker, "console", "b")
    registry = OAuthAuthorizationRegistry(db)
    request = v3.OAuthClientAuthorizationIdentifiers(**ids("maker", "cli"))
    await registry.Delete(request, call(maker))
    with pytest.raises(Unauthenticated, match="token_not_found"):
        await authenticate(db, vault, text_of(gone), NOW)
    await authenticate(db, vault, text_of(kept), NOW)
    with pytest.raises(NotFound, match="authorization_not_found"):
        await registry.Delete(request, call(maker))


async def test_deleting_a_token_ends_its_whole_family(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    first, second = await issued(db, vault, maker, "cli", "a"), await issued(db, vault, maker, "cli", "a")
    other = await issued(db, vault, maker, "cli", "b")
    registry = OAuthAuthorizationRegistry(db)
    await registry.DeleteToken(v3.OAuthAccessTokenIdentifiers(**ids("maker", "cli", id=first.id)), call(maker))
    for gone in (first, second):
        with pytest.raises(Unauthenticated, match="token_not_found"):
            await authenticate(db, vault, text_of(gone), NOW)
    await authenticate(db, vault, text_of(other), NOW)


async def test_a_token_may_delete_itself_whatever_its_rights(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token = await issued(db, vault, maker, "cli", "a", Rights.of(Right.APPLICATION_INFO))
    other = await issued(db, vault, maker, "cli", "b")
    caller = await authenticate(db, vault, text_of(token), NOW)
    registry = OAuthAuthorizationRegistry(db)
    with pytest.raises(PermissionDenied, match="insufficient_user_rights"):
        await registry.DeleteToken(v3.OAuthAccessTokenIdentifiers(**ids("maker", "cli", id=other.id)), call(caller))
    await registry.DeleteToken(v3.OAuthAccessTokenIdentifiers(**ids("maker", "cli", id=token.id)), call(caller))
    with pytest.raises(Unauthenticated, match="token_not_found"):
        await authenticate(db, vault, text_of(token), NOW)


async def test_the_tokens_of_another_are_out_of_reach(db: Database, vault: Vault) -> None:
    maker, stranger = await a_user(db, "maker"), await a_user(db, "stranger")
    token = await issued(db, vault, maker, "cli", "a")
    registry = OAuthAuthorizationRegistry(db)
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await registry.List(v3.ListOAuthClientAuthorizationsRequest(**ids("maker")), call(stranger))
    with pytest.raises(NotFound, match="access_token_not_found"):
        await registry.DeleteToken(
            v3.OAuthAccessTokenIdentifiers(**ids("stranger", "cli", id=token.id)), call(stranger)
        )
    await authenticate(db, vault, text_of(token), NOW)
