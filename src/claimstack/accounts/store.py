"""The SQL of users, organizations and invitations. Both kinds of account share one name space."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from claimstack.identity import Page
from claimstack.storage import Reader, Row, Transaction

# ------------------------------------------------------------------ any account

_ACCOUNT = "a.id, a.uid, a.name, a.description, a.body, a.created_at, a.updated_at, a.deleted_at"
_USER = (
    f"{_ACCOUNT}, u.email, u.email_validated_at, u.state, u.state_description, u.admin, u.password_updated_at,"
    " u.require_password_update, u.temporary_password_created_at, u.temporary_password_expires_at"
)
_FROM = {"user": "FROM account a JOIN user_account u ON u.account = a.id", "organization": "FROM account a"}
_COLUMNS = {"user": _USER, "organization": _ACCOUNT}


async def uid_taken(reader: Reader, uid: str) -> bool:
    """Whether a user or an organization has this id, deleted ones included."""
    return bool(await reader.fetchval("SELECT 1 FROM account WHERE uid = $1", uid))


async def account(reader: Reader, kind: str, account_id: int) -> Row | None:
    """A user or an organization with all its columns."""
    return await reader.fetchrow(f"SELECT {_COLUMNS[kind]} {_FROM[kind]} WHERE a.id = $1", account_id)


async def has_users(reader: Reader) -> bool:
    """Whether there is any user, deleted or not."""
    return bool(await reader.fetchval("SELECT 1 FROM user_account LIMIT 1"))


async def account_by_uid(reader: Reader, kind: str, uid: str) -> Row | None:
    """The same by id in text; deleted ones included."""
    return await reader.fetchrow(f"SELECT {_COLUMNS[kind]} {_FROM[kind]} WHERE a.uid = $1 AND a.kind = $2", uid, kind)


async def add_account(tx: Transaction, kind: str, uid: str, name: str, description: str, body: bytes, now: int) -> int:
    """Returns the surrogate key."""
    return int(await tx.fetchval(
        "INSERT INTO account (kind, uid, name, description, body, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6) RETURNING id",
        kind, uid, name, description, body, now,
    ))  # fmt: skip


async def change_account(tx: Transaction, account_id: int, name: str, description: str, body: bytes, now: int) -> None:
    sql = "UPDATE account SET name = $2, description = $3, body = $4, updated_at = $5 WHERE id = $1"
    await tx.execute(sql, account_id, name, description, body, now)


async def touch(tx: Transaction, account_id: int, now: int) -> None:
    """Take the row, so that two changes come one after the other."""
    await tx.execute("UPDATE account SET updated_at = $2 WHERE id = $1", account_id, now)


async def mark_deleted(tx: Transaction, account_id: int, deleted_at: int | None) -> None:
    """Delete softly, or (None) bring back."""
    await tx.execute("UPDATE account SET deleted_at = $2 WHERE id = $1", account_id, deleted_at)


async def purge(tx: Transaction, account_id: int) -> None:
    """Remove the row and, by its foreign keys, its memberships, sessions and tokens."""
    await tx.execute("DELETE FROM account WHERE id = $1", account_id)


# ------------------------------------------------------------------ lists and search


class Wanted(NamedTuple):
    """What a list is narrowed to. Texts match anywhere, in either case; `member`: organizations of that account."""

    id_contains: str = ""
    name_contains: str = ""
    description_contains: str = ""
    query: str = ""
    member: int = 0
    deleted: bool = False
    states: tuple[int, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


CHUNK = 1000
_ORDER = {
    "user": {
        "user_id": "a.uid", "name": "a.name", "created_at": "a.created_at", "primary_email_address": "u.email_key",
        "state": "u.state", "admin": "u.admin",
    },
    "organization": {"organization_id": "a.uid", "name": "a.name", "created_at": "a.created_at"},
}  # fmt: skip
_WHERE = """
WHERE a.kind = $1 AND lower(a.uid) LIKE $2 ESCAPE '\\' AND lower(a.name) LIKE $3 ESCAPE '\\'
AND lower(a.description) LIKE $4 ESCAPE '\\'
AND (a.uid LIKE $5 ESCAPE '\\' OR lower(a.name) LIKE $5 ESCAPE '\\' OR lower(a.description) LIKE $5 ESCAPE '\\')
AND (CAST($6 AS BIGINT) = 0 OR a.id IN
    (SELECT m.entity FROM membership m WHERE m.entity_kind = 'organization' AND m.account = CAST($6 AS BIGINT)))"""


def anywhere(text: str) -> str:
    """A LIKE pattern for text that may stand anywhere; `%` and `_` stand for themselves."""
    escaped = text.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


async def accounts(reader: Reader, kind: str, wanted: Wanted, page: Page) -> tuple[Sequence[Row], int]:
    """One page of users or organizations, and how many there are on all pages."""
    args: tuple[Any, ...] = (
        kind, anywhere(wanted.id_contains), anywhere(wanted.name_contains), anywhere(wanted.description_contains),
        anywhere(wanted.query), wanted.member,
    )  # fmt: skip
    where = f"{_FROM[kind]}{_WHERE} AND a.deleted_at IS {'NOT ' if wanted.deleted else ''}NULL{_in_states(wanted)}"
    order = page.sql(_ORDER[kind], "a.id", "a.id")
    rows = await reader.fetch(f"SELECT {_COLUMNS[kind]} {where}{order}", *args)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", *args))


async def listed(
    reader: Reader, kind: str, wanted: Wanted, page: Page, attributes_of: Callable[[Row], Mapping[str, str]]
) -> tuple[Sequence[Row], int]:
    """As `accounts`; attributes are part of the body, so they are looked at here, not in SQL."""
    if not wanted.attributes:
        return await accounts(reader, kind, wanted, page)
    matching = [row for row in await _all(reader, kind, wanted, page.order) if _has(attributes_of(row), wanted)]
    return matching[page.offset : page.offset + page.limit], len(matching)


def _has(attributes: Mapping[str, str], wanted: Wanted) -> bool:
    return all(key in attributes and part.lower() in attributes[key].lower() for key, part in wanted.attributes)


async def _all(reader: Reader, kind: str, wanted: Wanted, order: str) -> list[Row]:
    rows: list[Row] = []
    total = 1
    while len(rows) < total:
        found, total = await accounts(reader, kind, wanted, Page(CHUNK, len(rows), order))
        rows += found
        if not found:
            break
    return rows


def _in_states(wanted: Wanted) -> str:
    return f" AND u.state IN ({', '.join(str(int(state)) for state in wanted.states)})" if wanted.states else ""


async def account_ids(
    reader: Reader, pattern: str, only_users: bool, kind: str, entity: int, complement: bool, limit: int
) -> Sequence[Row]:
    """`kind` and `uid` of living accounts; with an entity: only its collaborators, or only those who are not."""
    among = (
        f" AND a.id {'NOT ' if complement else ''}IN"
        " (SELECT m.account FROM membership m WHERE m.entity_kind = $3 AND m.entity = CAST($4 AS BIGINT))"
        if entity
        else " AND ($3 = '' OR CAST($4 AS BIGINT) = 0)"
    )
    return await reader.fetch(
        f"SELECT a.kind, a.uid FROM account a WHERE a.uid LIKE $1 ESCAPE '\\' AND a.deleted_at IS NULL"
        f" AND (a.kind = 'user' OR CAST($2 AS BIGINT) = 0){among} ORDER BY a.uid LIMIT {limit}",
        pattern, int(only_users), kind, entity,
    )  # fmt: skip


# ------------------------------------------------------------------ users


class UserRow(NamedTuple):
    """What stands in `user_account` and can be changed by an update."""

    email: str
    email_validated_at: int | None
    state: int
    state_description: str
    admin: bool
    require_password_update: bool


async def email_taken(reader: Reader, email: str, but: int = 0) -> bool:
    """Whether another user has this mail address, in whatever case."""
    sql = "SELECT 1 FROM user_account WHERE email_key = $1 AND account <> $2"
    return bool(await reader.fetchval(sql, email.lower(), but))


async def add_user(tx: Transaction, account_id: int, user: UserRow, password_hash: str, now: int) -> None:
    await tx.execute(
        "INSERT INTO user_account (account, email, email_key, email_validated_at, state, state_description, admin,"
        " password_hash, password_updated_at, require_password_update)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        account_id, user.email, user.email.lower(), user.email_validated_at, user.state, user.state_description,
        user.admin, password_hash, now, user.require_password_update,
    )  # fmt: skip


async def change_user(tx: Transaction, account_id: int, user: UserRow) -> None:
    await tx.execute(
        "UPDATE user_account SET email = $2, email_key = $3, email_validated_at = $4, state = $5,"
        " state_description = $6, admin = $7, require_password_update = $8 WHERE account = $1",
        account_id, user.email, user.email.lower(), user.email_validated_at, user.state, user.state_description,
        user.admin, user.require_password_update,
    )  # fmt: skip


async def set_password(tx: Transaction, account_id: int, password_hash: str, now: int) -> None:
    """The new password; a temporary one and the duty to change it are gone with that."""
    await tx.execute(
        "UPDATE user_account SET password_hash = $2, password_updated_at = $3, require_password_update = $4,"
        " temporary_password_hash = NULL, temporary_password_created_at = NULL, temporary_password_expires_at = NULL"
        " WHERE account = $1",
        account_id, password_hash, now, False,
    )  # fmt: skip


async def replace_password(tx: Transaction, account_id: int, password_hash: str, proof: str, now: int) -> bool:
    """As `set_password`, if `proof` (the hash that the old password was checked against) is still in force."""
    held = await tx.execute(
        "UPDATE user_account SET password_updated_at = $3"
        " WHERE account = $1 AND (password_hash = $2 OR temporary_password_hash = $2)",
        account_id, proof, now,
    )  # fmt: skip
    if held:
        await set_password(tx, account_id, password_hash, now)
    return bool(held)


async def set_temporary_password(
    tx: Transaction, account_id: int, password_hash: str, expires_at: int, now: int
) -> None:
    await tx.execute(
        "UPDATE user_account SET temporary_password_hash = $2, temporary_password_created_at = $3,"
        " temporary_password_expires_at = $4 WHERE account = $1",
        account_id, password_hash, now, expires_at,
    )  # fmt: skip


async def other_admins(reader: Reader, but: int, approved: int) -> int:
    """How many living, approved admins there are beside this one."""
    return int(await reader.fetchval(
        "SELECT count(*) FROM user_account u JOIN account a ON a.id = u.account AND a.deleted_at IS NULL"
        " WHERE u.admin AND u.state = $2 AND u.account <> $1",
        but, approved,
    ))  # fmt: skip


async def hold_admins(tx: Transaction) -> None:
    """Take the rows of all admins, so that the last two cannot step down at the same time."""
    await tx.execute("UPDATE user_account SET admin = admin WHERE admin")


# ------------------------------------------------------------------ invitations

_INVITATION = (
    "i.id, i.email, i.token_hash, i.pepper, i.created_at, i.updated_at, i.expires_at, i.accepted_at,"
    " a.uid AS accepted_by_uid"
)
_INVITED = "FROM invitation i LEFT JOIN account a ON a.id = i.accepted_by"


async def invitation(reader: Reader, invitation_id: int) -> Row | None:
    return await reader.fetchrow(f"SELECT {_INVITATION} {_INVITED} WHERE i.id = $1", invitation_id)


async def remove_old_invitation(tx: Transaction, email: str, now: int) -> None:
    """Make room for another one to the same address: what is accepted or expired goes."""
    await tx.execute(
        "DELETE FROM invitation WHERE email_key = $1 AND (accepted_at IS NOT NULL OR expires_at <= $2)",
        email.lower(), now,
    )  # fmt: skip


async def add_invitation(
    tx: Transaction, email: str, token_hash: bytes, pepper: int, invited_by: int, expires_at: int, now: int
) -> int | None:
    """Returns the surrogate key; None when one to this address is still open."""
    value = await tx.fetchval(
        "INSERT INTO invitation (email, email_key, token_hash, pepper, invited_by, created_at, updated_at, expires_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6, $7) ON CONFLICT (email_key) DO NOTHING RETURNING id",
        email, email.lower(), token_hash, pepper, invited_by, now, expires_at,
    )  # fmt: skip
    return None if value is None else int(value)


async def invitations(reader: Reader, page: Page) -> tuple[Sequence[Row], int]:
    rows = await reader.fetch(f"SELECT {_INVITATION} {_INVITED}{page.sql({}, 'i.id', 'i.id')}")
    return rows, int(await reader.fetchval("SELECT count(*) FROM invitation"))


async def remove_invitation(tx: Transaction, email: str) -> bool:
    return bool(await tx.execute("DELETE FROM invitation WHERE email_key = $1", email.lower()))


async def spend_invitation(tx: Transaction, invitation_id: int, account_id: int, now: int) -> bool:
    """Whether this was the invitation's one use, in time."""
    return bool(await tx.execute(
        "UPDATE invitation SET accepted_at = $3, accepted_by = $2, updated_at = $3"
        " WHERE id = $1 AND accepted_at IS NULL AND expires_at > $3",
        invitation_id, account_id, now,
    ))  # fmt: skip
