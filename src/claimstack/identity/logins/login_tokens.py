"""One-time login tokens: let in who lost every other way, and whom an admin helps. Ten minutes, one use."""

import base64
from datetime import timedelta

from claimstack.errors import Invalid
from claimstack.events import Event, post
from claimstack.identity.authenticate import refuse_by_state
from claimstack.identity.entity import identifiers_of
from claimstack.identity.logins import store
from claimstack.identity.logins.log_in import SESSION_LIFE, Login
from claimstack.identity.logins.one_time import OneTime
from claimstack.identity.logins.sessions import start_session
from claimstack.identity.rights import Right
from claimstack.storage import Transaction
from claimstack.vault import Token, Vault

LOGIN_TOKEN = "login token"  # noqa: S105 - the name of its use
LOGIN_TOKEN_LIFE = timedelta(minutes=10)
MICROSECOND = timedelta(microseconds=1)


def new_login_token(random: bytes) -> OneTime:
    """Make a token from 47 random bytes: 15 for its public id, 32 for its secret."""
    return OneTime.new(LOGIN_TOKEN, base64.b32encode(random[:15]).decode(), random[15:])


async def create_login_token(
    tx: Transaction, vault: Vault, account: int, uid: str, token: OneTime, now: int
) -> OneTime:
    """Keep a fresh token for this user. The caller has checked who may have it."""
    expires_at = now + LOGIN_TOKEN_LIFE // MICROSECOND
    await store.add_login_token(tx, account, token.id, token.hash(vault), vault.pepper_version, expires_at, now)
    visible = (int(Right.USER_SETTINGS_BASIC),)
    await post(tx, Event("user.login-token.create", now, "user", account, identifiers_of("user", uid), visible))
    return token


async def log_in_by_token(tx: Transaction, vault: Vault, text: str, session: Token, now: int) -> Login:
    """Spend the token and start a session; `login_token_invalid` whether unknown, used, expired or wrong."""
    token = OneTime.parse(LOGIN_TOKEN, text)
    row = await store.login_token(tx, token.id) if token else None
    if token is None or row is None or not token.matches(vault, bytes(row["secret_hash"]), row["pepper"]):
        raise _invalid()
    user = await store.login_by_account(tx, row["account"])
    if user is None or not await store.spend_login_token(tx, token.id, now):
        raise _invalid()
    refuse_by_state(user["state"])
    expires_at = now + SESSION_LIFE // MICROSECOND
    return Login(
        user["id"], user["uid"], await start_session(tx, vault, user["id"], session, expires_at, now), expires_at
    )


def _invalid() -> Invalid:
    return Invalid("pkg/identityserver", "login_token_invalid", "the login token is used, expired or wrong")
