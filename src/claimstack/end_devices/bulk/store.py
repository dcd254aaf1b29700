"""SQL that registers many devices with a few statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from claimstack.device_parts import Wish
from claimstack.storage import Transaction
from claimstack.storage.bulk import Columns, from_arrays, insert_blocks, insert_many, turned

_DEVICE: Final[Columns] = {
    "uid": "text", "join_eui": "bytea", "dev_eui": "bytea", "name": "text", "description": "text", "is_body": "bytea",
}  # fmt: skip
_PART: Final[Columns] = {
    "end_device": "bigint", "component": "text", "body": "bytea", "state_sealed": "bytea", "state_kek": "bigint",
}  # fmt: skip
_KEY: Final[Columns] = {"end_device": "bigint", "field": "text", "key_sealed": "bytea", "key_kek": "bigint"}
_CODE: Final[Columns] = {
    "end_device": "bigint", "code_hash": "bytea", "pepper": "bigint", "code_sealed": "bytea", "code_kek": "bigint",
    "valid_from": "bigint", "valid_to": "bigint", "updated_at": "bigint",
}  # fmt: skip
_EVENT: Final[Columns] = {
    "name": "text", "occurred_at": "bigint", "entity_kind": "text", "entity": "bigint", "end_device": "bigint",
    "epoch": "bigint", "body": "bytea",
}  # fmt: skip


async def add(tx: Transaction, application: int, wishes: Sequence[Wish], now: int) -> dict[str, int]:
    """Add those whose id and EUI pair are free; the surrogate keys of the new rows, by id."""
    # Sorted, so that two imports of the same devices do not lock each other out.
    rows = sorted((wish[: len(_DEVICE)] for wish in wishes), key=lambda row: (row[1] or b"", row[2] or b"", row[0]))
    fixed = {"application": application, "maker_application": application, "created_at": now, "updated_at": now}
    if tx.engine == "postgresql":
        sql = from_arrays("end_device", _DEVICE, fixed) + " ON CONFLICT DO NOTHING RETURNING id, uid"
        made = await tx.fetch(sql, *fixed.values(), *turned(_DEVICE, rows))
    else:
        last = await tx.fetchval("SELECT coalesce(max(id), 0) FROM end_device")
        await insert_blocks(tx, "end_device", _DEVICE, rows, fixed, " ON CONFLICT DO NOTHING")
        made = await tx.fetch("SELECT id, uid FROM end_device WHERE id > $1", last)
    return {row["uid"]: row["id"] for row in made}


async def add_parts(tx: Transaction, rows: Iterable[Sequence[Any]], now: int) -> None:
    """Rows of device, component, settings, sealed state and its KEK version."""
    await insert_many(tx, "end_device_part", _PART, rows, {"created_at": now, "updated_at": now})


async def add_keys(tx: Transaction, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of device, field, sealed key and its KEK version."""
    await insert_many(tx, "root_key", _KEY, rows)


async def add_codes(tx: Transaction, application: int, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of device, hash, pepper, sealed code, its KEK version, window, and now."""
    await insert_many(tx, "claim_code", _CODE, rows, {"application": application})


async def tell(tx: Transaction, rows: Iterable[Sequence[Any]]) -> None:
    """Rows of name, moment, owner's kind and key, device, epoch and body."""
    await insert_many(tx, "event", _EVENT, rows)
