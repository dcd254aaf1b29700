"""What every test can ask for: a database of each engine, its vault, and a moment that stands still."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import claimstack.edge  # noqa: F401 - before any test loads gRPC
from claimstack.clock import to_micros
from claimstack.storage import Database, migrate, open_database
from claimstack.vault import KekFile, Vault, open_vault
from tests.support.postgres import Cluster

if TYPE_CHECKING:  # importing the whole house takes a moment that most tests need not wait for
    from tests.support.house import House, People

NOW = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)


@pytest.fixture
def now() -> int:
    """2026-11-24T12:00:00Z in microseconds."""
    return to_micros(NOW)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One PostgreSQL for the whole run, with a migrated database `shared` that is emptied before each test."""
    made = Cluster("-c fsync=off -c max_connections=200")
    try:
        asyncio.run(_migrated(made.create("shared")))
        yield made
    finally:
        made.destroy()


async def _migrated(url: str) -> None:
    db = await open_database(url)
    await migrate(db, to_micros(NOW))
    await db.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh database: once of each engine."""
    if request.param == "sqlite":
        yield f"sqlite://{tmp_path / 'claimstack.db'}"
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    cluster.empty("shared")
    yield cluster.url("shared")


@pytest.fixture
async def db(database_url: str, now: int) -> AsyncIterator[Database]:
    """An open database with the schema of today."""
    opened = await open_database(database_url)
    await migrate(opened, now)
    yield opened
    await opened.close()


@pytest.fixture
async def vault(db: Database, tmp_path: Path, now: int) -> Vault:
    """The vault of that database, under a KEK of its own."""
    return await open_vault(db, KekFile.create(tmp_path / "kek", os.urandom(32)), now)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> "Iterator[House]":
    """A whole server on each engine, shared by a module's tests: they make users and applications of their own."""
    from tests.support.house import House, house_settings

    folder = tmp_path_factory.mktemp("house")
    url = "" if request.param == "sqlite" else request.getfixturevalue("cluster").create(folder.name)
    made = House(house_settings(folder, url))
    yield made
    made.close()


@pytest.fixture(scope="module")
def people(house: "House") -> "People":
    """A maker, an owner and a stranger with API keys, made over the API."""
    from tests.support.house import people_of

    return people_of(house)
