"""SQL of peers."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.identity import Page
from claimstack.storage import Reader, Row, Transaction

_ROW: Final = (
    "p.id, p.uid, p.body, p.keks_sealed, p.keks_kek, p.header_hash, p.pepper, p.application,"
    " a.uid AS application_uid, a.deleted_at AS application_deleted_at, p.created_at, p.updated_at"
)
_FROM: Final = "FROM peer p LEFT JOIN application a ON a.id = p.application"


class Columns(NamedTuple):
    """A peer as its row holds it."""

    uid: str
    body: bytes
    keks_sealed: bytes | None
    keks_kek: int | None
    header_hash: bytes | None
    pepper: int | None
    application: int | None


async def add(tx: Transaction, columns: Columns, now: int) -> bool:
    """False when id, header or application is another peer's."""
    names, places = ", ".join(Columns._fields), ", ".join(f"${at}" for at in range(1, len(columns) + 1))
    return bool(await tx.execute(
        f"INSERT INTO peer ({names}, created_at, updated_at) VALUES ({places}, $8, $8) ON CONFLICT DO NOTHING",
        *columns, now,
    ))  # fmt: skip


async def change(tx: Transaction, columns: Columns, now: int) -> None:
    """Write all columns of the peer of this id."""
    changes = ", ".join(f"{name} = ${at}" for at, name in enumerate(Columns._fields[1:], 2))
    await tx.execute(f"UPDATE peer SET {changes}, updated_at = $8 WHERE uid = $1", *columns, now)


async def remove(tx: Transaction, uid: str) -> bool:
    return bool(await tx.execute("DELETE FROM peer WHERE uid = $1", uid))


async def peer(reader: Reader, uid: str) -> Row | None:
    return await reader.fetchrow(f"SELECT {_ROW} {_FROM} WHERE p.uid = $1", uid)


async def held(tx: Transaction, uid: str) -> Row | None:
    """The row, locked until the end of the transaction."""
    lock = " FOR UPDATE OF p" if tx.engine == "postgresql" else ""  # SQLite has one writer at a time
    return await tx.fetchrow(f"SELECT {_ROW} {_FROM} WHERE p.uid = $1{lock}", uid)


async def page_of(reader: Reader, page: Page) -> tuple[Sequence[Row], int]:
    """A page of peers by id, and how many there are."""
    total = await reader.fetchval("SELECT count(*) FROM peer")
    rows = await reader.fetch(f"SELECT {_ROW} {_FROM} ORDER BY p.uid LIMIT $1 OFFSET $2", page.limit, page.offset)
    return rows, int(total)


async def everyone(reader: Reader) -> Sequence[Row]:
    return await reader.fetch(f"SELECT {_ROW} {_FROM} ORDER BY p.id")


# All moments count, not only the last: a node's clock may be behind that of the node that wrote before. Each goes
# without its high bits, so that the sum of thousands still is a number of 64.
_MOMENTS: Final = "CAST(coalesce(sum({0}.updated_at % 1099511627776), 0) AS BIGINT)"

_STATE: Final = (
    f"SELECT count(*) AS n, {_MOMENTS.format('p')} AS changed, max(p.id) AS newest, {_MOMENTS.format('a')} AS named"
    f" {_FROM}"
)


async def state(reader: Reader) -> Row | None:
    """Something whose columns change when any peer does, or the name or life of its application."""
    return await reader.fetchrow(_STATE)


async def application(reader: Reader, uid: str) -> int | None:
    """The surrogate of a living application."""
    value = await reader.fetchval("SELECT id FROM application WHERE uid = $1 AND deleted_at IS NULL", uid)
    return None if value is None else int(value)
