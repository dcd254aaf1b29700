"""SQL of claims at other Join Servers: the outbox, the devices that come of it, and the attempts that count."""

import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.storage import Reader, Row, Transaction

_SLOTS: Final = 16
_LOCKS: Final = 0x7563  # the space of this room's advisory locks
_ROW: Final = (
    "u.uid, u.join_eui, u.dev_eui, u.application, u.device_uid, u.end_device, u.join_server, u.state, u.claimer,"
    " u.code_hash, u.pepper, u.order_sealed, u.order_kek, u.unanswered, u.trouble, u.due_at, u.created_at,"
    " u.updated_at"
)


class Claiming(NamedTuple):
    """A claim before its first call, as the row holds it."""

    uid: str
    join_eui: bytes
    dev_eui: bytes
    application: int
    device_uid: str
    join_server: str
    claimer: str
    code_hash: bytes
    pepper: int
    order_sealed: bytes
    order_kek: int


# ------------------------------------------------------------------ the outbox


async def pending(reader: Reader, uid: str) -> Row | None:
    return await reader.fetchrow(f"SELECT {_ROW} FROM upstream_claim u WHERE u.uid = $1", uid)


async def held(tx: Transaction, uid: str) -> Row | None:
    """The row, its name locked until the end of the transaction, whether there is a row or not.

    Always before anything that other claims share is touched, so that no two wait for each other.
    """
    if tx.engine == "postgresql":  # SQLite has one writer at a time
        await tx.fetchval("SELECT pg_advisory_xact_lock($1, $2)", _LOCKS, zlib.crc32(uid.encode()) - 2**31)
    return await pending(tx, uid)


async def put(tx: Transaction, claim: Claiming, due_at: int, now: int) -> None:
    """Write it down before the first call, or in place of one that is still under way and may succeed."""
    names, places = ", ".join(Claiming._fields), ", ".join(f"${at}" for at in range(1, len(claim) + 1))
    await tx.execute(
        f"INSERT INTO upstream_claim AS u ({names}, state, due_at, created_at, updated_at)"
        f" VALUES ({places}, 'claiming', $12, $13, $13) ON CONFLICT (uid) DO UPDATE SET state = 'claiming',"
        " device_uid = excluded.device_uid, end_device = NULL, join_server = excluded.join_server,"
        " claimer = excluded.claimer, code_hash = excluded.code_hash, pepper = excluded.pepper,"
        " order_sealed = excluded.order_sealed, order_kek = excluded.order_kek, due_at = excluded.due_at,"
        " unanswered = CASE WHEN u.state = 'claiming' AND u.unanswered = 0 THEN 1 ELSE u.unanswered END,"
        " updated_at = excluded.updated_at",
        *claim, due_at, now,
    )  # fmt: skip


async def settle(tx: Transaction, uid: str, end_device: int, device_uid: str, now: int) -> None:
    """The device is registered here: the code is forgotten."""
    await tx.execute(
        "UPDATE upstream_claim SET state = 'claimed', end_device = $2, device_uid = $3, order_sealed = NULL,"
        " order_kek = NULL, unanswered = 0, trouble = '', due_at = NULL, created_at = $4, updated_at = $4"
        " WHERE uid = $1",
        uid, end_device, device_uid, now,
    )  # fmt: skip


async def give_up(tx: Transaction, uid: str, due_at: int, now: int) -> None:
    """From now on it is to be released there."""
    await tx.execute(
        "UPDATE upstream_claim SET state = 'releasing', order_sealed = NULL, order_kek = NULL, due_at = $2,"
        " created_at = $3, updated_at = $3 WHERE uid = $1",
        uid, due_at, now,
    )  # fmt: skip


async def postpone(tx: Transaction, uid: str, trouble: str, due_at: int, now: int) -> None:
    """Nobody knows; ask again later."""
    await tx.execute(
        "UPDATE upstream_claim SET unanswered = unanswered + 1, trouble = $2, due_at = $3, updated_at = $4"
        " WHERE uid = $1",
        uid, trouble, due_at, now,
    )  # fmt: skip


async def remove(tx: Transaction, uid: str) -> None:
    await tx.execute("DELETE FROM upstream_claim WHERE uid = $1", uid)


async def due(reader: Reader, now: int, limit: int) -> Sequence[Row]:
    """What is to be asked for (again), longest waiting first."""
    return await reader.fetch(
        f"SELECT {_ROW} FROM upstream_claim u WHERE u.due_at <= $1 ORDER BY u.due_at, u.uid LIMIT {limit}", now
    )


async def take(tx: Transaction, uid: str, due_at: int, until: int) -> Row | None:
    """Take one over until that moment; None when another node did. What was under way may have succeeded.

    Due at 0: its device was deleted just now, so that is when it began to be given up.
    """
    taken = await tx.execute(
        "UPDATE upstream_claim SET due_at = $3, unanswered = unanswered + 1,"
        " created_at = CASE WHEN due_at = 0 THEN $3 ELSE created_at END WHERE uid = $1 AND due_at = $2",
        uid, due_at, until,
    )  # fmt: skip
    return await pending(tx, uid) if taken else None


