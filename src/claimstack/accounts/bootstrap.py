"""The first admin of a new cluster, and the way back in for an operator (`claimstack admin reset`)."""

import base64
import os
from typing import NamedTuple

from claimstack.accounts import store
from claimstack.accounts.policy import check_password
from claimstack.errors import invalid_field
from claimstack.identity import ALL_RIGHTS, add_api_key, secret_hash
from claimstack.identity.logins import remove_access
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Token, TokenKind, Vault, hash_password, new_token, parse_token
from claimstack.wire import v3

PASSWORD_BYTES = 15
FIRST_ADMIN = "admin"
KEY_NAME = "first admin"


class AdminSecrets(NamedTuple):
    """What an admin gets in with; shown once."""

    uid: str
    password: Secret
    api_key: Secret


async def make_first_admin(
    db: Database, vault: Vault, now: int, password: str = "", api_key: str = ""
) -> AdminSecrets | None:
    """Make the user `admin`, with the given or fresh secrets; None (nothing changed) once there is any user."""
    if await store.has_users(db):
        return None
    secret, token = _secrets(password, api_key)
    hashed = await hash_password(secret)
    made = await db.transaction(_make_admin, vault, hashed, token, now)
    return AdminSecrets(FIRST_ADMIN, secret, token.text()) if made else None


async def reset_admin(
    db: Database, vault: Vault, now: int, uid: str = FIRST_ADMIN, password: str = "", api_key: str = ""
) -> AdminSecrets:
    """Give an admin a new password and another API key, whatever state the user is in; made if there is none.

    All sessions and tokens of the user end; its other API keys stay, to be looked through in the user's list.
    """
    secret, token = _secrets(password, api_key)
    await db.transaction(_reset_admin, vault, uid, await hash_password(secret), token, now)
    return AdminSecrets(uid, secret, token.text())


def check_given(password: str, api_key: str) -> None:
    """Refuse secrets that could not be an admin's, before anything is made for them: `Invalid` names the field."""
    _secrets(password, api_key)


def _secrets(password: str, api_key: str) -> tuple[Secret, Token]:
    if password:
        check_password(password, FIRST_ADMIN)
    secret = password or base64.b32encode(os.urandom(PASSWORD_BYTES)).decode().lower()
    token = parse_token(api_key) if api_key else new_token(TokenKind.API_KEY, os.urandom(56))
    if token is None or token.kind is not TokenKind.API_KEY:
        raise invalid_field("admin_api_key", "expected NNSXS.<id>.<secret>")
    return Secret(secret.encode()), token


async def _make_admin(tx: Transaction, vault: Vault, hashed: str, token: Token, now: int) -> bool:
    # Of two nodes that start together on a new database one makes the admin; the name is taken for the other.
    if await store.uid_taken(tx, FIRST_ADMIN):
        return False
    await _add_admin(tx, FIRST_ADMIN, hashed, now)
    row = await store.account_by_uid(tx, "user", FIRST_ADMIN)
    await _add_key(tx, vault, row["id"] if row else 0, token, now)
    return True


async def _reset_admin(tx: Transaction, vault: Vault, uid: str, hashed: str, token: Token, now: int) -> None:
    row = await store.account_by_uid(tx, "user", uid)
    if row is None:
        await _add_admin(tx, uid, hashed, now)
        row = await store.account_by_uid(tx, "user", uid)
    if row is None:
        raise invalid_field("user_id", "expected a user")
    state = store.UserRow(row["email"], row["email_validated_at"], v3.STATE_APPROVED, "", True, False)
    await store.change_user(tx, row["id"], state)
    await store.set_password(tx, row["id"], hashed, now)
    await store.mark_deleted(tx, row["id"], None)
    await remove_access(tx, row["id"])
    await _add_key(tx, vault, row["id"], token, now)


async def _add_admin(tx: Transaction, uid: str, hashed: str, now: int) -> None:
    account = await store.add_account(tx, "user", uid, "", "", b"", now)
    # A placeholder that no mail reaches (RFC 2606), until the admin sets an address.
    row = store.UserRow(f"{uid}@claimstack.invalid", None, v3.STATE_APPROVED, "", True, False)
    await store.add_user(tx, account, row, hashed, now)


async def _add_key(tx: Transaction, vault: Vault, account: int, token: Token, now: int) -> None:
    hashed, pepper = secret_hash(vault, token), vault.pepper_version
    await add_api_key(tx, "user", account, token.id, KEY_NAME, ALL_RIGHTS, hashed, pepper, None, account, now)
