"""The SQL of logins: passwords to check, sessions, one-time login tokens, what OAuth clients were granted."""

from collections.abc import Sequence

from claimstack.identity.store import Page
from claimstack.storage import Reader, Row, Transaction

# ------------------------------------------------------------------ passwords

_LOGIN = """
SELECT a.id, a.uid, u.state, u.password_hash, u.require_password_update, u.temporary_password_hash,
       u.temporary_password_expires_at
FROM account a JOIN user_account u ON u.account = a.id
WHERE a.deleted_at IS NULL AND """


async def login_by_uid(reader: Reader, uid: str) -> Row | None:
    return await reader.fetchrow(f"{_LOGIN}a.uid = $1 AND a.kind = 'user'", uid)


async def login_by_email(reader: Reader, email_key: str) -> Row | None:
    return await reader.fetchrow(f"{_LOGIN}u.email_key = $1", email_key)


async def login_by_account(reader: Reader, account: int) -> Row | None:
    return await reader.fetchrow(f"{_LOGIN}a.id = $1", account)


# ------------------------------------------------------------------ sessions

_SESSION = "s.session_id, s.created_at, s.updated_at, s.expires_at"
_SESSION_ORDER = {"created_at": "s.created_at"}


async def add_session(
    tx: Transaction, account: int, session_id: str, secret_hash: bytes, pepper: int, expires_at: int | None, now: int
) -> int:
    """Returns the surrogate key."""
    return int(await tx.fetchval(
        "INSERT INTO user_session (session_id, account, secret_hash, pepper, created_at, updated_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $5, $6) RETURNING id",
        session_id, account, secret_hash, pepper, now, expires_at,
    ))  # fmt: skip


async def sessions(reader: Reader, account: int, page: Page) -> tuple[Sequence[Row], int]:
    where = "FROM user_session s WHERE s.account = $1"
    rows = await reader.fetch(f"SELECT {_SESSION} {where}{page.sql(_SESSION_ORDER, 's.id', 's.id')}", account)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", account))


async def session(reader: Reader, session_id: str) -> Row | None:
    return await reader.fetchrow(
        f"SELECT s.id, s.account, a.uid, {_SESSION} FROM user_session s JOIN account a ON a.id = s.account"
        " WHERE s.session_id = $1",
        session_id,
    )


async def remove_session(tx: Transaction, account: int, session_id: str) -> bool:
    sql = "DELETE FROM user_session WHERE account = $1 AND session_id = $2"
    return bool(await tx.execute(sql, account, session_id))


async def remove_tokens_of_session(tx: Transaction, account: int, session_id: str) -> None:
    """Tokens and codes that were granted in this session."""
    own = "session = (SELECT id FROM user_session WHERE account = $1 AND session_id = $2)"
    await tx.execute(f"DELETE FROM oauth_token WHERE account = $1 AND {own}", account, session_id)
    await tx.execute(f"DELETE FROM oauth_code WHERE account = $1 AND {own}", account, session_id)


async def remove_access(tx: Transaction, account: int) -> None:
    """Everything that somebody who once logged in may still hold: sessions, tokens, codes, login tokens."""
    for table in ("user_session", "oauth_token", "oauth_code", "login_token"):
        await tx.execute(f"DELETE FROM {table} WHERE account = $1", account)


# ------------------------------------------------------------------ one-time login tokens


async def add_login_token(
    tx: Transaction, account: int, token_id: str, secret_hash: bytes, pepper: int, expires_at: int, now: int
) -> None:
    await tx.execute(
        "INSERT INTO login_token (token_id, account, secret_hash, pepper, created_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6)",
        token_id, account, secret_hash, pepper, now, expires_at,
    )  # fmt: skip


async def login_token(reader: Reader, token_id: str) -> Row | None:
    return await reader.fetchrow("SELECT account, secret_hash, pepper FROM login_token WHERE token_id = $1", token_id)


