"""A batch: everything or nothing, bound to the runner, and to what who began the job may do today."""

import os
from collections.abc import Awaitable, Callable, Sequence

import pytest

from claimstack.edge.imports.reader import rows
from claimstack.end_devices.bulk import reserve
from claimstack.errors import ClaimstackError, NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import Caller, Right, Rights
from claimstack.import_rows import FoundRow, Order
from claimstack.imports import store
from claimstack.imports.batch import Lost, import_rows, prepare
from claimstack.imports.job import Job, job_of
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.imports.jobs import line, table
from tests.support.people import NOW, a_key, a_user, an_application

Change = Callable[..., Awaitable[object]]
REQUEST = v1.CreateImportRequest(
    application_ids={"application_id": "maker-app"},
    set_claim_authentication_code=True,
)


def found(lines: Sequence[str]) -> list[FoundRow]:
    return list(rows(Order("the-things-stack-csv", REQUEST.SerializeToString(), NOW), [table(lines)]))


async def a_job(db: Database, application: int, caller: Caller) -> Job:
    number = await db.transaction(store.add, application, "x", REQUEST.SerializeToString(), caller, NOW)
    assert await db.transaction(store.start, number, "runner", caller, b"hash", 1, 0, NOW)
    row = await store.job_by_number(db, number)
    assert row is not None
    return job_of(row, "runner")


async def written(db: Database, vault: Vault, job: Job, lines: Sequence[str]) -> list[tuple[str, str]]:
    """Import these lines; outcome and error of each row."""
    rows = found(lines)
    keys = await db.transaction(reserve, len(rows))
    await db.transaction(import_rows, job, prepare(vault, job, rows, keys, os.urandom, NOW), 7, NOW)
    return [(told.outcome, told.error) for _, told in await store.rows(db, job.number, 100, job.rows_read)]


async def run(db: Database, sql: str, *args: object) -> None:
    async def verb(tx: Transaction) -> None:
        await tx.execute(sql, *args)

    await db.transaction(verb)


async def nothing_was_written(db: Database, job: Job) -> bool:
    row = await store.job_by_number(db, job.number)
    devices = await db.fetchval("SELECT count(*) FROM end_device")
    return row is not None and row["rows_read"] == 0 and devices == 0


@pytest.fixture
async def maker(db: Database) -> Caller:
    return await a_user(db, "maker")


@pytest.fixture
async def application(db: Database, maker: Caller) -> int:
    return await an_application(db, "maker-app", maker)


async def test_it_works(db: Database, vault: Vault, maker: Caller, application: int) -> None:
    job = await a_job(db, application, maker)
    assert await written(db, vault, job, [line(1), line(2)]) == [("created", "")] * 2
    row = await store.job_by_number(db, job.number)
    assert row is not None
    assert (row["rows_read"], row["rows_created"], row["file_bytes_read"]) == (2, 2, 7)
    counted = "SELECT CAST(sum(devices) AS BIGINT) FROM application_device_count WHERE application = $1"
    assert await db.fetchval(counted, application) == 2


async def test_of_two_rows_with_one_id_or_one_pair_of_euis_the_first_goes_in(
    db: Database, vault: Vault, maker: Caller, application: int
) -> None:
    job = await a_job(db, application, maker)
    twice = [line(2), line(1, id="sensor-2"), line(3), line(3, id="sensor-0")]
    assert await written(db, vault, job, twice) == [
        ("created", ""), ("failed", "id_taken"), ("created", ""), ("failed", "end_device_euis_taken"),
    ]  # fmt: skip


async def test_rows_beside_one_that_is_known_go_in_whole(
    db: Database, vault: Vault, maker: Caller, application: int
) -> None:
    job = await a_job(db, application, maker)
    await written(db, vault, job, [line(2)])
    job = job._replace(rows_read=1)
    assert await written(db, vault, job, [line(1), line(2), line(3)]) == [
        ("created", ""),
        ("known", ""),
        ("created", ""),
    ]
    for name, each in (("end_device_part", 3), ("root_key", 1), ("claim_code", 1), ("event", 1)):
        assert await db.fetchval(f"SELECT count(*) FROM {name}") == 3 * each


