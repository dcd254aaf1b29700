"""Opening what is there already, for commands that must never make a database or a KEK by accident."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple

from claimstack.settings import Settings
from claimstack.storage import Database, StorageError, open_database, pending
from claimstack.vault import KekFile, Vault, open_vault


class Opened(NamedTuple):
    """A database of today's schema and its vault."""

    db: Database
    vault: Vault


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite URL; None for PostgreSQL."""
    return Path(url.removeprefix("sqlite://")) if url.startswith("sqlite:") else None


@asynccontextmanager
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The database, if it is there and of today's schema; else `StorageError` in one line."""
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        raise StorageError(f"database {file}: there is none; --data-dir or --database-url name another")
    db = await open_database(settings.database)
    try:
        if left := await pending(db):
            raise StorageError(f"database {db.url}: {len(left)} migrations are pending: run `claimstack migrate` first")
        yield db
    finally:
        await db.close()


@asynccontextmanager
async def vault(settings: Settings) -> AsyncIterator[Opened]:
    """The database and its vault; `KekError` when the KEK is missing or not this database's."""
    async with database(settings) as db:
        yield Opened(db, await open_vault(db, KekFile.load(settings.kek), await db.now_micros()))
