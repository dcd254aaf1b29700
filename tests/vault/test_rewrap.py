"""Rotation seals everything again, once, and leaves alone what was written meanwhile."""

import os
from collections.abc import Sequence
from typing import Any

import pytest

from claimstack.storage import Database, Row
from claimstack.storage.database import Transaction
from claimstack.vault import KekError, KekFile, Sealed, Secret, Vault
from claimstack.vault.rewrap import SEALED, STEP, _rewrap_step, count_by_version, rewrap, unopenable

ROWS = STEP + 3


async def seed(tx: Transaction, vault: Vault) -> None:
    """Applications with keys of their own, a device with a root key, a key hash whose place is its principal."""
    for n in range(ROWS):
        sealed = vault.seal(Secret(b"%d" % n), "activation_settings", str(n + 1))
        await tx.execute(
            "INSERT INTO application (uid, body, created_at, updated_at) VALUES ($1, $2, 1, 1)", f"app-{n}", b""
        )
        await tx.execute(
            "INSERT INTO activation_settings (application, body, kek_sealed, kek_kek, updated_at)"
            " VALUES ($1, $2, $3, $4, 1)",
            n + 1, b"", sealed.blob, sealed.kek,
        )  # fmt: skip
    await tx.execute(
        "INSERT INTO end_device (application, uid, join_eui, dev_eui, is_body, maker_application,"
        " created_at, updated_at)"
        " VALUES (1, 'dev', $1, $2, $3, 1, 1, 1)",
        b"\x01" * 8, b"\x02" * 8, b"",
    )  # fmt: skip
    sealed = vault.seal(Secret(b"k" * 16), "root_key", b"\x01" * 8, b"\x02" * 8, "app_key")
    await tx.execute(
        "INSERT INTO root_key (end_device, field, key_sealed, key_kek) VALUES (1, 'app_key', $1, $2)",
        sealed.blob, sealed.kek,
    )  # fmt: skip
    for key in (b"a", b"b"):
        sealed = vault.seal(Secret(b"answer"), "idempotency_key", "user:1")
        await tx.execute(
            "INSERT INTO idempotency_key (principal, key_hash, method, body_hash, answer_sealed, answer_kek,"
            " created_at)"
            " VALUES ('user:1', $1, 'm', $2, $3, $4, 1)",
            key, b"", sealed.blob, sealed.kek,
        )  # fmt: skip


async def wrong(db: Database, vault: Vault) -> list[str]:
    return [f"{one.column.table} {one.key}: {one.why}" async for one in unopenable(db, vault)]


async def test_rewrap_moves_every_column_to_the_newest_kek_and_all_opens(db: Database, vault: Vault) -> None:
    await db.transaction(seed, vault)
    vault.use(vault.keks.with_new_version(os.urandom(32)))
    steps: list[int] = []
    assert await rewrap(db, vault, steps.append) == ROWS + 4  # pepper, root key, two answers
    assert sum(steps) == ROWS + 4
    assert await count_by_version(db) == {2: ROWS + 4}
    vault.use(vault.keks.without_versions_before(2))
    assert await wrong(db, vault) == []


class Overtaken:
    """A transaction that another node overtakes between its look and its write, as PostgreSQL allows."""

    def __init__(self, tx: Transaction, blob: bytes) -> None:
        self._tx, self._blob, self.engine = tx, blob, tx.engine

    async def fetch(self, sql: str, *args: Any) -> Sequence[Row]:
        rows = await self._tx.fetch(sql, *args)
        await self._tx.execute("UPDATE activation_settings SET kek_sealed = $1 WHERE application = 1", self._blob)
        return rows

    async def execute(self, sql: str, *args: Any) -> int:
        return await self._tx.execute(sql, *args)


async def test_rewrap_leaves_alone_what_is_written_meanwhile_under_the_old_kek(db: Database, vault: Vault) -> None:
    await db.transaction(seed, vault)
    newer = vault.seal(Secret(b"newer"), "activation_settings", "1")
    vault.use(vault.keks.with_new_version(os.urandom(32)))

    async def overtaken_step(tx: Transaction) -> None:
        column = next(one for one in SEALED if one.table == "activation_settings")
        await _rewrap_step(Overtaken(tx, newer.blob), column, vault, ())  # type: ignore[arg-type]

    await db.transaction(overtaken_step)
    await rewrap(db, vault)
    row = await db.fetchrow("SELECT kek_sealed, kek_kek FROM activation_settings WHERE application = 1")
    assert row is not None
    assert vault.open(Sealed(bytes(row["kek_sealed"]), row["kek_kek"]), "activation_settings", "1").reveal() == b"newer"


async def test_unopenable_names_table_key_and_reason(db: Database, vault: Vault) -> None:
    await db.transaction(seed, vault)

    async def spoil(tx: Transaction) -> None:
        await tx.execute("UPDATE root_key SET key_sealed = $1", b"x" * 44)
        await tx.execute("UPDATE idempotency_key SET answer_kek = 9 WHERE key_hash = $1", b"b")

    await db.transaction(spoil)
    found = await wrong(db, vault)
    assert len(found) == 2
    assert found[0].startswith("root_key 1 app_key: a sealed value does not open")
    assert found[1].startswith("idempotency_key user:1 62: KEK version 9 is not in ")


@pytest.fixture
def other(vault: Vault) -> Vault:
    """A second process with the same KEK file."""
    return Vault(KekFile.load(vault.keks.path), {})


def test_a_vault_picks_up_a_new_kek_when_it_meets_its_version(vault: Vault, other: Vault) -> None:
    vault.use(vault.keks.with_new_version(os.urandom(32)))
    assert other.open(vault.seal(Secret(b"s"), "p"), "p").reveal() == b"s"
    assert other.seal(Secret(b"s"), "p").kek == 2


def test_a_vault_picks_up_a_new_kek_when_it_looks(vault: Vault, other: Vault) -> None:
    assert not other.refresh_if_changed()
    vault.keks.with_new_version(os.urandom(32))
    assert other.refresh_if_changed()
    assert other.seal(Secret(b"s"), "p").kek == 2
    assert not other.refresh_if_changed()


def test_a_vault_keeps_its_keys_when_the_file_breaks(vault: Vault) -> None:
    sealed = vault.seal(Secret(b"s"), "p")
    vault.keks.path.write_text("1:nonsense\n")
    with pytest.raises(KekError, match="line 1"):
        vault.refresh_if_changed()
    assert not vault.refresh_if_changed()
    assert vault.open(sealed, "p").reveal() == b"s"
