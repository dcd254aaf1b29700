"""Who asks?"""

import os
from typing import Any

import pytest

from claimstack.errors import ClaimstackError, PermissionDenied, Unauthenticated
from claimstack.identity import ALL_RIGHTS, Right, Rights, authenticate
from claimstack.identity.credentials import secret_hash
from claimstack.storage import Database, Transaction
from claimstack.vault import Token, TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.support.people import NOW, a_key, a_user, an_application, an_organization, text_of


async def run(tx: Transaction, sql: str, *args: Any) -> None:
    await tx.execute(sql, *args)


async def a_session(db: Database, vault: Vault, account: int, expires_at: int | None = None) -> Token:
    token = new_token(TokenKind.SESSION, os.urandom(56))
    await db.transaction(
        run,
        "INSERT INTO user_session (session_id, account, secret_hash, pepper, created_at, updated_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6)",
        token.id, account, secret_hash(vault, token), vault.pepper_version, NOW, expires_at,
    )  # fmt: skip
    return token


async def an_access_token(db: Database, vault: Vault, account: int, rights: int, expires_at: int) -> Token:
    token = new_token(TokenKind.ACCESS_TOKEN, os.urandom(56))
    await db.transaction(
        run,
        "INSERT INTO oauth_token (token_id, family, account, client_id, access_hash, pepper, rights, created_at,"
        " expires_at) VALUES ($1, $1, $2, 'cli', $3, $4, $5, $6, $7)",
        token.id, account, secret_hash(vault, token), vault.pepper_version, rights, NOW, expires_at,
    )  # fmt: skip
    return token


async def refusal(db: Database, vault: Vault, text: str, now: int = NOW) -> ClaimstackError:
    with pytest.raises((Unauthenticated, PermissionDenied)) as raised:
        await authenticate(db, vault, text, now)
    return raised.value


