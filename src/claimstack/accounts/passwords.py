"""Passwords: changing one with the old or a temporary one, and temporary ones for who lost theirs.

Argon2id runs before the transaction, which then checks that what was compared is still in force.
"""

import base64
import os
from datetime import timedelta

from claimstack.accounts import mail as letters
from claimstack.accounts import store
from claimstack.accounts.mail import Mail
from claimstack.accounts.policy import MICROSECOND, AccountPolicy, check_password
from claimstack.errors import Invalid
from claimstack.events import Event, post
from claimstack.identity import Right, identifiers_of
from claimstack.identity.logins import find_login, is_temporary, remove_access
from claimstack.storage import Database, Row, Transaction
from claimstack.vault import Secret, hash_password, password_matches

PAUSE = timedelta(minutes=15)


async def change_password(db: Database, uid: str, old: Secret, new: str, revoke: bool, now: int) -> None:
    """Whoever knows the old (or a temporary) password sets the new one; nothing else is needed.

    `incorrect_password` (InvalidArgument) whether the password or the user is wrong; `password_strength`. With
    `revoke`, sessions and tokens of the user end; API keys belong to programs and stay.
    """
    row = await find_login(db, uid)
    proof = await _proof(row, old, now)
    if row is None or proof is None:
        raise incorrect_password()
    check_password(new, row["uid"])
    await db.transaction(
        replace_password, row["id"], row["uid"], await hash_password(Secret(new.encode())), proof, revoke, now
    )


async def replace_password(
    tx: Transaction, account: int, uid: str, password_hash: str, proof: str, revoke: bool, now: int
) -> None:
    """Write the new hash, if the proof still stands."""
    if not await store.replace_password(tx, account, password_hash, proof, now):
        raise incorrect_password()
    if revoke:
        await remove_access(tx, account)
    await _tell(tx, account, uid, now)


async def give_temporary_password(
    tx: Transaction, policy: AccountPolicy, account: int, uid: str, password_hash: str, now: int
) -> str | None:
    """Keep a temporary password and tell the address to send it to; None soon after the last one.

    It opens nothing; it can only be changed into a new one, in time.
    """
    await store.touch(tx, account, now)
    row = await store.account(tx, "user", account)
    if row is None or (row["temporary_password_created_at"] or 0) > now - PAUSE // MICROSECOND:
        return None
    life = policy.temporary_password_life // MICROSECOND
    await store.set_temporary_password(tx, account, password_hash, now + life, now)
    await _tell(tx, account, uid, now)
    return str(row["email"])


async def send_temporary_password(db: Database, policy: AccountPolicy, mail: Mail, uid: str, now: int) -> None:
    """Mail a temporary password to the user. Nobody learns whether there is one; once in a quarter of an hour."""
    row = await find_login(db, uid)
    password = Secret(base64.b32encode(os.urandom(15)).lower())
    hashed = await hash_password(password)
    if row is None:
        return
    given = await db.transaction(give_temporary_password, policy, row["id"], row["uid"], hashed, now)
    if given:
        await mail(letters.temporary_password(given, row["uid"], password))


def incorrect_password() -> Invalid:
    """Wrong password or no such user: one answer."""
    return Invalid("pkg/identityserver", "incorrect_password", "incorrect password")


async def _proof(row: Row | None, old: Secret, now: int) -> str | None:
    """The stored hash that the old password matches; both are always compared, also for nobody."""
    right = await password_matches(old, row["password_hash"] if row else None)
    temporary = await is_temporary(row, old, now)
    if row is None or not (right or temporary):
        return None
    return str(row["password_hash"] if right else row["temporary_password_hash"])


async def _tell(tx: Transaction, account: int, uid: str, now: int) -> None:
    visible = (int(Right.USER_INFO),)
    await post(tx, Event("user.update", now, "user", account, identifiers_of("user", uid), visible))
