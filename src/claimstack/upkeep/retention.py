"""What nobody needs any more goes away in small steps, every minute, on every node (nothing breaks when several do it).

The ledger is kept for good. Audit chains stay checkable: each remembers the hash that its first remaining row follows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

from claimstack.audit import trim
from claimstack.settings import Settings
from claimstack.storage import Database, Transaction

STEP = 500
MOST_SECONDS = 30.0
REST_SECONDS = 0.005
HOUR = 3600 * 1_000_000
DAY = 24 * HOUR
T = TypeVar("T")


class Sweep(NamedTuple):
    """Rows of a table that go when `condition` holds for the moment `before`; `key` is the primary key."""

    table: str
    key: str
    condition: str
    before: int

    @property
    def sql(self) -> str:
        """Delete one step. The condition stands twice: a row renewed meanwhile stays, on PostgreSQL too."""
        return (
            f"DELETE FROM {self.table} WHERE ({self.key}) IN"  # noqa: S608 - names from the list below
            f" (SELECT {self.key} FROM {self.table} WHERE {self.condition} LIMIT {STEP}) AND {self.condition}"
        )


def sweeps(settings: Settings, now: int) -> list[Sweep]:
    """What goes at that moment (microseconds)."""
    answers, yesterday = now - settings.retain_idempotency_hours * HOUR, now - DAY
    return [
        # Longer than the longest window of any cap: nobody gets an attempt back.
        Sweep("claim_attempt", "subject", "window_started_at < $1", now - 2 * DAY),
        Sweep("idempotency_key", "principal, key_hash", "created_at < $1", answers),
        # Codes and tokens outlive their use by a while: one that is used twice is noticed, and its family revoked.
        Sweep("oauth_code", "code_id", "expires_at < $1", yesterday),
        Sweep("oauth_token", "id", "created_at < $1", now - 90 * DAY),
        Sweep("user_session", "id", "expires_at <= $1", now),
        # Reports of an import go before the job they belong to, so that no step is long.
        Sweep(
            "import_report",
            "job, first_row",
            "job IN (SELECT id FROM import_job WHERE updated_at < $1)",
            now - 90 * DAY,
        ),
        Sweep(
            "import_job",
            "id",
            "updated_at < $1 AND NOT EXISTS (SELECT 1 FROM import_report r WHERE r.job = import_job.id)",
            now - 90 * DAY,
        ),
        Sweep("login_token", "token_id", "expires_at < $1", yesterday),
    ]


async def tidy(db: Database, settings: Settings, now: int) -> dict[str, int]:
    """Take away what is due at that moment (microseconds); how many rows went, by table.

    Ends after half a minute at the latest; what is left then goes the next time.
    """
    until = asyncio.get_running_loop().time() + MOST_SECONDS
    gone = {"event": await _steps(db, until, _events, now - settings.retain_event_days * DAY)}
    gone["audit_record"] = await _steps(db, until, trim, now - settings.retain_audit_days * DAY)
    for sweep in sweeps(settings, now):
        gone[sweep.table] = await _steps(db, until, _sweep, sweep)
    return gone


async def _steps(db: Database, until: float, step: Callable[[Transaction, T], Awaitable[int]], what: T) -> int:
    total = 0
    while (gone := await db.transaction(step, what)) and asyncio.get_running_loop().time() < until:
        total += gone
        await asyncio.sleep(REST_SECONDS)  # requests come first
    return total + gone


async def _sweep(tx: Transaction, sweep: Sweep) -> int:
    return await tx.execute(sweep.sql, sweep.before)


async def _events(tx: Transaction, before: int) -> int:
    """The oldest ids are looked at: no index by time is kept for this alone."""
    return await tx.execute(
        "DELETE FROM event WHERE id IN (SELECT id FROM"  # noqa: S608 - a number of ours
        f" (SELECT id, occurred_at FROM event ORDER BY id LIMIT {STEP}) AS oldest WHERE occurred_at < $1)",
        before,
    )
