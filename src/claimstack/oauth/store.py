"""The SQL of this room: codes, tokens and consents; which session somebody acts by."""

from claimstack.identity import secret_hash
from claimstack.oauth.authorization_request import AuthorizationRequest
from claimstack.oauth.tokens import ACCESS_LIFE, TokenPair, micros
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3

# ------------------------------------------------------------------ codes and tokens

# Only people who exist and may log in have grants that work ("flagged" is a mark for administrators, no more).
_LIVING = f"""
JOIN account a ON a.id = g.account AND a.deleted_at IS NULL
JOIN user_account u ON u.account = g.account AND u.state IN ({v3.STATE_APPROVED:d}, {v3.STATE_FLAGGED:d})"""


async def add_code(
    tx: Transaction, code_id: str, account: int, session: int, request: AuthorizationRequest,
    hashed: bytes, pepper: int, now: int, expires_at: int,
) -> None:  # fmt: skip
    await tx.execute(
        "INSERT INTO oauth_code (code_id, account, client_id, session, secret_hash, pepper, redirect_uri,"
        " code_challenge, rights, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        code_id, account, request.client.client_id, session, hashed, pepper, request.redirect_uri,
        request.code_challenge, int(request.client.rights), now, expires_at,
    )  # fmt: skip


async def code(reader: Reader, code_id: str) -> Row | None:
    return await reader.fetchrow(f"SELECT g.* FROM oauth_code g{_LIVING} WHERE g.code_id = $1", code_id)


async def spend_code(tx: Transaction, code_id: str, now: int) -> bool:
    """True for exactly one caller."""
    return bool(await tx.execute(
        "UPDATE oauth_code SET used_at = $2, token_family = $1 WHERE code_id = $1 AND used_at IS NULL", code_id, now
    ))  # fmt: skip


async def hold_family(tx: Transaction, family: str) -> None:
    """Let changes of one family come one after the other: a revocation must see a pair that is being made just now."""
    if tx.engine == "postgresql":
        await tx.fetchval("SELECT pg_advisory_xact_lock(hashtextextended('oauth ' || $1, 0))", family)


async def add_tokens(tx: Transaction, vault: Vault, grant: Row, family: str, fresh: TokenPair, now: int) -> None:
    """`grant` is the code or the former pair: who, for which client, by which session, with which rights."""
    await tx.execute(
        "INSERT INTO oauth_token (token_id, refresh_id, family, account, client_id, session, access_hash, refresh_hash,"
        " pepper, rights, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        fresh.access.id, fresh.refresh.id, family, grant["account"], grant["client_id"], grant["session"],
        secret_hash(vault, fresh.access), secret_hash(vault, fresh.refresh), vault.pepper_version, grant["rights"],
        now, now + micros(ACCESS_LIFE),
    )  # fmt: skip


async def refresh_token(reader: Reader, refresh_id: str) -> Row | None:
    return await reader.fetchrow(f"SELECT g.* FROM oauth_token g{_LIVING} WHERE g.refresh_id = $1", refresh_id)


async def replace_tokens(tx: Transaction, pair: int, now: int) -> bool:
    """True for exactly one caller."""
    return bool(await tx.execute(
        "UPDATE oauth_token SET replaced_at = $2 WHERE id = $1 AND replaced_at IS NULL", pair, now
    ))  # fmt: skip


async def remove_family(tx: Transaction, family: str) -> None:
    await tx.execute("DELETE FROM oauth_token WHERE family = $1", family)


async def sweep(tx: Transaction, account: int, codes_before: int, tokens_before: int) -> None:
    """Take away codes and pairs of this person that can be of no use any more."""
    await tx.execute("DELETE FROM oauth_code WHERE account = $1 AND expires_at < $2", account, codes_before)
    await tx.execute("DELETE FROM oauth_token WHERE account = $1 AND created_at < $2", account, tokens_before)


# ------------------------------------------------------------------ consents


async def keep_consent(tx: Transaction, account: int, client_id: str, rights: int, now: int) -> None:
    await tx.execute(
        "INSERT INTO oauth_authorization (account, client_id, rights, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $4)"
        " ON CONFLICT (account, client_id) DO UPDATE SET rights = excluded.rights, updated_at = excluded.updated_at",
        account, client_id, int(rights), now,
    )  # fmt: skip


async def consent(reader: Reader, account: int, client_id: str) -> Row | None:
    return await reader.fetchrow(
        "SELECT rights, updated_at FROM oauth_authorization WHERE account = $1 AND client_id = $2", account, client_id
    )


# ------------------------------------------------------------------ sessions


async def session(reader: Reader, session_id: str) -> int:
    """The surrogate key."""
    return int(await reader.fetchval("SELECT id FROM user_session WHERE session_id = $1", session_id) or 0)


async def sweep_sessions(tx: Transaction, account: int, now: int) -> None:
    """Take away what has expired."""
    await tx.execute("DELETE FROM user_session WHERE account = $1 AND expires_at <= $2", account, now)
