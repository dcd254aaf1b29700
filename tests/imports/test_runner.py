"""A runner whose database fails for a moment: no row is lost, and none is counted twice."""

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from claimstack.edge.imports.assembly import READER
from claimstack.imports import Means, Runner, Spool, store
from claimstack.imports.batch import import_rows
from claimstack.storage import Busy, Database
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from tests.imports.jobs import line, table
from tests.support.people import NOW, a_user, an_application

REQUEST = v1.CreateImportRequest(
    application_ids={"application_id": "maker-app"},
    format_id="the-things-stack-csv",
)


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


@pytest.mark.parametrize("failure", [Busy, CommitUnknown])
async def test_a_batch_that_failed_is_written_once(
    db: Database, vault: Vault, tmp_path: Path, failure: type[Exception]
) -> None:
    maker = await a_user(db, "maker")
    application = await an_application(db, "maker-app", maker)
    number = await db.transaction(store.add, application, REQUEST.format_id, REQUEST.SerializeToString(), maker, NOW)
    spool = Spool(tmp_path, vault)
    writer = spool.writer(str(number), os.urandom(32))
    writer.write(table([line(1), line(2)]))
    digest = writer.finish()
    writer.keep()
    await db.transaction(store.start, number, "runner", maker, digest, writer.size, 0, NOW)
    failing: Any = FailingOnce(db, failure)
    runner = Runner(failing, vault, spool, Means(READER, lambda: NOW, os.urandom))
    runner.begin(number, "runner")
    await runner.wait(number)
    row = await store.job_by_number(db, number)
    assert row is not None
    assert (row["state"], row["rows_created"], row["rows_read"]) == ("done", 2, 2)
