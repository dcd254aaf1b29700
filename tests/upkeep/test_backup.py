"""A backup comes back whole, on either engine, or not at all."""

import gzip
from pathlib import Path

import pytest

from claimstack.storage import Database, migrate, open_database
from claimstack.storage.database import Transaction
from claimstack.upkeep.backup import _BOOLEANS, BackupError, back_up, restore, verify
from claimstack.upkeep.tables import TABLES


def quiet(table: str, rows: int) -> None:
    pass


async def seed(tx: Transaction) -> None:
    for n in range(1, 2501):
        await tx.execute("INSERT INTO counter (name, value) VALUES ($1, $2)", f"c{n}", n)
    await tx.execute(
        "INSERT INTO application (uid, body, created_at, updated_at) VALUES ('app', $1, 1, 1)", b"\x00\xff"
    )


async def columns(db: Database) -> set[str]:
    if db.engine == "sqlite":
        rows = await db.fetch("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    else:
        rows = await db.fetch("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'")
    return {row["name"] for row in rows} - {"schema_migration"}


async def test_every_table_is_in_a_backup(db: Database) -> None:
    assert {table.name for table in TABLES} == await columns(db)


async def test_a_backup_restores_into_a_new_database_of_the_other_engine_too(
    db: Database, tmp_path: Path, now: int
) -> None:
    await db.transaction(seed)
    file = tmp_path / "backup.gz"
    assert await back_up(db, file, quiet) == 2501
    assert file.stat().st_mode & 0o777 == 0o600
    fresh = await open_database(f"sqlite://{tmp_path / 'restored.db'}")
    await migrate(fresh, now)
    assert await restore(fresh, file, quiet) == 2501
    assert await fresh.fetchval("SELECT sum(value) FROM counter") == 2500 * 2501 // 2
    assert bytes(await fresh.fetchval("SELECT body FROM application")) == b"\x00\xff"
    await fresh.close()


async def test_surrogates_go_on_after_a_restore(db: Database, tmp_path: Path, now: int) -> None:
    other = await open_database(f"sqlite://{tmp_path / 'source.db'}")
    await migrate(other, now)
    await other.transaction(seed)
    await back_up(other, tmp_path / "b.gz", quiet)
    await other.close()
    await restore(db, tmp_path / "b.gz", quiet)

    async def another(tx: Transaction) -> int:
        sql = "INSERT INTO application (uid, body, created_at, updated_at) VALUES ('two', $1, 1, 1) RETURNING id"
        return int(await tx.fetchval(sql, b""))

    assert await db.transaction(another) == 2


async def test_a_database_with_something_in_it_is_left_alone(db: Database, tmp_path: Path) -> None:
    await db.transaction(seed)
    await back_up(db, tmp_path / "b.gz", quiet)
    with pytest.raises(BackupError, match="not empty"):
        await restore(db, tmp_path / "b.gz", quiet)


async def test_a_cut_off_or_changed_file_is_noticed_before_anything_is_written(db: Database, tmp_path: Path) -> None:
    await db.transaction(seed)
    whole = tmp_path / "b.gz"
    await back_up(db, whole, quiet)
    assert verify(whole)["format"] == "claimstack backup 1"
    (tmp_path / "cut.gz").write_bytes(whole.read_bytes()[:-30])
    lines = gzip.decompress(whole.read_bytes()).replace(b'"c7"', b'"c8"')
    (tmp_path / "changed.gz").write_bytes(gzip.compress(lines))
    (tmp_path / "other.gz").write_bytes(gzip.compress(b"{}\n"))
    for name in ("cut.gz", "changed.gz", "other.gz"):
        with pytest.raises(BackupError, match=name):
            verify(tmp_path / name)


async def test_every_boolean_column_is_known_to_a_restore(db: Database) -> None:
    if db.engine == "sqlite":
        tables = await db.fetch("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        found = {row["name"] for row in tables if " BOOLEAN" in row["sql"]}
        assert found == set(_BOOLEANS)
        return
    rows = await db.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'boolean'"
    )
    assert {(row[0], row[1]) for row in rows} == {(t, c) for t, columns in _BOOLEANS.items() for c in columns}
