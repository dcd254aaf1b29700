"""The SQL of this room: credentials, grants, API keys, memberships."""

from collections.abc import Sequence
from typing import NamedTuple

from claimstack.identity.caller import EntityKind
from claimstack.storage import Reader, Row, Transaction

# ------------------------------------------------------------------ who asks

_BY_KEY = """
SELECT k.entity_kind, k.entity, k.rights, k.secret_hash, k.pepper, k.expires_at, u.state, u.admin,
       coalesce(a.uid, p.uid) AS uid
FROM api_key k
LEFT JOIN account a ON k.entity_kind IN ('user', 'organization') AND a.id = k.entity AND a.deleted_at IS NULL
LEFT JOIN user_account u ON k.entity_kind = 'user' AND u.account = k.entity
LEFT JOIN application p ON k.entity_kind = 'application' AND p.id = k.entity AND p.deleted_at IS NULL
WHERE k.key_id = $1 AND coalesce(a.uid, p.uid) IS NOT NULL"""

_BY_GRANT = """
SELECT t.account AS entity, a.uid, t.rights, t.access_hash AS secret_hash, t.pepper, t.expires_at, t.client_id,
       u.state, u.admin
FROM oauth_token t
JOIN account a ON a.id = t.account AND a.deleted_at IS NULL
JOIN user_account u ON u.account = t.account
WHERE t.token_id = $1 AND t.replaced_at IS NULL"""

_BY_SESSION = """
SELECT s.account AS entity, a.uid, s.secret_hash, s.pepper, s.expires_at, u.state, u.admin
FROM user_session s
JOIN account a ON a.id = s.account AND a.deleted_at IS NULL
JOIN user_account u ON u.account = s.account
WHERE s.session_id = $1"""


async def api_key_credential(reader: Reader, key_id: str) -> Row | None:
    return await reader.fetchrow(_BY_KEY, key_id)


async def access_token_credential(reader: Reader, token_id: str) -> Row | None:
    return await reader.fetchrow(_BY_GRANT, token_id)


async def session_credential(reader: Reader, session_id: str) -> Row | None:
    return await reader.fetchrow(_BY_SESSION, session_id)


# ------------------------------------------------------------------ what may they do

# A row for each grant that reaches the account: its own, or one of a living organization it is a member of.
_GRANTS = """
SELECT e.id, e.uid, e.deleted_at, m.account, m.rights AS granted, o.rights AS member_rights
FROM {table} e
LEFT JOIN membership m ON m.entity_kind = '{kind}' AND m.entity = e.id AND (m.account = $2 OR m.account IN (
    SELECT b.entity FROM membership b JOIN account g ON g.id = b.entity AND g.deleted_at IS NULL
    WHERE b.entity_kind = 'organization' AND b.account = $2))
LEFT JOIN membership o ON o.entity_kind = 'organization' AND o.entity = m.account AND o.account = $2
WHERE e.{column} = $1"""

# Nobody is a member of a user, and only users are members of organizations.
_USER = """
SELECT e.id, e.uid, e.deleted_at, $2 AS account, 0 AS granted, 0 AS member_rights
FROM account e WHERE e.{column} = $1 AND e.kind = 'user'"""
_ORGANIZATION = """
SELECT e.id, e.uid, e.deleted_at, m.account, m.rights AS granted, 0 AS member_rights
FROM account e
LEFT JOIN membership m ON m.entity_kind = 'organization' AND m.entity = e.id AND m.account = $2
WHERE e.{column} = $1 AND e.kind = 'organization'"""

_BY_KIND = {
    "application": _GRANTS.replace("{table}", "application").replace("{kind}", "application"),
    "organization": _ORGANIZATION,
    "user": _USER.replace("$2 AS account", "CAST($2 AS BIGINT) AS account"),
}
_BY_UID = {kind: sql.replace("{column}", "uid") for kind, sql in _BY_KIND.items()}
_BY_ID = {kind: sql.replace("{column}", "id") for kind, sql in _BY_KIND.items()}


async def grants(reader: Reader, kind: EntityKind, uid: str, account: int) -> Sequence[Row]:
    return await reader.fetch(_BY_UID[kind], uid, account)


async def grants_by_id(reader: Reader, kind: EntityKind, entity: int, account: int) -> Sequence[Row]:
    return await reader.fetch(_BY_ID[kind], entity, account)


# ------------------------------------------------------------------ pages

MOST_A_PAGE, USUAL_A_PAGE = 1000, 100


class Page(NamedTuple):
    """Which part of a list: how many rows, after how many, and by what (a column, `-` before it: descending)."""

    limit: int
    offset: int
    order: str

    @classmethod
    def asked(cls, limit: int, page: int, order: str = "") -> "Page":
        """From a request's words: no limit means 100, no page the first; at most 1000 rows."""
        size = min(limit or USUAL_A_PAGE, MOST_A_PAGE)
        return cls(size, (max(page, 1) - 1) * size, order)

    def sql(self, columns: dict[str, str], default: str, tie: str) -> str:
        """ORDER BY, LIMIT and OFFSET; an unknown order falls back to the default. `columns`: order word to column."""
        word = self.order.lstrip("-")
        column, descending = columns.get(word, default), self.order.startswith("-") and word in columns
        direction = " DESC" if descending else ""
        return f" ORDER BY {column}{direction}, {tie}{direction} LIMIT {self.limit} OFFSET {self.offset}"


# ------------------------------------------------------------------ API keys

_KEY = "key_id, name, rights, expires_at, created_at, updated_at"
_KEY_ORDER = {"api_key_id": "key_id", **{word: word for word in ("name", "created_at", "expires_at")}}


