"""People of the tests: maker, owner, stranger, admin; their organizations and applications, in the database."""

import os

from claimstack.identity import ALL_RIGHTS, ANONYMOUS, Caller, EntityKind, Right, Rights, add_first_collaborator
from claimstack.identity import store as identity_store
from claimstack.identity.credentials import secret_hash
from claimstack.storage import Database, Transaction
from claimstack.vault import Token, TokenKind, Vault, new_token
from claimstack.wire import v3

NOW = 1_795_521_600_000_000  # 2026-11-24T12:00:00Z


async def _account(tx: Transaction, kind: str, uid: str, now: int) -> int:
    return int(
        await tx.fetchval(
            "INSERT INTO account (kind, uid, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4) RETURNING id",
            kind, uid, b"", now,
        )
    )  # fmt: skip


async def _user(tx: Transaction, uid: str, admin: bool, state: int, now: int) -> int:
    account = await _account(tx, "user", uid, now)
    await tx.execute(
        "INSERT INTO user_account (account, email, email_key, state, admin, password_hash, password_updated_at)"
        " VALUES ($1, $2, $2, $3, $4, $5, $6)",
        account, f"{uid}@example.com", state, admin, "", now,
    )  # fmt: skip
    return account


async def a_user(
    db: Database, uid: str, *, admin: bool = False, state: int = v3.STATE_APPROVED, now: int = NOW
) -> Caller:
    """A user in the database, as the caller it is with its own session."""
    account = await db.transaction(_user, uid, admin, state, now)
    return Caller(kind="user", entity=account, uid=uid, admin=admin, credential="session", ceiling=ALL_RIGHTS)


async def _organization(tx: Transaction, uid: str, owner: Caller, now: int) -> int:
    entity = await _account(tx, "organization", uid, now)
    await add_first_collaborator(tx, "organization", entity, owner.entity, now)
    return entity


async def an_organization(db: Database, uid: str, owner: Caller, now: int = NOW) -> Caller:
    """An organization of that user, as the caller it is with a key of all rights."""
    entity = await db.transaction(_organization, uid, owner, now)
    return Caller(kind="organization", entity=entity, uid=uid, credential="api_key", ceiling=ALL_RIGHTS)


async def _application(tx: Transaction, uid: str, owner: Caller, now: int) -> int:
    entity = int(
        await tx.fetchval(
            "INSERT INTO application (uid, body, created_at, updated_at) VALUES ($1, $2, $3, $3) RETURNING id",
            uid, b"", now,
        )
    )  # fmt: skip
    await add_first_collaborator(tx, "application", entity, owner.entity, now)
    return entity


async def an_application(db: Database, uid: str, owner: Caller, now: int = NOW) -> int:
    """An application of that user or organization; its surrogate key."""
    return await db.transaction(_application, uid, owner, now)


async def grant(db: Database, kind: EntityKind, entity: int, to: Caller, *rights: Right, now: int = NOW) -> None:
    """Make somebody a collaborator with exactly these rights."""
    await db.transaction(identity_store.set_membership, kind, entity, to.entity, Rights.of(*rights), now)


async def a_key(
    db: Database, vault: Vault, kind: EntityKind, entity: int, rights: int, *, expires_at: int | None = None
) -> Token:
    """An API key in the database."""
    token = new_token(TokenKind.API_KEY, os.urandom(56))
    hashed = secret_hash(vault, token)
    await db.transaction(
        identity_store.add_api_key,
        kind,
        entity,
        token.id,
        "",
        rights,
        hashed,
        vault.pepper_version,
        expires_at,
        None,
        NOW,
    )
    return token


def text_of(token: Token) -> str:
    """The token as its holder sends it."""
    return token.text().reveal().decode()


def with_rights(caller: Caller, *rights: Right) -> Caller:
    """The same author by a credential that is bounded to these rights."""
    return Caller(
        kind=caller.kind, entity=caller.entity, uid=caller.uid, credential="api_key", ceiling=Rights.of(*rights)
    )


NOBODY = ANONYMOUS
