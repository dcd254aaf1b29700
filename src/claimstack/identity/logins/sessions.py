"""Sessions of users: on the server, ended at once by deleting the row. The token is kept as a keyed hash."""

from claimstack.errors import NotFound
from claimstack.events import Event, post
from claimstack.identity import words
from claimstack.identity.authorize import authorize
from claimstack.identity.caller import Caller
from claimstack.identity.credentials import secret_hash
from claimstack.identity.logins import store
from claimstack.identity.rights import Right
from claimstack.identity.store import Page
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Token, Vault
from claimstack.wire import v3


async def start_session(
    tx: Transaction, vault: Vault, account: int, token: Token, expires_at: int | None, now: int
) -> int:
    """Keep a fresh SESSION token for this user; returns the session's surrogate key."""
    return await store.add_session(
        tx, account, token.id, secret_hash(vault, token), vault.pepper_version, expires_at, now
    )


async def end_session(tx: Transaction, caller: Caller) -> None:
    """Log out: the session that the caller came with, and the tokens that were granted in it."""
    if caller.credential == "session":
        await store.remove_tokens_of_session(tx, caller.entity, caller.credential_id)
        await store.remove_session(tx, caller.entity, caller.credential_id)


async def list_sessions(reader: Reader, caller: Caller, uid: str, page: Page) -> tuple[list[v3.UserSession], int]:
    """The user's sessions, without secrets, and how many there are."""
    user = await authorize(reader, caller, "user", uid, Right.USER_SETTINGS_BASIC)
    rows, total = await store.sessions(reader, user.id, page)
    return [session_words(row, uid) for row in rows], total


async def delete_session(tx: Transaction, caller: Caller, uid: str, session_id: str, now: int) -> None:
    """End one session, and the tokens that were granted in it; `session_not_found`."""
    user = await authorize(tx, caller, "user", uid, Right.USER_SETTINGS_BASIC)
    await store.remove_tokens_of_session(tx, user.id, session_id)
    if not await store.remove_session(tx, user.id, session_id):
        text = "session `{session_id}` of user `{user_id}` not found"
        raise NotFound("pkg/identityserver/store", "session_not_found", text, session_id=session_id, user_id=uid)
    visible = (int(Right.USER_SETTINGS_BASIC),)
    await post(tx, Event("user.session.delete", now, "user", user.id, user.identifiers(), visible))


def session_words(row: Row, uid: str) -> v3.UserSession:
    """A session in the contract's words; its secret is known to nobody here."""
    session = v3.UserSession(
        user_ids=v3.UserIdentifiers(user_id=uid),
        session_id=row["session_id"],
        created_at=words.timestamp(row["created_at"]),
        updated_at=words.timestamp(row["updated_at"]),
    )
    if row["expires_at"] is not None:
        session.expires_at.CopyFrom(words.timestamp(row["expires_at"]))
    return session