async def test_a_key_of_a_user_speaks_for_the_user_within_its_rights(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token = await a_key(db, vault, "user", maker.entity, Rights.of(Right.USER_INFO))
    caller = await authenticate(db, vault, text_of(token), NOW)
    assert (caller.kind, caller.entity, caller.uid, caller.credential) == ("user", maker.entity, "maker", "api_key")
    assert (caller.ceiling, caller.credential_id, caller.admin) == (Rights.of(Right.USER_INFO), token.id, False)


async def test_keys_of_organizations_and_applications_speak_for_these(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    org = await an_organization(db, "makers", maker)
    app = await an_application(db, "maker-app", maker)
    for kind, entity, uid in (("organization", org.entity, "makers"), ("application", app, "maker-app")):
        token = await a_key(db, vault, kind, entity, ALL_RIGHTS)  # type: ignore[arg-type]
        caller = await authenticate(db, vault, text_of(token), NOW)
        assert (caller.kind, caller.entity, caller.uid) == (kind, entity, uid)


async def test_a_session_speaks_for_its_user_with_everything(db: Database, vault: Vault) -> None:
    admin = await a_user(db, "admin", admin=True)
    token = await a_session(db, vault, admin.entity)
    caller = await authenticate(db, vault, text_of(token), NOW)
    assert (caller.uid, caller.credential, caller.ceiling, caller.admin) == ("admin", "session", ALL_RIGHTS, True)


async def test_an_access_token_speaks_for_its_user_and_names_the_client(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token = await an_access_token(db, vault, maker.entity, Rights.of(Right.USER_INFO), NOW + 1)
    caller = await authenticate(db, vault, text_of(token), NOW)
    assert (caller.uid, caller.client_id, caller.ceiling) == ("maker", "cli", Rights.of(Right.USER_INFO))


async def test_an_admin_with_a_bounded_key_is_no_admin(db: Database, vault: Vault) -> None:
    admin = await a_user(db, "admin", admin=True)
    bounded = await a_key(db, vault, "user", admin.entity, ALL_RIGHTS & ~Rights.of(Right.APPLICATION_INFO))
    whole = await a_key(db, vault, "user", admin.entity, ALL_RIGHTS)
    assert not (await authenticate(db, vault, text_of(bounded), NOW)).admin
    assert (await authenticate(db, vault, text_of(whole), NOW)).admin


async def test_an_unknown_id_and_a_wrong_secret_get_the_same_answer(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    known = {
        "api_key_not_found": await a_key(db, vault, "user", maker.entity, ALL_RIGHTS),
        "token_not_found": await a_session(db, vault, maker.entity),
    }
    for name, token in known.items():
        stranger = new_token(token.kind, os.urandom(56))
        wrong = text_of(Token(token.kind, token.id, stranger.secret))
        answers = [await refusal(db, vault, text) for text in (wrong, text_of(stranger))]
        assert [answer.name for answer in answers] == [name, name]
        assert answers[0].text == answers[1].text
        assert not answers[0].attributes


async def test_a_secret_is_not_good_for_another_id_of_the_same_user(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    first = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    second = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    assert (await refusal(db, vault, text_of(Token(first.kind, first.id, second.secret)))).name == "api_key_not_found"


async def test_a_credential_ends_at_its_expiry(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    key = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS, expires_at=NOW + 10)
    session = await a_session(db, vault, maker.entity, NOW + 10)
    access = await an_access_token(db, vault, maker.entity, ALL_RIGHTS, NOW + 10)
    for token, name in ((key, "api_key_expired"), (session, "token_expired"), (access, "token_expired")):
        await authenticate(db, vault, text_of(token), NOW + 9)
        assert (await refusal(db, vault, text_of(token), NOW + 10)).name == name


async def test_a_replaced_access_token_is_unknown(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token = await an_access_token(db, vault, maker.entity, ALL_RIGHTS, NOW + 10)
    await db.transaction(run, "UPDATE oauth_token SET replaced_at = $1", NOW)
    assert (await refusal(db, vault, text_of(token))).name == "token_not_found"


@pytest.mark.parametrize(
    ("state", "name"),
    [
        (v3.STATE_REQUESTED, "user_requested"),
        (v3.STATE_REJECTED, "user_rejected"),
        (v3.STATE_SUSPENDED, "user_suspended"),
    ],
)
async def test_a_user_who_is_not_approved_is_told_why(db: Database, vault: Vault, state: int, name: str) -> None:
    user = await a_user(db, "maker", state=state)
    token = await a_key(db, vault, "user", user.entity, ALL_RIGHTS)
    answer = await refusal(db, vault, text_of(token))
    assert (answer.code, answer.namespace, answer.name) == (7, "pkg/identityserver", name)


async def test_a_flagged_user_goes_on(db: Database, vault: Vault) -> None:
    user = await a_user(db, "maker", state=v3.STATE_FLAGGED)
    token = await a_key(db, vault, "user", user.entity, ALL_RIGHTS)
    assert (await authenticate(db, vault, text_of(token), NOW)).uid == "maker"


async def test_credentials_of_what_is_deleted_are_unknown(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    app = await an_application(db, "maker-app", maker)
    tokens = [
        (await a_key(db, vault, "user", maker.entity, ALL_RIGHTS), "api_key_not_found"),
        (await a_key(db, vault, "application", app, ALL_RIGHTS), "api_key_not_found"),
        (await a_session(db, vault, maker.entity), "token_not_found"),
        (await an_access_token(db, vault, maker.entity, ALL_RIGHTS, NOW + 10), "token_not_found"),
    ]
    await db.transaction(run, "UPDATE account SET deleted_at = $1", NOW)
    await db.transaction(run, "UPDATE application SET deleted_at = $1", NOW)
    for token, name in tokens:
        assert (await refusal(db, vault, text_of(token))).name == name


@pytest.mark.parametrize("text", ["", "x", "NNSXS", "NNSXS..", "A" * 10_000, "NNSXS.ABCDEFGH.abcdefgh", "\0"])
async def test_what_is_no_token_is_refused_as_such(db: Database, vault: Vault, text: str) -> None:
    assert (await refusal(db, vault, text)).name == "invalid_authorization"


@pytest.mark.parametrize("kind", [TokenKind.REFRESH_TOKEN, TokenKind.AUTHORIZATION_CODE])
async def test_a_token_of_another_use_authorizes_nothing(db: Database, vault: Vault, kind: TokenKind) -> None:
    assert (await refusal(db, vault, text_of(new_token(kind, os.urandom(56))))).name == "unsupported_authorization"
