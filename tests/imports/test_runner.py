"""A runner whose database fails for a moment: no row is lost, and none is counted twice."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from claimstack.edge.imports.assembly import READER
from claimstack.imports import Means, Runner, Spool, store
from claimstack.imports.batch import import_rows
from claimstack.imports.runner import MOST_TRIES
from claimstack.storage import Busy, Database
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from tests.imports.jobs import line, table
from tests.support.people import NOW, a_user, an_application

SLEEPER = (sys.executable, "-c", "import time; time.sleep(60)")
REQUEST = v1.CreateImportRequest(
    application_ids={"application_id": "maker-app"},
    format_id="the-things-stack-csv",
)


class Failing:
    """A database of which every batch fails in a way that no second try mends."""

    def __init__(self, db: Database, failure: Exception) -> None:
        self._db, self._failure = db, failure
        self.tries = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)

    async def transaction(self, verb: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        if verb is import_rows:
            self.tries += 1
            raise self._failure
        return await self._db.transaction(verb, *args)


class FailingOnce:
    """A database of which the first batch fails: before it is written, or when only the answer is still to come."""

    def __init__(self, db: Database, failure: type[Exception]) -> None:
        self._db, self._failure = db, failure
        self._is_over = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)

    async def transaction(self, verb: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        if verb is not import_rows or self._is_over:
            return await self._db.transaction(verb, *args)
        self._is_over = True
        if self._failure is CommitUnknown:
            await self._db.transaction(verb, *args)
        raise self._failure


async def a_job(db: Database, vault: Vault, folder: Path) -> tuple[int, Spool]:
    """A job of two rows whose file is here, as its runner finds it."""
    maker = await a_user(db, "maker")
    application = await an_application(db, "maker-app", maker)
    number = await db.transaction(store.add, application, REQUEST.format_id, REQUEST.SerializeToString(), maker, NOW)
    spool = Spool(folder / "imports", vault)
    writer = spool.writer(str(number), os.urandom(32))
    writer.write(table([line(1), line(2)]))
    digest = writer.finish()
    writer.keep()
    await db.transaction(store.start, number, "runner", maker, digest, writer.size, 0, NOW)
    return number, spool


@pytest.mark.parametrize("failure", [Busy, CommitUnknown])
async def test_a_batch_that_failed_is_written_once(
    db: Database, vault: Vault, tmp_path: Path, failure: type[Exception]
) -> None:
    number, spool = await a_job(db, vault, tmp_path)
    failing: Any = FailingOnce(db, failure)
    runner = Runner(failing, vault, spool, Means(READER, lambda: NOW, os.urandom))
    runner.begin(number, "runner")
    await runner.wait(number)
    row = await store.job_by_number(db, number)
    assert row is not None
    assert (row["state"], row["rows_created"], row["rows_read"]) == ("done", 2, 2)


async def test_a_job_that_stops_at_the_same_row_again_and_again_is_given_up(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    number, spool = await a_job(db, vault, tmp_path)
    failing: Any = Failing(db, ValueError("0102030405060708"))
    runner = Runner(failing, vault, spool, Means(READER, lambda: NOW, os.urandom))
    runner.begin(number, "runner")
    await runner.wait(number)
    for _ in range(MOST_TRIES + 2):
        await runner.take_over()
        await runner.wait(number)
    row = await store.job_by_number(db, number)
    assert row is not None
    assert (row["state"], row["reason"].partition(":")[0]) == ("failed", "import_stopped")
    assert "0102" not in row["reason"]
    assert failing.tries == MOST_TRIES
    assert spool.numbers() == []


async def test_a_job_that_is_stopped_with_its_server_is_not_given_up(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    number, spool = await a_job(db, vault, tmp_path)
    for _ in range(MOST_TRIES + 1):
        runner = Runner(db, vault, spool, Means(SLEEPER, lambda: NOW, os.urandom))
        runner.begin(number, "runner")
        await asyncio.sleep(0)
        await runner.close()
    row = await store.job_by_number(db, number)
    assert row is not None
    assert row["state"] == "running"
    assert spool.tried(number, 0) == 1


class Stumbling:
    """A database that fails when somebody first looks for what was left behind."""

    def __init__(self, db: Database, failure: Exception) -> None:
        self._db, self._failure = db, failure
        self.tries = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._db, name)

    async def fetchrow(self, sql: str, *args: Any) -> Any:
        self.tries += 1
        if self.tries == 1:
            raise self._failure
        return await self._db.fetchrow(sql, *args)


async def test_what_cannot_be_deleted_and_failures_do_not_end_the_watch(
    db: Database, vault: Vault, tmp_path: Path
) -> None:
    number, spool = await a_job(db, vault, tmp_path)
    await db.transaction(store.release, number, "runner")
    for name in ("0", "1.part"):
        (tmp_path / "imports" / name).mkdir()  # is no file: deleting it is an OSError, even for root
    stumbling: Any = Stumbling(db, OSError("the disk is away"))
    runner = Runner(stumbling, vault, spool, Means(READER, lambda: NOW, os.urandom), beat_seconds=0.01)
    watching = asyncio.create_task(runner.watch())
    async with asyncio.timeout(60):
        while (row := await store.job_by_number(db, number)) is None or row["state"] == "running":
            await asyncio.sleep(0.01)
    watching.cancel()
    await runner.close()
    assert row["state"] == "done"
    assert stumbling.tries > 1
