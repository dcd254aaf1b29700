"""Is everything as it must be? One owner per device, ledger and rows agree, chains whole, no orphan, every key opens.

May run while servers run. Findings come one by one; nothing is held in memory but a page of rows.
"""

from collections.abc import AsyncIterator

from claimstack.storage import Database, Reader, Transaction
from claimstack.upkeep.chains import AUDIT, LEDGER, Progress, broken
from claimstack.upkeep.finding import Finding
from claimstack.upkeep.rows import CHECKS, damage, findings
from claimstack.vault import Vault
from claimstack.vault.rewrap import count_by_version, unopenable

UNOPENED = "Put the KEK file back that this value was sealed under, or restore a backup and its KEK"


async def size(db: Reader) -> int:
    """How many steps a check takes, for a progress bar."""
    rows = sum([int(await db.fetchval(f"SELECT count(*) FROM {one.table}")) for one in (LEDGER, AUDIT)])  # noqa: S608 - fixed names
    return len(CHECKS) + rows + sum((await count_by_version(db)).values())


async def fsck(db: Database, vault: Vault, progress: Progress) -> AsyncIterator[Finding]:
    """Everything that is wrong. `progress` hears of steps done (see `size`)."""
    async for finding in damage(db):
        yield finding
    for check in CHECKS:
        async for finding in findings(db, check):
            yield finding
        progress(1)
    for table in (LEDGER, AUDIT):
        async for finding in broken(db, table, progress):
            yield finding
    async for value in unopenable(db, vault, progress):
        yield Finding(value.column.table, value.key, value.why, UNOPENED)


async def recount(tx: Transaction) -> None:
    """Count every application's devices anew."""
    if tx.engine == "postgresql":  # whoever changes a count meanwhile waits, and adds to what is counted here
        await tx.execute("LOCK TABLE application_device_count IN EXCLUSIVE MODE")
    await tx.execute("DELETE FROM application_device_count")
    await tx.execute(
        "INSERT INTO application_device_count (application, slot, devices)"
        " SELECT application, 0, count(*) FROM end_device GROUP BY application"
    )
