"""A node while it comes up: data directory, database, KEK, clock, in that order, each with a clear refusal."""

import os
import time
from pathlib import Path
from typing import NamedTuple

from claimstack.clock import Clock, from_micros, to_micros
from claimstack.settings import Settings
from claimstack.storage import Database, StorageError, migrate, open_database, pending
from claimstack.vault import KekError, KekFile, Vault, has_pepper, open_vault

KEK_BYTES = 32
MOST_SKEW_SECONDS = 1.0


class Node(NamedTuple):
    """What everything else is built on."""

    settings: Settings
    db: Database
    vault: Vault
    clock: Clock
    new_kek: bool


async def open_node(settings: Settings) -> Node:
    """Open (and the first time: make) what the settings name. `StorageError` and `KekError` are one line each."""
    _data_directory(settings)
    db = await open_database(settings.database)
    try:
        await pending(db)  # a newer schema is refused before anything is touched
        clock = Clock()
        await measure(db, clock)
        now = to_micros(clock.now())
        used = await _used(db)
        keks, new = _keks(settings.kek, used)
        vault = await open_vault(db, keks, now) if used else None  # a wrong KEK, too, before anything is touched
        await migrate(db, now)
        return Node(settings, db, vault or await open_vault(db, keks, now), clock, new)
    except BaseException:
        await db.close()
        raise


def _data_directory(settings: Settings) -> None:
    folder: Path = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StorageError(f"data directory {folder}: {error.strerror}") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StorageError(f"data directory {folder}: not writable")


def _keks(path: Path, used: bool) -> tuple[KekFile, bool]:
    if path.exists() or used:
        return KekFile.load(path), False
    try:
        return KekFile.create(path, os.urandom(KEK_BYTES)), True
    except OSError as error:
        raise KekError(f"KEK file {path}: {error.strerror}") from error


async def _used(db: Database) -> bool:
    """Whether the database holds something sealed: then a new KEK would only hide that the right one is missing."""
    from claimstack.storage import schema_version

    return bool(await schema_version(db)) and await has_pepper(db)


async def measure(db: Database, clock: Clock) -> float:
    """Set the clock by the database's; returns how far this node's own clock is off, in seconds."""
    asked = time.time()
    micros = await db.now_micros()
    clock.measured(from_micros(micros), asked, time.time())
    return clock.offset
