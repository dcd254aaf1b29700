"""SQL of import jobs and of what became of their rows.

What the runner of a job writes is bound to its name in `runner`: who was replaced or canceled writes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.identity import Caller
from claimstack.storage import Reader, Row, Transaction
from claimstack.storage.bulk import Columns, insert_many

_JOB: Final = (
    "j.id, j.application, a.uid AS application_uid, j.format_id, j.request, j.caller_kind, j.caller_entity,"
    " j.caller_uid, j.caller_ceiling, j.credential, j.credential_id, j.state, j.reason, j.runner, j.beat_at,"
    " j.file_hash, j.file_bytes, j.file_bytes_read, j.rows_read, j.rows_created, j.rows_known, j.rows_failed,"
    " j.codes_downloaded_at, j.created_at, j.updated_at"
)
_FROM: Final = "FROM import_job j JOIN application a ON a.id = j.application"
_ROW: Final = "number, line, line_column, outcome, device_uid, join_eui, dev_eui, error, reason, warnings"
_REPORT: Final[Columns] = {
    "job": "bigint", "number": "bigint", "line": "bigint", "line_column": "bigint", "outcome": "text",
    "end_device": "bigint", "with_code": "boolean", "device_uid": "text", "join_eui": "bytea", "dev_eui": "bytea",
    "error": "text", "reason": "text", "warnings": "text",
}  # fmt: skip


class Report(NamedTuple):
    """What became of a row, as the table keeps it. `end_device` is absent for a row that failed."""

    job: int
    number: int
    line: int
    column: int
    outcome: str
    end_device: int | None
    with_code: bool
    device_uid: str
    join_eui: bytes | None
    dev_eui: bytes | None
    error: str
    reason: str
    warnings: str

    def failed(self, error: str, reason: str) -> Report:
        """The same row, without a device."""
        return self._replace(
            outcome="failed", end_device=None, with_code=False, error=error, reason=reason, warnings=""
        )


# ------------------------------------------------------------------ jobs


async def add(tx: Transaction, application: int, format_id: str, request: bytes, caller: Caller, now: int) -> int:
    """A job that waits for its file; its number."""
    return int(await tx.fetchval(
        "INSERT INTO import_job (application, format_id, request, caller_kind, caller_entity, caller_uid,"
        " caller_ceiling, credential, credential_id, state, beat_at, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10, $10, $10) RETURNING id",
        application, format_id, request, caller.kind, caller.entity, caller.uid, int(caller.ceiling),
        caller.credential, caller.credential_id, now,
    ))  # fmt: skip


async def job(reader: Reader, application: int, number: int) -> Row | None:
    return await reader.fetchrow(f"SELECT {_JOB} {_FROM} WHERE j.application = $1 AND j.id = $2", application, number)


async def job_by_number(reader: Reader, number: int) -> Row | None:
    return await reader.fetchrow(f"SELECT {_JOB} {_FROM} WHERE j.id = $1", number)


async def jobs(reader: Reader, application: int, limit: int, offset: int) -> tuple[Sequence[Row], int]:
    """A page of jobs, newest first, and how many there are."""
    sql = f"SELECT {_JOB} {_FROM} WHERE j.application = $1 ORDER BY j.id DESC LIMIT {limit} OFFSET {offset}"
    count = await reader.fetchval("SELECT count(*) FROM import_job WHERE application = $1", application)
    return await reader.fetch(sql, application), int(count)


async def unfinished(reader: Reader, application: int) -> tuple[int, int]:
    """How many jobs of an application wait or run, and how many bytes their files have together."""
    row = await reader.fetchrow(
        "SELECT count(*) AS jobs, CAST(coalesce(sum(file_bytes), 0) AS BIGINT) AS file_bytes FROM import_job"
        " WHERE application = $1 AND state IN ('waiting', 'running')",
        application,
    )
    return (int(row["jobs"]), int(row["file_bytes"])) if row else (0, 0)


async def start(
    tx: Transaction, number: int, runner: str, caller: Caller, file_hash: bytes, file_bytes: int, stale: int, now: int
) -> bool:
    """The file is here: its runner begins, or goes on after another whose last beat was before `stale`.

    From now on the job acts for who sent the file. Another file than the one that was begun with is not taken.
    """
    return bool(await tx.execute(
        "UPDATE import_job SET state = 'running', runner = $2, file_hash = $3, file_bytes = $4, beat_at = $5,"
        " updated_at = $5, caller_kind = $7, caller_entity = $8, caller_uid = $9, caller_ceiling = $10,"
        " credential = $11, credential_id = $12 WHERE id = $1 AND (file_hash IS NULL OR file_hash = $3)"
        " AND (state = 'waiting' OR (state = 'running' AND (runner = '' OR beat_at < $6)))",
        number, runner, file_hash, file_bytes, now, stale, caller.kind, caller.entity, caller.uid,
        int(caller.ceiling), caller.credential, caller.credential_id,
    ))  # fmt: skip


async def beat(tx: Transaction, number: int, runner: str, now: int) -> bool:
    """The runner lives; False when the job is no longer its own."""
    return bool(await tx.execute(
        "UPDATE import_job SET beat_at = $3 WHERE id = $1 AND runner = $2 AND state = 'running'", number, runner, now
    ))  # fmt: skip


async def take_over(tx: Transaction, number: int, runner: str, stale: int, now: int) -> bool:
    """Go on with a job whose runner is gone."""
    return bool(await tx.execute(
        "UPDATE import_job SET runner = $2, beat_at = $3 WHERE id = $1 AND state = 'running'"
        " AND (runner = '' OR beat_at < $4)",
        number, runner, now, stale,
    ))  # fmt: skip


async def release(tx: Transaction, number: int, runner: str) -> None:
    """The runner stops, the job does not: whoever has the file may go on at once."""
    await tx.execute("UPDATE import_job SET runner = '' WHERE id = $1 AND runner = $2", number, runner)


async def hold(tx: Transaction, number: int, runner: str, rows_read: int, now: int) -> bool:
    """Lock the job for a batch; False when it is no longer the runner's, or was counted further meanwhile."""
    return bool(await tx.execute(
        "UPDATE import_job SET beat_at = $4 WHERE id = $1 AND runner = $2 AND state = 'running' AND rows_read = $3",
        number, runner, rows_read, now,
    ))  # fmt: skip


