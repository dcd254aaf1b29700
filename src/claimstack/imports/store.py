"""SQL of import jobs and of what became of their rows.

What the runner of a job writes is bound to its name in `runner`: who was replaced or canceled writes nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from claimstack.identity import Caller
from claimstack.imports.report import Told, packed, unpacked
from claimstack.storage import Reader, Row, Transaction

_JOB: Final = (
    "j.id, j.application, a.uid AS application_uid, j.format_id, j.request, j.caller_kind, j.caller_entity,"
    " j.caller_uid, j.caller_ceiling, j.credential, j.credential_id, j.state, j.reason, j.runner, j.beat_at,"
    " j.file_hash, j.file_bytes, j.file_bytes_read, j.rows_read, j.rows_created, j.rows_known, j.rows_failed,"
    " j.codes_downloaded_at, j.created_at, j.updated_at"
)
_FROM: Final = "FROM import_job j JOIN application a ON a.id = j.application"
Numbered = tuple[int, Told]
"""A row's number in the file, from 0, and what became of it."""

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


async def report(tx: Transaction, number: int, first_row: int, rows: Sequence[Told]) -> None:
    """What became of a batch of rows."""
    failed = sum(row.outcome == "failed" for row in rows)
    await tx.execute(
        "INSERT INTO import_report (job, first_row, row_count, failed_count, body) VALUES ($1, $2, $3, $4, $5)",
        number, first_row, len(rows), failed, packed(rows),
    )  # fmt: skip


async def rows(reader: Reader, number: int, limit: int, offset: int) -> Sequence[Numbered]:
    """A page of rows in the order of the file."""
    reports = await reader.fetch(
        "SELECT first_row, body FROM import_report WHERE job = $1 AND first_row < $2 AND first_row + row_count > $3"
        " ORDER BY first_row",
        number, offset + limit, offset,
    )  # fmt: skip
    return [row for row in _numbered(reports) if offset <= row[0] < offset + limit]


async def failed_rows(reader: Reader, number: int, limit: int, offset: int) -> Sequence[Numbered]:
    """A page of the rows that failed."""
    reports = await reader.fetch(
        "SELECT first_row, body, before FROM (SELECT first_row, body, failed_count,"
        " CAST(sum(failed_count) OVER (ORDER BY first_row) AS BIGINT) - failed_count AS before"
        " FROM import_report WHERE job = $1 AND failed_count > 0) AS r"
        " WHERE before < $2 AND before + failed_count > $3 ORDER BY first_row",
        number, offset + limit, offset,
    )  # fmt: skip
    failed = [row for row in _numbered(reports) if row[1].outcome == "failed"]
    start = offset - int(reports[0]["before"]) if reports else 0
    return failed[start : start + limit]


async def report_after(reader: Reader, number: int, after: int, least_failed: int = 0) -> Sequence[Numbered]:
    """The rows of the first batch behind that row of which so many failed; none when there is no more."""
    return _numbered(await reader.fetch(
        "SELECT first_row, body FROM import_report WHERE job = $1 AND first_row > $2 AND failed_count >= $3"
        " ORDER BY first_row LIMIT 1",
        number, after, least_failed,
    ))  # fmt: skip


def _numbered(reports: Sequence[Row]) -> list[Numbered]:
    return [row for report in reports for row in enumerate(unpacked(bytes(report["body"])), report["first_row"])]


# ------------------------------------------------------------------ codes


async def take_codes(tx: Transaction, application: int, number: int, now: int) -> bool:
    """Note that the codes are handed out; False when they were, or the job still runs."""
    return bool(await tx.execute(
        "UPDATE import_job SET codes_downloaded_at = $3 WHERE application = $1 AND id = $2"
        " AND codes_downloaded_at IS NULL AND state NOT IN ('waiting', 'running')",
        application, number, now,
    ))  # fmt: skip


async def codes(reader: Reader, number: int, rows: Sequence[Numbered]) -> Sequence[Row]:
    """The codes of the devices that this job registered with these rows and that never changed hands since."""
    end_devices = [told.end_device for _, told in rows if told.with_code]
    if not end_devices:
        return []
    places = ", ".join(f"${at}" for at in range(2, len(end_devices) + 2))
    return await reader.fetch(
        "SELECT d.id AS end_device, d.uid, d.join_eui, d.dev_eui, c.code_sealed, c.code_kek FROM import_job j"
        " JOIN end_device d ON d.application = j.application AND d.epoch = 1 JOIN claim_code c ON c.end_device = d.id"
        f" WHERE j.id = $1 AND d.id IN ({places}) ORDER BY d.id",
        number, *end_devices,
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
