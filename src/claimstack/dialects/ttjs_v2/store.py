"""SQL of this dialect: devices by DevEUI alone, and the applications that hold what peers claim."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.storage import Reader, Row, Transaction

MOST_MATCHES: Final = 10


class Found(NamedTuple):
    """A device of that DevEUI."""

    end_device: int
    application: int
    application_uid: str
    uid: str
    join_eui: bytes


async def by_dev_eui(reader: Reader, dev_eui: bytes) -> Sequence[Found]:
    """Devices that have that DevEUI and a JoinEUI; several, if makers were careless."""
    rows = await reader.fetch(
        "SELECT d.id, d.application, a.uid AS application_uid, d.uid, d.join_eui FROM end_device d"
        " JOIN application a ON a.id = d.application WHERE d.dev_eui = $1 AND d.join_eui IS NOT NULL"
        f" ORDER BY d.id LIMIT {MOST_MATCHES}",
        dev_eui,
    )
    return [
        Found(row["id"], row["application"], row["application_uid"], row["uid"], bytes(row["join_eui"])) for row in rows
    ]


async def held_by(reader: Reader, application: int, dev_eui: bytes) -> Sequence[Row]:
    """Devices of the application with that DevEUI: `id`, `uid`, the Join Server's part, whether a code is left."""
    return await reader.fetch(
        "SELECT d.id, d.uid, j.body AS join_body, c.end_device AS coded FROM end_device d"
        " LEFT JOIN end_device_part j ON j.end_device = d.id AND j.component = 'js'"
        " LEFT JOIN claim_code c ON c.end_device = d.id WHERE d.application = $1 AND d.dev_eui = $2 ORDER BY d.id",
        application, dev_eui,
    )  # fmt: skip


# ------------------------------------------------------------------ system applications


async def peer(tx: Transaction, uid: str) -> Row | None:
    """The peer with its application, locked until the end of the transaction."""
    lock = " FOR UPDATE OF p" if tx.engine == "postgresql" else ""  # SQLite has one writer at a time
    return await tx.fetchrow(
        "SELECT p.id, p.application, a.uid AS application_uid, a.deleted_at FROM peer p"
        f" LEFT JOIN application a ON a.id = p.application WHERE p.uid = $1{lock}",
        uid,
    )


async def application_of_peer(reader: Reader, uid: str) -> Row | None:
    """`id` and `uid` of the living application that the peer has."""
    return await reader.fetchrow(
        "SELECT a.id, a.uid FROM peer p JOIN application a ON a.id = p.application"
        " WHERE p.uid = $1 AND a.deleted_at IS NULL",
        uid,
    )


async def organization(tx: Transaction, uid: str, name: str, body: bytes, now: int) -> int:
    """The organization of that id, made if there is none."""
    await tx.execute(
        "INSERT INTO account (kind, uid, name, body, created_at, updated_at)"
        " VALUES ('organization', $1, $2, $3, $4, $4) ON CONFLICT DO NOTHING",
        uid, name, body, now,
    )  # fmt: skip
    return int(await tx.fetchval("SELECT id FROM account WHERE uid = $1", uid))


async def add_application(tx: Transaction, uid: str, name: str, body: bytes, now: int) -> int | None:
    """A new application; None when the id is taken."""
    row = await tx.fetchrow(
        "INSERT INTO application (uid, name, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)"
        " ON CONFLICT DO NOTHING RETURNING id",
        uid, name, body, now,
    )  # fmt: skip
    return None if row is None else int(row["id"])


async def give_application(tx: Transaction, peer_id: int, application: int, now: int) -> None:
    await tx.execute("UPDATE peer SET application = $2, updated_at = $3 WHERE id = $1", peer_id, application, now)


async def keks(tx: Transaction, uid: str) -> Row | None:
    """`uid`, `keks_sealed` and `keks_kek` of the peer, locked."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
    return await tx.fetchrow(f"SELECT uid, keks_sealed, keks_kek FROM peer WHERE uid = $1{lock}", uid)


async def put_keks(tx: Transaction, uid: str, blob: bytes, kek: int, now: int) -> None:
    await tx.execute(
        "UPDATE peer SET keks_sealed = $2, keks_kek = $3, updated_at = $4 WHERE uid = $1", uid, blob, kek, now
    )
