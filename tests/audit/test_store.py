"""The audit in the database: appended in chains, trimmed from the front, checked as a whole; both engines."""

import asyncio

import pytest

from claimstack.audit import AuditRecord, record, trim
from claimstack.storage import Database, Transaction
from claimstack.upkeep.chains import AUDIT, broken

PLAIN = AuditRecord(
    "chain", 1, "claim", "wrong_code", 7, "maker-app", 9, "sensor-1", b"J" * 8, b"D" * 8, "user:1:owner"
)


async def run(db: Database, sql: str) -> None:
    async def verb(tx: Transaction) -> None:
        await tx.execute(sql)

    await db.transaction(verb)


async def faults(db: Database) -> list[str]:
    """The chains that are not whole, each with the row."""
    return [finding.key async for finding in broken(db, AUDIT, lambda rows: None)]


async def fill(db: Database, count: int, chain: str = "chain") -> None:
    for moment in range(1, count + 1):
        await db.transaction(record, PLAIN._replace(chain=chain, recorded_at=moment))


async def test_rows_of_a_chain_follow_each_other(db: Database) -> None:
    await fill(db, 3)
    rows = await db.fetch("SELECT sequence, previous_hash, hash FROM audit_record ORDER BY id")
    assert [row["sequence"] for row in rows] == [1, 2, 3]
    assert [bytes(row["previous_hash"]) for row in rows] == [b"", bytes(rows[0]["hash"]), bytes(rows[1]["hash"])]
    assert await faults(db) == []


async def test_rows_that_come_at_once_stand_one_after_the_other(db: Database) -> None:
    await asyncio.gather(*(db.transaction(record, PLAIN) for _ in range(20)))
    assert await db.fetchval("SELECT max(sequence) FROM audit_record") == 20
    assert await faults(db) == []


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE audit_record SET outcome = 'no_code' WHERE sequence = 2",
        "UPDATE audit_record SET application = NULL WHERE sequence = 2",
        "DELETE FROM audit_record WHERE sequence = 1",
        "DELETE FROM audit_record WHERE sequence = 3",
    ],
)
async def test_a_silent_edit_is_found(db: Database, deed: str) -> None:
    await fill(db, 3)
    await fill(db, 3, "other")
    await run(db, f"{deed} AND chain = 'chain'")
    assert [fault.partition(" ")[0] for fault in await faults(db)] == ["chain"]


@pytest.mark.parametrize(("before", "left"), [(1, 3), (2, 2), (3, 1), (9, 0)])
async def test_what_is_left_after_trimming_can_still_be_checked(db: Database, before: int, left: int) -> None:
    await fill(db, 3)
    assert await db.transaction(trim, before) == 3 - left
    assert await db.fetchval("SELECT count(*) FROM audit_record") == left
    assert await faults(db) == []
    await db.transaction(record, PLAIN)
    assert await db.fetchval("SELECT max(sequence) FROM audit_record") == 4
    assert await faults(db) == []
