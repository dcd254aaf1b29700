"""Logging in: password or one-time token in, session out. Nobody learns from a refusal which part was wrong."""

from datetime import timedelta
from typing import NamedTuple

from claimstack.errors import FailedPrecondition, Invalid
from claimstack.identity.authenticate import refuse_by_state
from claimstack.identity.logins import store
from claimstack.identity.logins.sessions import start_session
from claimstack.storage import Database, Reader, Row
from claimstack.vault import Secret, Token, Vault, password_matches

SESSION_LIFE = timedelta(days=30)


class Login(NamedTuple):
    """Who logged in; `session` is the surrogate key of the new session, its token is what the caller made."""

    account: int
    uid: str
    session: int
    expires_at: int


async def log_in(db: Database, vault: Vault, name: str, password: Secret, token: Token, now: int) -> Login:
    """Check user id (or mail address) and password, then start a session for the fresh SESSION token.

    `no_user_id_password_match` (InvalidArgument); `user_requested`, `user_rejected`, `user_suspended`; and
    `password_update_required` (FailedPrecondition) for a temporary password or one that was to be changed.
    """
    row = await find_login(db, name)
    right = await password_matches(password, row["password_hash"] if row else None)
    if row is None or not right:
        if await is_temporary(row, password, now):
            raise password_update_required()
        raise no_match()
    refuse_by_state(row["state"])
    if row["require_password_update"]:
        raise password_update_required()
    expires_at = now + SESSION_LIFE // timedelta(microseconds=1)
    session = await db.transaction(start_session, vault, row["id"], token, expires_at, now)
    return Login(row["id"], row["uid"], session, expires_at)


async def find_login(reader: Reader, name: str) -> Row | None:
    """The living user with that id or mail address."""
    name = name.strip()
    if "@" in name:
        return await store.login_by_email(reader, name.lower())
    return await store.login_by_uid(reader, name)


async def is_temporary(row: Row | None, password: Secret, now: int) -> bool:
    """Whether this is the user's temporary password, in time. An unknown user costs the same work."""
    if row is None or row["temporary_password_hash"] is None:
        return await password_matches(password, None)
    return await password_matches(password, row["temporary_password_hash"]) and (
        (row["temporary_password_expires_at"] or 0) > now
    )


def no_match() -> Invalid:
    """Wrong password or no such user: one answer."""
    return Invalid("pkg/identityserver", "no_user_id_password_match", "incorrect password or user ID")


def password_update_required() -> FailedPrecondition:
    """The password was right, but it must be changed before it opens anything."""
    return FailedPrecondition(
        "pkg/identityserver", "password_update_required", "the password must be changed before you can log in"
    )
