"""SQL of applications and of the DevEUIs issued to them."""

from collections.abc import Sequence
from typing import Final

from claimstack.identity import Page
from claimstack.storage import Reader, Row, Transaction

_ROW: Final = "id, uid, name, description, body, dev_eui_counter, created_at, updated_at, deleted_at"
_ORDER: Final = {"application_id": "uid", "name": "name", "created_at": "created_at"}


async def add(tx: Transaction, uid: str, name: str, description: str, body: bytes, now: int) -> Row | None:
    """The new row; None when the id is taken, be it by a deleted application."""
    return await tx.fetchrow(
        "INSERT INTO application (uid, name, description, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)"
        f" ON CONFLICT DO NOTHING RETURNING {_ROW}",
        uid, name, description, body, now,
    )  # fmt: skip


async def application(reader: Reader, surrogate: int) -> Row | None:
    return await reader.fetchrow(f"SELECT {_ROW} FROM application WHERE id = $1", surrogate)


async def held(tx: Transaction, surrogate: int) -> Row | None:
    """The row, locked until the end of the transaction: even a device that is about to be registered waits."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""  # SQLite has one writer at a time
    return await tx.fetchrow(f"SELECT {_ROW} FROM application WHERE id = $1{lock}", surrogate)


async def change(tx: Transaction, surrogate: int, name: str, description: str, body: bytes, now: int) -> Row | None:
    return await tx.fetchrow(
        "UPDATE application SET name = $2, description = $3, body = $4, updated_at = $5 WHERE id = $1"
        f" RETURNING {_ROW}",
        surrogate, name, description, body, now,
    )  # fmt: skip


async def set_deleted(tx: Transaction, surrogate: int, deleted_at: int | None, now: int) -> None:
    await tx.execute(
        "UPDATE application SET deleted_at = $2, updated_at = $3 WHERE id = $1", surrogate, deleted_at, now
    )


async def remove(tx: Transaction, surrogate: int) -> None:
    """Delete for good, with settings, counts and claim authorization."""
    await tx.execute("DELETE FROM application WHERE id = $1", surrogate)


async def devices(reader: Reader, surrogate: int) -> int:
    """How many end devices the application has."""
    sql = "SELECT CAST(coalesce(sum(devices), 0) AS BIGINT) FROM application_device_count WHERE application = $1"
    return int(await reader.fetchval(sql, surrogate))


async def living(reader: Reader, surrogate: int) -> bool:
    return bool(await reader.fetchval("SELECT 1 FROM application WHERE id = $1 AND deleted_at IS NULL", surrogate))


async def is_collaborator(reader: Reader, surrogate: int, kind: str, uid: str) -> bool:
    return bool(await reader.fetchval(
        "SELECT 1 FROM membership m JOIN account a ON a.id = m.account"
        " WHERE m.entity_kind = 'application' AND m.entity = $1 AND a.kind = $2 AND a.uid = $3",
        surrogate, kind, uid,
    ))  # fmt: skip


# ------------------------------------------------------------------ lists

_ALL: Final = "1 = 1"
# What reaches an account by membership, of its own or of an organization that it is a member of, with a needed right.
_VISIBLE: Final = """id IN (
    SELECT m.entity FROM membership m WHERE m.entity_kind = 'application' AND m.account = {account}
        AND (m.rights & {right}) <> 0
    UNION
    SELECT m.entity FROM membership o
        JOIN account g ON g.id = o.entity AND g.deleted_at IS NULL
        JOIN membership m ON m.entity_kind = 'application' AND m.account = g.id AND (m.rights & {right}) <> 0
        WHERE o.entity_kind = 'organization' AND o.account = {account} AND (o.rights & {right}) <> 0)"""
_OF_COLLABORATOR: Final = (
    "id IN (SELECT m.entity FROM membership m WHERE m.entity_kind = 'application' AND m.account = {account})"
)


class Scope:
    """Which applications a list is about, as a condition and its arguments."""

    def __init__(self, condition: str = _ALL, *args: object) -> None:
        self.condition, self.args = condition, list(args)

    @classmethod
    def visible_to(cls, account: int, right: int) -> "Scope":
        """Those on which the account holds the right (a bit)."""
        return cls(_VISIBLE.format(account="$1", right="$2"), account, right)

    @classmethod
    def of(cls, account: int) -> "Scope":
        """Those that the account itself collaborates on."""
        return cls(_OF_COLLABORATOR.format(account="$1"), account)

    @classmethod
    def one(cls, surrogate: int) -> "Scope":
        """A single one."""
        return cls("id = $1", surrogate)

    def both(self, condition: str, *args: object) -> "Scope":
        """Narrower: `{}` in the condition stands for its argument."""
        numbered = condition.format(*(f"${at}" for at in range(len(self.args) + 1, len(self.args) + 1 + len(args))))
        return Scope(f"{self.condition} AND {numbered}", *self.args, *args)

    def deleted(self, is_deleted: bool) -> "Scope":
        """Only the deleted ones, or only the living."""
        return self.both(f"deleted_at IS {'NOT NULL' if is_deleted else 'NULL'}")

    def containing(self, columns: Sequence[str], text: str) -> "Scope":
        """Only those where one of the columns contains the text, in either case."""
        matches = " OR ".join(f"lower({column}) LIKE {{0}} ESCAPE '!'" for column in columns)
        return self.both(f"({matches})", pattern(text)) if text else self


def pattern(text: str) -> str:
    """A LIKE pattern (escape `!`) for what contains the text, lower case."""
    escaped = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


async def page(reader: Reader, scope: Scope, wanted: Page) -> tuple[Sequence[Row], int]:
    """The rows of the page, and how many there are on all pages."""
    where = f"FROM application WHERE {scope.condition}"
    order = wanted.sql(_ORDER, "uid", "id")
    rows = await reader.fetch(f"SELECT {_ROW} {where}{order}", *scope.args)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", *scope.args))


async def every(reader: Reader, scope: Scope, order: Page) -> Sequence[Row]:
    """All rows of the scope, in the page's order."""
    sql = order._replace(offset=0, limit=1_000_000).sql(_ORDER, "uid", "id")
    return await reader.fetch(f"SELECT {_ROW} FROM application WHERE {scope.condition}{sql}", *scope.args)


# ------------------------------------------------------------------ DevEUIs


async def next_of_block(tx: Transaction, block: str) -> int:
    """How many of the block were given out before: the number of the next one. Numbers never come again."""
    return int(await tx.fetchval(
        "INSERT INTO counter AS c (name, value) VALUES ($1, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = c.value + 1 RETURNING value - 1",
        f"dev_eui {block}",
    ))  # fmt: skip


async def count_dev_eui(tx: Transaction, surrogate: int, at_most: int) -> bool:
    """Count one more DevEUI of the application; False when it had its share."""
    return bool(await tx.execute(
        "UPDATE application SET dev_eui_counter = dev_eui_counter + 1 WHERE id = $1 AND dev_eui_counter < $2",
        surrogate, at_most,
    ))  # fmt: skip


async def dev_eui_in_use(reader: Reader, dev_eui: bytes) -> bool:
    """Whether a device was registered with it by hand."""
    return bool(await reader.fetchval("SELECT 1 FROM end_device WHERE dev_eui = $1 LIMIT 1", dev_eui))
