"""A small cluster with a device that changed hands once, and a way to spoil it behind the back of the constraints."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from claimstack.audit import AuditRecord, record
from claimstack.claiming.ledger import Hop, LastHop
from claimstack.storage import Database
from claimstack.storage.database import Transaction
from claimstack.vault import Secret, Vault

JOIN_EUI, DEV_EUI = b"\x70" * 8, b"\x01" * 8
CHAIN = "device:70:01"
Spoil = Callable[..., Awaitable[None]]


async def furnish(tx: Transaction, vault: Vault) -> None:
    """Applications 1 and 2, device 1 (claimed from 1 into 2) with a root key, a code, a ledger row and audit rows."""
    await tx.execute(
        "INSERT INTO account (kind, uid, body, created_at, updated_at) VALUES ('user', 'u', $1, 1, 1)", b""
    )
    await tx.execute(
        "INSERT INTO user_account (account, email, email_key, state, admin, password_hash, password_updated_at)"
        " VALUES (1, 'e', 'e', 1, $1, '', 1)",
        False,
    )
    for uid in ("maker-app", "owner-app"):
        await tx.execute("INSERT INTO application (uid, body, created_at, updated_at) VALUES ($1, $2, 1, 1)", uid, b"")
    await tx.execute(
        "INSERT INTO membership (entity_kind, entity, account, rights, created_at, updated_at)"
        " VALUES ('application', 1, 1, 1, 1, 1)"
    )
    await tx.execute(
        "INSERT INTO end_device (application, uid, join_eui, dev_eui, is_body, epoch, maker_application, created_at,"
        " updated_at) VALUES (2, 'dev', $1, $2, $3, 2, 1, 1, 1)",
        JOIN_EUI, DEV_EUI, b"",
    )  # fmt: skip
    await tx.execute("INSERT INTO application_device_count (application, slot, devices) VALUES (1, 1, 1), (1, 2, -1)")
    await tx.execute("INSERT INTO application_device_count (application, slot, devices) VALUES (2, 2, 1)")
    await secrets(tx, vault)
    hop = Hop(1, 2, 5, JOIN_EUI, DEV_EUI, 1, "maker-app", "dev", 2, "owner-app", "dev", "user:1:u", b"", 1, True, False)
    await book(tx, hop)
    for moment in (5, 6, 7):
        what = AuditRecord(CHAIN, moment, "claim", "wrong", 2, "owner-app", 1, "dev", JOIN_EUI, DEV_EUI, "user:1:u")
        await record(tx, what)


async def secrets(tx: Transaction, vault: Vault) -> None:
    key = vault.seal(Secret(b"k" * 16), "root_key", JOIN_EUI, DEV_EUI, "app_key")
    code = vault.seal(Secret(b"CODE"), "claim_code", JOIN_EUI, DEV_EUI, "")
    await tx.execute(
        "INSERT INTO root_key (end_device, field, key_sealed, key_kek) VALUES (1, 'app_key', $1, $2)", key.blob, key.kek
    )
    await tx.execute(
        "INSERT INTO claim_code (end_device, application, code_hash, pepper, code_sealed, code_kek, updated_at)"
        " VALUES (1, 2, $1, 1, $2, $3, 1)",
        b"", code.blob, code.kek,
    )  # fmt: skip


async def book(tx: Transaction, hop: Hop, last: LastHop | None = None) -> None:
    """Add a row to the ledger."""
    entry = (last or LastHop()).followed_by(hop)
    columns = (*Hop._fields, "sequence", "previous_hash", "hash")
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    await tx.execute(
        f"INSERT INTO claim_ledger ({', '.join(columns)}) VALUES ({places})",
        *entry.hop, entry.sequence, entry.previous_hash, entry.hash,
    )  # fmt: skip


@pytest.fixture
async def furnished(db: Database, vault: Vault) -> Database:
    await db.transaction(furnish, vault)
    return db


@pytest.fixture
def spoil(furnished: Database) -> Spoil:
    """Run SQL without foreign keys being looked at."""

    async def run(sql: str, *args: Any) -> None:
        if furnished.engine == "sqlite":
            with sqlite3.connect(furnished.path) as connection:  # type: ignore[attr-defined]
                connection.execute(sql.replace("$", "?"), args)
            connection.close()
            return

        async def unguarded(tx: Transaction) -> None:
            await tx.execute("SET LOCAL session_replication_role = replica")
            await tx.execute(sql, *args)

        await furnished.transaction(unguarded)

    return run