async def spend_login_token(tx: Transaction, token_id: str, now: int) -> bool:
    """Whether this was the token's one use, in time."""
    sql = "UPDATE login_token SET used_at = $2 WHERE token_id = $1 AND used_at IS NULL AND expires_at > $2"
    return bool(await tx.execute(sql, token_id, now))


# ------------------------------------------------------------------ what clients were granted

_GRANT_ORDER = {"created_at": "created_at"}
_TOKEN = "t.token_id, t.client_id, t.rights, t.created_at, t.expires_at, s.session_id, a.uid"  # noqa: S105
_ISSUED = "FROM oauth_token t JOIN account a ON a.id = t.account LEFT JOIN user_session s ON s.id = t.session"


async def authorizations(reader: Reader, account: int, page: Page) -> tuple[Sequence[Row], int]:
    where = "FROM oauth_authorization WHERE account = $1"
    order = page.sql(_GRANT_ORDER, "client_id", "client_id")
    rows = await reader.fetch(f"SELECT client_id, rights, created_at, updated_at {where}{order}", account)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", account))


async def access_tokens(reader: Reader, account: int, client_id: str, page: Page) -> tuple[Sequence[Row], int]:
    """Tokens that were not replaced by a refresh."""
    where = f"{_ISSUED} WHERE t.account = $1 AND t.client_id = $2 AND t.replaced_at IS NULL"
    order = page.sql({"created_at": "t.created_at"}, "t.id", "t.id")
    rows = await reader.fetch(f"SELECT {_TOKEN} {where}{order}", account, client_id)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", account, client_id))


async def access_token(reader: Reader, token_id: str) -> Row | None:
    return await reader.fetchrow(f"SELECT {_TOKEN} {_ISSUED} WHERE t.token_id = $1", token_id)


async def remove_authorization(tx: Transaction, account: int, client_id: str) -> bool:
    """The consent and everything that was issued on it."""
    for table in ("oauth_token", "oauth_code"):
        await tx.execute(f"DELETE FROM {table} WHERE account = $1 AND client_id = $2", account, client_id)
    sql = "DELETE FROM oauth_authorization WHERE account = $1 AND client_id = $2"
    return bool(await tx.execute(sql, account, client_id))


async def remove_token_family(tx: Transaction, account: int, client_id: str, token_id: str) -> bool:
    """The token, and with it the refresh token and all that it would still be exchanged for."""
    return bool(await tx.execute(
        "DELETE FROM oauth_token WHERE account = $1 AND client_id = $2"
        " AND family = (SELECT family FROM oauth_token WHERE token_id = $3)",
        account, client_id, token_id,
    ))  # fmt: skip


# ------------------------------------------------------------------ attempts


async def count_attempt(tx: Transaction, subject: str, now: int, window: int) -> Row:
    """One more attempt in the subject's current window, or the first of a new one: `attempts`, `window_started_at`."""
    row = await tx.fetchrow(
        "INSERT INTO claim_attempt (subject, window_started_at, attempts) VALUES ($1, $2, 1)"
        " ON CONFLICT (subject) DO UPDATE SET"
        " attempts = CASE WHEN claim_attempt.window_started_at <= $3 THEN 1 ELSE claim_attempt.attempts + 1 END,"
        " window_started_at = CASE WHEN claim_attempt.window_started_at <= $3 THEN excluded.window_started_at"
        " ELSE claim_attempt.window_started_at END"
        " RETURNING attempts, window_started_at",
        subject, now, now - window,
    )  # fmt: skip
    if row is None:
        raise RuntimeError("an upsert returned nothing")
    return row


async def refund_attempts(tx: Transaction, subjects: Sequence[str]) -> None:
    for subject in subjects:
        await tx.execute(
            "UPDATE claim_attempt SET attempts = attempts - 1 WHERE subject = $1 AND attempts > 0", subject
        )
