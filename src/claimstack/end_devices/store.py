"""SQL of end devices: the row that identifies and owns a device, its claim authentication code, the counts.

Every statement that reads for a caller is bound to the application, so that what was claimed away is not found.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from claimstack.end_devices.device import Columns
from claimstack.storage import Reader, Row, Transaction

SLOTS: Final = 16  # rows that the count of one application is spread over
_ROW = (
    "d.id AS end_device, d.application, d.uid, d.join_eui, d.dev_eui, d.name, d.description, d.is_body, d.epoch,"
    " d.last_seen_at, d.created_at, d.updated_at"
)

# ------------------------------------------------------------------ one device


async def add(tx: Transaction, application: int, columns: Columns, now: int) -> Row | None:
    """The new row; None when the id or the EUI pair is taken."""
    return await tx.fetchrow(
        "INSERT INTO end_device AS d (application, uid, join_eui, dev_eui, name, description, is_body, last_seen_at,"
        " maker_application, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $1, $9, $9)"
        " ON CONFLICT DO NOTHING RETURNING id AS end_device, application, uid, join_eui, dev_eui, name, description,"
        " is_body, epoch, last_seen_at, created_at, updated_at",
        application, *columns, now,
    )  # fmt: skip


async def adopt(tx: Transaction, application: int, columns: Columns, now: int) -> Row | None:
    """Fill in a device that a claim at another Join Server registered, as clients do next; None: there is none."""
    if columns.join_eui is None:
        return None
    return await tx.fetchrow(
        "UPDATE end_device AS d SET name = $5, description = $6, is_body = $7, last_seen_at = $8, updated_at = $9,"
        " claimed_upstream_at = NULL WHERE application = $1 AND uid = $2 AND join_eui = $3 AND dev_eui = $4"
        " AND claimed_upstream_at IS NOT NULL RETURNING id AS end_device, application, uid, join_eui, dev_eui, name,"
        " description, is_body, epoch, last_seen_at, created_at, updated_at",
        application, *columns, now,
    )  # fmt: skip


async def device(reader: Reader, application: int, uid: str) -> Row | None:
    return await reader.fetchrow(
        f"SELECT {_ROW} FROM end_device d WHERE d.application = $1 AND d.uid = $2", application, uid
    )


_CODED = f"{_ROW}, c.code_sealed, c.code_kek, c.valid_from, c.valid_to"
_CODED_ONE = (
    f"SELECT {_CODED} FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id"
    " WHERE d.application = $1 AND d.uid = $2"
)
# One by one in the order given, by index, as claims are found.
_CODED_ALL = (
    "SELECT f.* FROM unnest($1::bigint[], $2::text[]) WITH ORDINALITY AS q (application, uid, n)"
    f" LEFT JOIN LATERAL (SELECT {_CODED} FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id"
    " WHERE d.application = q.application AND d.uid = q.uid LIMIT 1) f ON TRUE ORDER BY q.n"
)


async def with_codes(reader: Reader, asked: Sequence[tuple[int, str]]) -> list[Row | None]:
    """The device of each application and id, in the same order, with the columns of its code (NULL: it has none)."""
    if reader.engine == "sqlite":
        return [await reader.fetchrow(_CODED_ONE, *one) for one in asked]
    rows = await reader.fetch(_CODED_ALL, *map(list, zip(*asked, strict=True)))
    return [row if row["end_device"] is not None else None for row in rows]


async def devices(reader: Reader, application: int, uids: Sequence[str]) -> Sequence[Row]:
    """Those of the ids that exist, by id."""
    places = ", ".join(f"${at}" for at in range(2, len(uids) + 2))
    return await reader.fetch(
        f"SELECT {_ROW} FROM end_device d WHERE d.application = $1 AND d.uid IN ({places}) ORDER BY d.uid",
        application, *uids,
    )  # fmt: skip


async def held(tx: Transaction, application: int, uid: str) -> Row | None:
    """The row, locked until the end of the transaction: claims and other writes to this device wait."""
    lock = " FOR UPDATE" if tx.engine == "postgresql" else ""  # SQLite has one writer at a time
    return await tx.fetchrow(
        f"SELECT {_ROW} FROM end_device d WHERE d.application = $1 AND d.uid = $2{lock}", application, uid
    )


async def by_euis(reader: Reader, join_eui: bytes, dev_eui: bytes) -> Row | None:
    """The device of an EUI pair, with its application's id as `application_uid`."""
    return await reader.fetchrow(
        f"SELECT {_ROW}, a.uid AS application_uid FROM end_device d JOIN application a ON a.id = d.application"
        " WHERE d.join_eui = $1 AND d.dev_eui = $2",
        join_eui, dev_eui,
    )  # fmt: skip


