"""SQL that registers many devices with a few statements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

from claimstack.storage import Transaction
from claimstack.storage.bulk import Columns, insert_many, insert_new

Rows = Sequence[Sequence[Any]]
_DEVICE: Final[Columns] = {
    "id": "bigint", "application": "bigint", "maker_application": "bigint", "created_at": "bigint",
    "updated_at": "bigint", "uid": "text", "join_eui": "bytea", "dev_eui": "bytea", "name": "text",
    "description": "text", "is_body": "bytea",
}  # fmt: skip
_PART: Final[Columns] = {
    "end_device": "bigint", "component": "text", "body": "bytea", "state_sealed": "bytea", "state_kek": "bigint",
    "created_at": "bigint", "updated_at": "bigint",
}  # fmt: skip
_ROOT_KEY: Final[Columns] = {"end_device": "bigint", "field": "text", "key_sealed": "bytea", "key_kek": "bigint"}
_CODE: Final[Columns] = {
    "end_device": "bigint", "application": "bigint", "code_hash": "bytea", "pepper": "bigint", "code_sealed": "bytea",
    "code_kek": "bigint", "valid_from": "bigint", "valid_to": "bigint", "updated_at": "bigint",
}  # fmt: skip
_EVENT: Final[Columns] = {
    "end_device": "bigint", "epoch": "bigint", "name": "text", "occurred_at": "bigint", "entity_kind": "text",
    "entity": "bigint", "body": "bytea",
}  # fmt: skip
_RESERVE: Final = (
    "SELECT nextval((SELECT pg_get_serial_sequence('end_device', 'id'))::regclass) FROM generate_series(1, $1::int)"
)


async def reserve(tx: Transaction, count: int) -> Sequence[int]:
    """So many surrogate keys, ascending, that no other device is ever given."""
    if tx.engine == "postgresql":
        return [row[0] for row in await tx.fetch(_RESERVE, count)]
    # SQLite's list of sequences does not know a table that never had a row.
    await tx.execute(
        "INSERT INTO sqlite_sequence (name, seq) SELECT 'end_device', 0"
        " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'end_device')"
    )
    await tx.execute("UPDATE sqlite_sequence SET seq = seq + $1 WHERE name = 'end_device'", count)
    last = int(await tx.fetchval("SELECT seq FROM sqlite_sequence WHERE name = 'end_device'"))
    return range(last - count + 1, last + 1)


async def add(tx: Transaction, rows: Rows) -> Collection[int]:
    """Add those whose id and EUI pair are free; their keys."""
    return await insert_new(tx, "end_device", _DEVICE, rows)


async def add_parts(tx: Transaction, rows: Rows) -> None:
    await insert_many(tx, "end_device_part", _PART, rows)


async def add_root_keys(tx: Transaction, rows: Rows) -> None:
    await insert_many(tx, "root_key", _ROOT_KEY, rows)


async def add_codes(tx: Transaction, rows: Rows) -> None:
    await insert_many(tx, "claim_code", _CODE, rows)


async def tell(tx: Transaction, rows: Rows) -> None:
    await insert_many(tx, "event", _EVENT, rows)
