"""SQL of a release: hold the device, find its maker, move it back, write it down."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.storage import Row, Transaction

_SLOTS: Final = 16


async def held(tx: Transaction, application: int, uid: str) -> Row | None:
    """The device with its maker, locked until the end of the transaction: claims on it wait.

    `maker_uid` is None when the maker's application is gone.
    """
    lock = " FOR UPDATE OF d" if tx.engine == "postgresql" else ""  # SQLite has one writer at a time
    return await tx.fetchrow(
        "SELECT d.id, d.uid, d.join_eui, d.dev_eui, d.is_body, d.epoch, d.root_keys_read_at,"
        " d.maker_application, m.uid AS maker_uid"
        " FROM end_device d LEFT JOIN application m ON m.id = d.maker_application"
        f" WHERE d.application = $1 AND d.uid = $2{lock}",
        application, uid,
    )  # fmt: skip


async def living(tx: Transaction, application: int) -> bool:
    """Whether the application is there and stays until the end of the transaction."""
    lock = " FOR SHARE" if tx.engine == "postgresql" else ""
    sql = f"SELECT 1 FROM application WHERE id = $1 AND deleted_at IS NULL{lock}"
    return bool(await tx.fetchval(sql, application))


async def last_hop(tx: Transaction, end_device: int) -> Row | None:
    """`sequence` and `hash` of the end of the device's ledger."""
    return await tx.fetchrow(
        "SELECT sequence, hash FROM claim_ledger WHERE end_device = $1 ORDER BY sequence DESC LIMIT 1", end_device
    )


async def former_uid(tx: Transaction, end_device: int, application: int) -> str:
    """The id that the device had in that application when it left; empty when it never left there."""
    uid = await tx.fetchval(
        "SELECT source_device_uid FROM claim_ledger WHERE end_device = $1 AND source_application = $2"
        " ORDER BY sequence DESC LIMIT 1",
        end_device, application,
    )  # fmt: skip
    return uid or ""


async def taken(tx: Transaction, application: int, uids: Sequence[str]) -> set[str]:
    """Those of the ids that other devices of the application have."""
    places = ", ".join(f"${at}" for at in range(2, len(uids) + 2))
    rows = await tx.fetch(
        f"SELECT uid FROM end_device WHERE application = $1 AND uid IN ({places})", application, *uids
    )
    return {row["uid"] for row in rows}


class Return(NamedTuple):
    """A device on its way back, guarded by `source` and `epoch`."""

    end_device: int
    source: int
    epoch: int
    target: int
    uid: str
    identity_body: bytes
    now: int


async def move(tx: Transaction, way: Return) -> bool:
    """Move the device; False when it is not (any more) what it was thought to be. What its owner called it goes."""
    return bool(
        await tx.execute(
            "UPDATE end_device SET application = $4, uid = $5, is_body = $6, epoch = epoch + 1, name = '',"
            " description = '', last_seen_at = NULL, updated_at = $7"
            " WHERE id = $1 AND application = $2 AND epoch = $3",
            *way,
        )
    )


async def join_body(tx: Transaction, end_device: int) -> bytes | None:
    """The Join Server's part."""
    sql = "SELECT body FROM end_device_part WHERE end_device = $1 AND component = 'js'"
    body = await tx.fetchval(sql, end_device)
    return None if body is None else bytes(body)


async def wipe(tx: Transaction, end_device: int, body_of_join_server: bytes | None, now: int) -> None:
    """Forget code, sessions and what the owner had the Application Server do; write the Join Server's part, if any."""
    await tx.execute("DELETE FROM claim_code WHERE end_device = $1", end_device)
    await tx.execute("DELETE FROM join_session WHERE end_device = $1", end_device)
    await tx.execute(
        "UPDATE end_device_part SET state_sealed = NULL, state_kek = NULL, updated_at = $2, body = CASE"
        " WHEN component = 'js' THEN coalesce($3, body) WHEN component = 'as' THEN $4 ELSE body END"
        " WHERE end_device = $1",
        end_device, now, body_of_join_server, b"",
    )  # fmt: skip


async def count(tx: Transaction, source: int, target: int, end_device: int) -> None:
    """Keep the numbers of devices; always in the same order, as claims do."""
    for application, step in sorted([(source, -1), (target, 1)]):
        await tx.execute(
            "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, $3)"
            " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + excluded.devices",
            application, end_device % _SLOTS, step,
        )  # fmt: skip