async def count(tx: Transaction, number: int, tally: dict[str, int], file_bytes_read: int, now: int) -> None:
    """Count a batch of rows, by outcome."""
    created, known, failed = (tally.get(outcome, 0) for outcome in ("created", "known", "failed"))
    await tx.execute(
        "UPDATE import_job SET rows_read = rows_read + $2, rows_created = rows_created + $3,"
        " rows_known = rows_known + $4, rows_failed = rows_failed + $5, file_bytes_read = $6, updated_at = $7"
        " WHERE id = $1",
        number, created + known + failed, created, known, failed, file_bytes_read, now,
    )  # fmt: skip


async def end(tx: Transaction, number: int, runner: str, state: str, reason: str, now: int) -> bool:
    """The job is over; False when it is no longer the runner's."""
    return bool(await tx.execute(
        "UPDATE import_job SET state = $3, reason = $4, updated_at = $5,"
        " file_bytes_read = CASE WHEN $3 = 'done' THEN file_bytes ELSE file_bytes_read END"
        " WHERE id = $1 AND runner = $2 AND state = 'running'",
        number, runner, state, reason, now,
    ))  # fmt: skip


async def cancel(tx: Transaction, application: int, number: int, now: int) -> bool:
    """Stop a job that is not over; False when it is."""
    return bool(await tx.execute(
        "UPDATE import_job SET state = 'canceled', updated_at = $3 WHERE application = $1 AND id = $2"
        " AND state IN ('waiting', 'running')",
        application, number, now,
    ))  # fmt: skip


# ------------------------------------------------------------------ rows


async def add_rows(tx: Transaction, rows: Sequence[Report]) -> None:
    """What became of a batch of rows."""
    await insert_many(tx, "import_row", _REPORT, rows)


async def rows(reader: Reader, number: int, only_failed: bool, limit: int, offset: int) -> Sequence[Row]:
    """A page of rows in the order of the file. All rows are numbered without gaps; failed ones are counted off."""
    if not only_failed:
        return await reader.fetch(
            f"SELECT {_ROW} FROM import_row WHERE job = $1 AND number >= $2 ORDER BY number LIMIT {limit}",
            number, offset,
        )  # fmt: skip
    return await reader.fetch(
        f"SELECT {_ROW} FROM import_row WHERE job = $1 AND outcome = 'failed' ORDER BY number"
        f" LIMIT {limit} OFFSET {offset}",
        number,
    )


async def failed_after(reader: Reader, number: int, after: int, limit: int) -> Sequence[Row]:
    """The next failed rows behind that number."""
    return await reader.fetch(
        f"SELECT {_ROW} FROM import_row WHERE job = $1 AND outcome = 'failed' AND number > $2"
        f" ORDER BY number LIMIT {limit}",
        number, after,
    )  # fmt: skip


# ------------------------------------------------------------------ codes


async def take_codes(tx: Transaction, application: int, number: int, now: int) -> bool:
    """Note that the codes are handed out; False when they were, or the job still runs."""
    return bool(await tx.execute(
        "UPDATE import_job SET codes_downloaded_at = $3 WHERE application = $1 AND id = $2"
        " AND codes_downloaded_at IS NULL AND state NOT IN ('waiting', 'running')",
        application, number, now,
    ))  # fmt: skip


async def codes_after(reader: Reader, number: int, after: int, limit: int) -> Sequence[Row]:
    """The next codes of devices that this job registered and that never changed hands since."""
    return await reader.fetch(
        "SELECT r.number, d.id AS end_device, d.uid, d.join_eui, d.dev_eui, c.code_sealed, c.code_kek FROM import_row r"
        " JOIN import_job j ON j.id = r.job"
        " JOIN end_device d ON d.id = r.end_device AND d.application = j.application AND d.epoch = 1"
        " JOIN claim_code c ON c.end_device = d.id"
        f" WHERE r.job = $1 AND r.number > $2 AND r.with_code ORDER BY r.number LIMIT {limit}",
        number, after,
    )  # fmt: skip


# ------------------------------------------------------------------ who began it


async def key_rights(reader: Reader, key_id: str, now: int) -> int | None:
    """The rights that an API key holds now; None when it was deleted or has expired."""
    value = await reader.fetchval(
        "SELECT rights FROM api_key WHERE key_id = $1 AND (expires_at IS NULL OR expires_at > $2)", key_id, now
    )
    return None if value is None else int(value)


async def user_state(reader: Reader, account: int) -> int:
    """The state of a user's account."""
    return int(await reader.fetchval("SELECT state FROM user_account WHERE account = $1", account) or 0)