async def change(tx: Transaction, end_device: int, columns: Columns, now: int) -> None:
    """Write what may change: neither id nor EUIs."""
    await tx.execute(
        "UPDATE end_device SET name = $2, description = $3, is_body = $4, last_seen_at = $5, updated_at = $6"
        " WHERE id = $1",
        end_device, columns.name, columns.description, columns.body, columns.last_seen_at, now,
    )  # fmt: skip


async def touch(tx: Transaction, end_device: int, now: int) -> None:
    await tx.execute("UPDATE end_device SET updated_at = $2 WHERE id = $1", end_device, now)


async def seen(tx: Transaction, application: int, uid: str, last_seen_at: int) -> bool:
    """Move the time the device was last heard forward, never back; False when there is no such device."""
    return bool(await tx.execute(
        "UPDATE end_device SET last_seen_at ="
        " CASE WHEN last_seen_at > $3 THEN last_seen_at ELSE $3 END WHERE application = $1 AND uid = $2",
        application, uid, last_seen_at,
    ))  # fmt: skip


async def remove(tx: Transaction, end_device: int) -> None:
    """Delete the row and with it its parts, keys and code. The nonce history stays.

    A claim at another Join Server is held while the device is here: it is due to be given up there from now on.
    """
    await tx.execute(
        "UPDATE upstream_claim SET state = 'releasing', due_at = 0 WHERE end_device = $1 AND state = 'claimed'",
        end_device,
    )
    await tx.execute("DELETE FROM end_device WHERE id = $1", end_device)


# ------------------------------------------------------------------ counts


async def count(tx: Transaction, application: int, end_device: int, step: int) -> None:
    """Keep the application's number of devices: 1 for a device that came, -1 for one that went."""
    await tx.execute(
        "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, $3)"
        " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + excluded.devices",
        application, end_device % SLOTS, step,
    )  # fmt: skip


async def count_many(tx: Transaction, application: int, slots: Mapping[int, int]) -> None:
    """The same for many that came, by slot (surrogate key % `SLOTS`)."""
    await tx.executemany(
        "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, $3)"
        " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + excluded.devices",
        [(application, slot, slots[slot]) for slot in sorted(slots)],
    )


async def counted(reader: Reader, application: int) -> int:
    """How many devices the application has."""
    sql = "SELECT CAST(coalesce(sum(devices), 0) AS BIGINT) FROM application_device_count WHERE application = $1"
    return int(await reader.fetchval(sql, application))


async def counted_over_all(reader: Reader) -> int:
    """How many devices there are."""
    sql = "SELECT CAST(coalesce(sum(devices), 0) AS BIGINT) FROM application_device_count"
    return int(await reader.fetchval(sql))


# ------------------------------------------------------------------ claim authentication code


async def set_code(
    tx: Transaction, end_device: int, code_hash: bytes, pepper: int, sealed: bytes, kek: int,
    valid_from: int | None, valid_to: int | None, now: int,
) -> None:  # fmt: skip
    """Write the device's one code in place of what it had."""
    await tx.execute(
        "INSERT INTO claim_code"
        " (end_device, code_hash, pepper, code_sealed, code_kek, valid_from, valid_to, updated_at, application)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT d.application FROM end_device d WHERE d.id = $1))"
        " ON CONFLICT (end_device) DO UPDATE SET code_hash = excluded.code_hash, pepper = excluded.pepper,"
        " code_sealed = excluded.code_sealed, code_kek = excluded.code_kek, valid_from = excluded.valid_from,"
        " valid_to = excluded.valid_to, updated_at = excluded.updated_at",
        end_device, code_hash, pepper, sealed, kek, valid_from, valid_to, now,
    )  # fmt: skip


async def clear_code(tx: Transaction, end_device: int) -> bool:
    return bool(await tx.execute("DELETE FROM claim_code WHERE end_device = $1", end_device))


async def has_code(reader: Reader, end_device: int) -> bool:
    return bool(await reader.fetchval("SELECT 1 FROM claim_code WHERE end_device = $1", end_device))


async def codes(reader: Reader, application: int, end_devices: Sequence[int]) -> Sequence[Row]:
    """The codes of those devices that still belong to the application, with what their sealing place is made of."""
    places = ", ".join(f"${at}" for at in range(2, len(end_devices) + 2))
    return await reader.fetch(
        "SELECT c.end_device, c.code_sealed, c.code_kek, c.valid_from, c.valid_to, d.join_eui, d.dev_eui"
        " FROM claim_code c JOIN end_device d ON d.id = c.end_device"
        f" WHERE d.application = $1 AND c.end_device IN ({places})",
        application, *end_devices,
    )  # fmt: skip