async def is_claimed(reader: Reader, join_eui: bytes, dev_eui: bytes) -> bool:
    """Whether some application here holds the device by a claim."""
    sql = "SELECT 1 FROM upstream_claim WHERE join_eui = $1 AND dev_eui = $2 AND state = 'claimed'"
    return bool(await reader.fetchval(sql, join_eui, dev_eui))


async def page_of(reader: Reader, application: int, limit: int, offset: int) -> tuple[Sequence[Row], int]:
    """A page of an application's claims at other Join Servers, and how many there are."""
    total = await reader.fetchval("SELECT count(*) FROM upstream_claim WHERE application = $1", application)
    rows = await reader.fetch(
        f"SELECT {_ROW} FROM upstream_claim u WHERE u.application = $1 ORDER BY u.uid LIMIT $2 OFFSET $3",
        application, limit, offset,
    )  # fmt: skip
    return rows, int(total)


async def of_device_id(reader: Reader, application: int, device_uid: str) -> Row | None:
    """The claim of an application that is still under way for that device id."""
    return await reader.fetchrow(
        f"SELECT {_ROW} FROM upstream_claim u WHERE u.application = $1 AND u.device_uid = $2 AND u.state = 'claiming'",
        application, device_uid,
    )  # fmt: skip


# ------------------------------------------------------------------ devices


async def registered(reader: Reader, join_eui: bytes, dev_eui: bytes) -> Row | None:
    """`id`, `application`, `uid` of the device of an EUI pair."""
    return await reader.fetchrow(
        "SELECT id, application, uid FROM end_device WHERE join_eui = $1 AND dev_eui = $2", join_eui, dev_eui
    )


async def has_device(reader: Reader, application: int, uid: str) -> bool:
    return bool(await reader.fetchval("SELECT 1 FROM end_device WHERE application = $1 AND uid = $2", application, uid))


async def application(tx: Transaction, surrogate: int) -> str | None:
    """The id of an application that is there and stays until the end of the transaction."""
    lock = " FOR SHARE" if tx.engine == "postgresql" else ""
    uid = await tx.fetchval(f"SELECT uid FROM application WHERE id = $1 AND deleted_at IS NULL{lock}", surrogate)
    return None if uid is None else str(uid)


async def add_device(
    tx: Transaction, application: int, uid: str, euis: tuple[bytes, bytes], body: bytes, now: int
) -> int | None:
    """Register the device; its surrogate, None when the id or the EUI pair is taken."""
    row = await tx.fetchrow(
        "INSERT INTO end_device (application, uid, join_eui, dev_eui, is_body, maker_application, claimed_upstream_at,"
        " created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $1, $6, $6, $6) ON CONFLICT DO NOTHING RETURNING id",
        application, uid, *euis, body, now,
    )  # fmt: skip
    if row is None:
        return None
    await tx.execute(
        "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, 1)"
        " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + 1",
        application, row["id"] % _SLOTS,
    )  # fmt: skip
    return int(row["id"])


# ------------------------------------------------------------------ attempts


async def count_attempt(tx: Transaction, subject: str, now: int, window: int) -> Row:
    """Count an attempt, in a new window when the old one is over; `window_started_at` and `attempts` now."""
    row = await tx.fetchrow(
        "INSERT INTO claim_attempt AS c (subject, window_started_at, attempts) VALUES ($1, $2, 1)"
        " ON CONFLICT (subject) DO UPDATE SET"
        " attempts = CASE WHEN c.window_started_at <= $3 THEN 1 ELSE c.attempts + 1 END,"
        " window_started_at = CASE WHEN c.window_started_at <= $3 THEN $2 ELSE c.window_started_at END"
        " RETURNING window_started_at, attempts",
        subject, now, now - window,
    )  # fmt: skip
    if row is None:
        raise RuntimeError("a row was written, and none came back")
    return row


async def take_back(tx: Transaction, subject: str) -> None:
    """An attempt that did not fail counts no more."""
    await tx.execute("UPDATE claim_attempt SET attempts = attempts - 1 WHERE subject = $1 AND attempts > 0", subject)


async def overall(reader: Reader, subjects: Sequence[str], since: int) -> int:
    """Failures over all in the window."""
    places = ", ".join(f"${at}" for at in range(2, len(subjects) + 2))
    sql = (
        "SELECT CAST(coalesce(sum(attempts), 0) AS BIGINT) FROM claim_attempt"
        f" WHERE window_started_at > $1 AND subject IN ({places})"
    )
    return int(await reader.fetchval(sql, since, *subjects))