async def add_api_key(
    tx: Transaction, kind: EntityKind, entity: int, key_id: str, name: str, rights: int,
    secret_hash: bytes, pepper: int, expires_at: int | None, created_by: int | None, now: int,
) -> int:  # fmt: skip
    """Returns the surrogate key."""
    return int(await tx.fetchval(
        "INSERT INTO api_key (key_id, entity_kind, entity, name, rights, secret_hash, pepper, expires_at, created_by,"
        " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10) RETURNING id",
        key_id, kind, entity, name, int(rights), secret_hash, pepper, expires_at, created_by, now,
    ))  # fmt: skip


async def api_key(reader: Reader, kind: EntityKind, entity: int, key_id: str) -> Row | None:
    return await reader.fetchrow(
        f"SELECT {_KEY} FROM api_key WHERE key_id = $1 AND entity_kind = $2 AND entity = $3", key_id, kind, entity
    )


async def api_keys(reader: Reader, kind: EntityKind, entity: int, page: Page) -> tuple[Sequence[Row], int]:
    """The rows of the page, and how many there are on all pages."""
    where = "FROM api_key WHERE entity_kind = $1 AND entity = $2"
    rows = await reader.fetch(f"SELECT {_KEY} {where}{page.sql(_KEY_ORDER, 'id', 'id')}", kind, entity)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", kind, entity))


async def change_api_key(
    tx: Transaction,
    kind: EntityKind,
    entity: int,
    key_id: str,
    name: str,
    rights: int,
    expires_at: int | None,
    now: int,
) -> Row | None:
    return await tx.fetchrow(
        "UPDATE api_key SET name = $4, rights = $5, expires_at = $6, updated_at = $7"
        f" WHERE key_id = $1 AND entity_kind = $2 AND entity = $3 RETURNING {_KEY}",
        key_id, kind, entity, name, int(rights), expires_at, now,
    )  # fmt: skip


async def remove_api_key(tx: Transaction, kind: EntityKind, entity: int, key_id: str) -> bool:
    sql = "DELETE FROM api_key WHERE key_id = $1 AND entity_kind = $2 AND entity = $3"
    return bool(await tx.execute(sql, key_id, kind, entity))


async def remove_api_keys_of(tx: Transaction, kind: EntityKind, entity: int) -> int:
    """All keys of an entity; how many there were."""
    return await tx.execute("DELETE FROM api_key WHERE entity_kind = $1 AND entity = $2", kind, entity)


# ------------------------------------------------------------------ memberships

_TABLE = {"application": "application", "organization": "account", "user": "account"}
_MEMBER_ORDER = {"id": "a.uid", "-rights": "m.rights", "rights": "m.rights"}


async def account(reader: Reader, kind: str, uid: str, *, deleted_ok: bool = False) -> Row | None:
    """A living user or organization: surrogate `id`."""
    living = "" if deleted_ok else " AND deleted_at IS NULL"
    return await reader.fetchrow(f"SELECT id, uid FROM account WHERE uid = $1 AND kind = $2{living}", uid, kind)


async def hold(tx: Transaction, kind: EntityKind, entity: int) -> None:
    """Lock the entity's row, so that two changes of its collaborators come one after the other."""
    await tx.execute(f"UPDATE {_TABLE[kind]} SET id = id WHERE id = $1", entity)


async def membership(reader: Reader, kind: EntityKind, entity: int, account_id: int) -> int:
    """The rights of that account on the entity; 0 for none."""
    sql = "SELECT rights FROM membership WHERE entity_kind = $1 AND entity = $2 AND account = $3"
    return int(await reader.fetchval(sql, kind, entity, account_id) or 0)


async def set_membership(
    tx: Transaction, kind: EntityKind, entity: int, account_id: int, rights: int, now: int
) -> None:
    await tx.execute(
        "INSERT INTO membership (entity_kind, entity, account, rights, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $5)"
        " ON CONFLICT (entity_kind, entity, account)"
        " DO UPDATE SET rights = excluded.rights, updated_at = excluded.updated_at",
        kind, entity, account_id, int(rights), now,
    )  # fmt: skip


async def remove_membership(tx: Transaction, kind: EntityKind, entity: int, account_id: int) -> bool:
    sql = "DELETE FROM membership WHERE entity_kind = $1 AND entity = $2 AND account = $3"
    return bool(await tx.execute(sql, kind, entity, account_id))


async def members(reader: Reader, kind: EntityKind, entity: int, page: Page) -> tuple[Sequence[Row], int]:
    """Rows of `kind`, `uid`, `rights`, and how many there are on all pages. Deleted accounts stay in, to be seen."""
    where = "FROM membership m JOIN account a ON a.id = m.account WHERE m.entity_kind = $1 AND m.entity = $2"
    order = page.sql(_MEMBER_ORDER, "m.created_at", "m.account")
    rows = await reader.fetch(f"SELECT a.kind, a.uid, m.rights {where}{order}", kind, entity)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", kind, entity))


async def full_members(reader: Reader, kind: EntityKind, entity: int, rights: int) -> int:
    """How many living accounts hold all of these rights on the entity."""
    return int(await reader.fetchval(
        "SELECT count(*) FROM membership m JOIN account a ON a.id = m.account AND a.deleted_at IS NULL"
        " WHERE m.entity_kind = $1 AND m.entity = $2 AND (m.rights & $3) = $3",
        kind, entity, int(rights),
    ))  # fmt: skip


async def remove_memberships_on(tx: Transaction, kind: EntityKind, entity: int) -> None:
    """All grants on an entity that goes for good (purge)."""
    await tx.execute("DELETE FROM membership WHERE entity_kind = $1 AND entity = $2", kind, entity)
