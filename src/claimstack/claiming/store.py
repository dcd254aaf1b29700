"""SQL of this room beside the hot path: authorizations, and the ledger for its readers."""

from collections.abc import Sequence
from typing import Final

from claimstack.claiming.ledger import Entry, Hop
from claimstack.storage import Reader, Row, Transaction

_HOP: Final = ", ".join(Hop._fields)

# ------------------------------------------------------------------ authorizations


async def key_of(reader: Reader, application: int, key_id: str) -> Row | None:
    """A key of that application: `id`, `rights`, `secret_hash`, `pepper`, `expires_at`."""
    return await reader.fetchrow(
        "SELECT id, rights, secret_hash, pepper, expires_at FROM api_key"
        " WHERE key_id = $1 AND entity_kind = 'application' AND entity = $2",
        key_id, application,
    )  # fmt: skip


async def put_authorization(tx: Transaction, application: int, key: int, key_id: str, by: str, now: int) -> None:
    """Opt in, in place of an earlier opt-in."""
    await tx.execute(
        "INSERT INTO claim_authorization (application, api_key, key_id, authorized_by, authorized_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (application) DO UPDATE SET api_key = excluded.api_key,"
        " key_id = excluded.key_id, authorized_by = excluded.authorized_by, authorized_at = excluded.authorized_at",
        application, key, key_id, by, now,
    )  # fmt: skip


async def remove_authorization(tx: Transaction, application: int) -> bool:
    """Opt out; whether there was an opt-in."""
    return bool(await tx.execute("DELETE FROM claim_authorization WHERE application = $1", application))


# ------------------------------------------------------------------ devices and their ledger


async def euis(reader: Reader, application: int, uid: str) -> Row | None:
    """`id`, `join_eui` and `dev_eui` of a device of the application."""
    return await reader.fetchrow(
        "SELECT id, join_eui, dev_eui FROM end_device WHERE application = $1 AND uid = $2", application, uid
    )


async def hops(reader: Reader, end_device: int, descending: bool, limit: int, offset: int) -> Sequence[Row]:
    """A page of the device's ledger."""
    direction = "DESC" if descending else "ASC"
    return await reader.fetch(
        f"SELECT {_HOP}, sequence, previous_hash, hash FROM claim_ledger WHERE end_device = $1"
        f" ORDER BY sequence {direction} LIMIT {limit} OFFSET {offset}",
        end_device,
    )


async def count_hops(reader: Reader, end_device: int) -> int:
    """How many rows the device's ledger has."""
    return int(await reader.fetchval("SELECT count(*) FROM claim_ledger WHERE end_device = $1", end_device))


async def arrival(reader: Reader, end_device: int, application: int) -> int:
    """The number of the hop by which the application got the device; 0 when it always had it."""
    return int(await reader.fetchval(
        "SELECT coalesce(max(sequence), 0) FROM claim_ledger"
        " WHERE end_device = $1 AND target_application = $2 AND source_application <> $2",
        end_device, application,
    ))  # fmt: skip


async def departure(reader: Reader, application: int, uid: str) -> Row | None:
    """`claimed_at` and `code_hash` of the last hop by which a device of this id left the application."""
    return await reader.fetchrow(
        "SELECT claimed_at, code_hash FROM claim_ledger WHERE source_application = $1 AND source_device_uid = $2"
        " AND target_application <> $1 ORDER BY id DESC LIMIT 1",
        application, uid,
    )  # fmt: skip


async def book(tx: Transaction, entry: Entry) -> None:
    """Append the ledger row of a device that did not change hands by the gate."""
    places = ", ".join(f"${at}" for at in range(1, len(Hop._fields) + 4))
    await tx.execute(
        f"INSERT INTO claim_ledger ({_HOP}, sequence, previous_hash, hash) VALUES ({places})",
        *entry.hop, entry.sequence, entry.previous_hash, entry.hash,
    )  # fmt: skip
