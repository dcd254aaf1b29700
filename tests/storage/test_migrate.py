"""The schema comes up by itself, once, and a newer one is left alone."""

import asyncio
import itertools
from pathlib import Path

import pytest

from claimstack.storage import Database, StorageError, migrate, open_database, pending, schema_version
from claimstack.storage.database import Transaction
from claimstack.storage.migrate import migrations, statements


async def test_an_up_to_date_database_has_nothing_pending(db: Database, now: int) -> None:
    assert await pending(db) == []
    assert await migrate(db, now) == []
    assert await schema_version(db) == migrations()[-1].version


async def test_two_nodes_that_start_at_once_migrate_once(tmp_path: Path, now: int) -> None:
    url = f"sqlite://{tmp_path / 'new.db'}"
    first, second = await open_database(url), await open_database(url)
    ran = await asyncio.gather(migrate(first, now), migrate(second, now))
    assert sorted(itertools.chain(*ran)) == [one.name for one in migrations()]
    await first.close()
    await second.close()


async def test_a_newer_schema_is_refused(db: Database) -> None:
    async def from_the_future(tx: Transaction) -> None:
        await tx.execute("INSERT INTO schema_migration VALUES (9999, 'future', '', 0)")

    await db.transaction(from_the_future)
    with pytest.raises(StorageError, match="newer"):
        await pending(db)


def test_a_file_is_split_into_whole_statements() -> None:
    assert list(statements("-- words; more\nCREATE TABLE a (b);\n\nINSERT INTO a VALUES (';');\n")) == [
        "-- words; more\nCREATE TABLE a (b);",
        "INSERT INTO a VALUES (';');",
    ]