KEY_ENDS = {
    "it was deleted": "DELETE FROM api_key WHERE key_id = $1",
    "it expired": f"UPDATE api_key SET expires_at = {NOW} WHERE key_id = $1",
}


@pytest.mark.parametrize("title", KEY_ENDS)
async def test_the_end_of_a_key_ends_the_job_when(db: Database, vault: Vault, application: int, title: str) -> None:
    token = await a_key(db, vault, "application", application, int(Rights.of(Right.APPLICATION_DEVICES_WRITE)))
    rights = Rights.of(Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_WRITE_KEYS)
    caller = Caller("application", application, "maker-app", False, "api_key", token.id, rights)
    job = await a_job(db, application, caller)
    await run(db, KEY_ENDS[title], token.id)
    with pytest.raises(Unauthenticated):
        await written(db, vault, job, [line(1)])
    assert await nothing_was_written(db, job)


async def test_a_key_that_lost_rights_writes_no_more_than_it_may(db: Database, vault: Vault, application: int) -> None:
    token = await a_key(db, vault, "application", application, int(Rights.of(Right.APPLICATION_DEVICES_WRITE)))
    rights = Rights.of(Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_WRITE_KEYS)
    caller = Caller("application", application, "maker-app", False, "api_key", token.id, rights)
    job = await a_job(db, application, caller)
    assert await written(db, vault, job, [line(1)]) == [("failed", "insufficient_application_rights")]


ENDS: dict[str, tuple[str, type[ClaimstackError]]] = {
    "the user was suspended": (f"UPDATE user_account SET state = {v3.STATE_SUSPENDED}", PermissionDenied),
    "the application was deleted": ("UPDATE application SET deleted_at = 1", NotFound),
    "the user is no collaborator any more": ("DELETE FROM membership", PermissionDenied),
}


@pytest.mark.parametrize("title", ENDS)
async def test_a_job_ends_when(db: Database, vault: Vault, maker: Caller, application: int, title: str) -> None:
    sql, error = ENDS[title]
    job = await a_job(db, application, maker)
    await run(db, sql)
    with pytest.raises(error):
        await written(db, vault, job, [line(1)])
    assert await nothing_was_written(db, job)


TAKEN = {
    "it was canceled": "UPDATE import_job SET state = 'canceled'",
    "another runs it": "UPDATE import_job SET runner = 'another'",
    "another has counted on": "UPDATE import_job SET rows_read = 5",
}


@pytest.mark.parametrize("title", TAKEN)
async def test_a_runner_writes_nothing_more_when(
    db: Database, vault: Vault, maker: Caller, application: int, title: str
) -> None:
    job = await a_job(db, application, maker)
    await run(db, TAKEN[title])
    with pytest.raises(Lost):
        await written(db, vault, job, [line(1)])
    assert await db.fetchval("SELECT count(*) FROM end_device") == 0


async def test_codes_of_devices_that_changed_hands_are_not_listed(
    db: Database, vault: Vault, maker: Caller, application: int
) -> None:
    job = await a_job(db, application, maker)
    await written(db, vault, job, [line(1), line(2)])
    await run(db, "UPDATE end_device SET epoch = 2 WHERE uid = 'sensor-1'")
    listed = await store.codes(db, job.number, await store.rows(db, job.number, 100, 0))
    assert [row["uid"] for row in listed] == ["sensor-2"]


async def test_a_purged_application_takes_its_jobs_along(
    db: Database, vault: Vault, maker: Caller, application: int
) -> None:
    job = await a_job(db, application, maker)
    await run(db, "DELETE FROM application WHERE id = $1", application)
    assert await store.job_by_number(db, job.number) is None
    with pytest.raises(Lost):
        await written(db, vault, job, [line(1)])


async def test_codes_of_devices_that_were_there_before_are_not_listed(
    db: Database, vault: Vault, maker: Caller, application: int
) -> None:
    await written(db, vault, await a_job(db, application, maker), [line(1)])
    again = await a_job(db, application, maker)
    assert await written(db, vault, again, [line(1), line(2)]) == [("known", ""), ("created", "")]
    listed = await store.codes(db, again.number, await store.rows(db, again.number, 100, 0))
    assert [row["uid"] for row in listed] == ["sensor-2"]
