"""A person proves who they are and gets a session; here the guesses are counted and refusals put into plain words.

An unknown id and a wrong password get the same answer after the same work. Only who has typed the right password
learns that the account is not (or no longer) approved, or that the password must be changed.
"""

from typing import NamedTuple

from claimstack.accounts import change_password
from claimstack.errors import ClaimstackError
from claimstack.events import Event, post
from claimstack.identity import Caller, Right, identifiers_of
from claimstack.identity.logins import Login, end_session, refund_attempts, throttle
from claimstack.identity.logins import log_in as log_in_by_password
from claimstack.identity.logins.throttle import TooMany
from claimstack.oauth import store
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Token, Vault


class Credentials(NamedTuple):
    """What was typed: a user id or an email address, and a password; and from where."""

    login: str
    password: Secret
    remote: str


class NotLoggedIn(NamedTuple):
    """Why not, in words for the person; `name` is the contract's name of the refusal."""

    name: str
    reason: str


MUST_CHANGE = "password_update_required"
_REASONS = {
    "no_user_id_password_match": "The user ID or the password is not right.",
    "user_requested": "An administrator has not approved this account yet.",
    "user_rejected": "This account was not approved. Ask the administrator of this server.",
    "user_suspended": "This account is suspended. Ask the administrator of this server.",
    "incorrect_password": "The user ID or the present password is not right.",
    MUST_CHANGE: "The password was right, but it must be changed before you can go on.",
}


async def log_in(
    db: Database, vault: Vault, typed: Credentials, fresh: Token, now: int
) -> Login | NotLoggedIn | TooMany:
    """Count the attempt, check what was typed, and put the fresh session into force."""
    against = throttle.subjects(vault, typed.login, typed.remote)
    too_many = await db.transaction(throttle.count, against, now)
    if too_many:
        return too_many
    try:
        login = await log_in_by_password(db, vault, typed.login, typed.password, fresh, now)
    except ClaimstackError as error:
        if error.name not in _REASONS:
            raise
        return NotLoggedIn(error.name, _REASONS[error.name])
    await db.transaction(_welcome, login, list(against), now)
    return login


async def new_password(
    db: Database, vault: Vault, typed: Credentials, wanted: str, now: int
) -> NotLoggedIn | TooMany | None:
    """Count the attempt and set the password that is wanted; None when it is done. Sessions and tokens end with it."""
    against = throttle.subjects(vault, typed.login, typed.remote)
    too_many = await db.transaction(throttle.count, against, now)
    if too_many:
        return too_many
    try:
        await change_password(db, typed.login, typed.password, wanted, True, now)
    except ClaimstackError as error:
        if error.name == "password_strength":
            await throttle.refund(db, against)
            return NotLoggedIn(error.name, f"Choose another password: {error.attributes['reason']}.")
        if error.name not in _REASONS:
            raise
        return NotLoggedIn(error.name, _REASONS[error.name])
    await throttle.refund(db, against)
    return None


async def _welcome(tx: Transaction, login: Login, refunded: list[str], now: int) -> None:
    await refund_attempts(tx, refunded)
    await store.sweep_sessions(tx, login.account, now)
    await _tell(tx, "oauth.user.login", login.account, login.uid, now)


async def log_out(tx: Transaction, caller: Caller, now: int) -> None:
    """End the session that the caller acts by, and what was granted in it."""
    await end_session(tx, caller)
    await _tell(tx, "oauth.user.logout", caller.entity, caller.uid, now)


async def _tell(tx: Transaction, name: str, account: int, uid: str, now: int) -> None:
    await post(tx, Event(name, now, "user", account, identifiers_of("user", uid), (Right.USER_INFO,)))
