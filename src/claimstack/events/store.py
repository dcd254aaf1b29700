"""The SQL of this room: events after an id, late ones, those of one entity, and those of one correlation.

An event of an end device is stale once the device has another ownership epoch: nobody is shown it any more.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

from claimstack.storage import Reader, Row, Transaction
from claimstack.storage.bulk import insert_many
from claimstack.wire import v3

_SELECT = """
SELECT e.id, e.entity_kind, e.entity, e.end_device, e.body, e.epoch <> d.epoch AS stale
FROM event e LEFT JOIN end_device d ON d.id = e.end_device"""
_CURRENT = "(e.epoch IS NULL OR d.epoch IS NULL OR e.epoch = d.epoch)"


Owner = tuple[str, int]
"""The entity that an event belongs to: its kind and its surrogate key."""


class Posted:
    """An event as it stands in the outbox. `message` is shared by all streams: nobody changes it."""

    def __init__(self, row: Row) -> None:
        self.id: int = row["id"]
        self.owner: Owner = (row["entity_kind"], row["entity"])
        self.end_device: int | None = row["end_device"]
        self.stale = bool(row["stale"])
        self._body = bytes(row["body"])

    @cached_property
    def message(self) -> v3.Event:
        """The event in the contract's words, with its id."""
        message = v3.Event.FromString(self._body)
        message.unique_id = str(self.id)
        return message

    @cached_property
    def visibility(self) -> int:
        """The rights of which a reader needs one, as a bit set; 0 when the event names none."""
        return sum({1 << (right - 1) for right in self.message.visibility.rights})


COLUMNS: Final = {
    "name": "text",
    "occurred_at": "bigint",
    "entity_kind": "text",
    "entity": "bigint",
    "end_device": "bigint",
    "epoch": "bigint",
    "body": "bytea",
}
"""Of an event as it is written, and their types on PostgreSQL."""
_POST: Final = f"INSERT INTO event ({', '.join(COLUMNS)}) VALUES ($1, $2, $3, $4, $5, $6, $7)"


async def post(tx: Transaction, row: Sequence[Any]) -> None:
    """Keep an event; the columns are `COLUMNS`."""
    await tx.execute(_POST, *row)


async def post_many(tx: Transaction, rows: Sequence[Sequence[Any]]) -> None:
    """Keep many; their ids rise in this order."""
    await insert_many(tx, "event", COLUMNS, rows)


async def newest_ids(reader: Reader, count: int) -> list[int]:
    """The highest ids, descending."""
    return [row["id"] for row in await reader.fetch("SELECT id FROM event ORDER BY id DESC LIMIT $1", count)]


async def after(reader: Reader, event: int, limit: int) -> list[Posted]:
    rows = await reader.fetch(f"{_SELECT} WHERE e.id > $1 ORDER BY e.id LIMIT $2", event, limit)
    return [Posted(row) for row in rows]


async def late(reader: Reader, ids: Sequence[int]) -> list[Posted]:
    """Those of these ids that are there by now. SQLite commits in the order of ids: nothing is ever late there."""
    if reader.engine == "sqlite" or not ids:
        return []
    rows = await reader.fetch(f"{_SELECT} WHERE e.id = ANY($1::bigint[]) ORDER BY e.id", list(ids))
    return [Posted(row) for row in rows]


async def of_entity(reader: Reader, owner: Owner, device: int | None, since: int, limit: int) -> list[Posted]:
    """The newest events of an entity, or of one of its devices, that happened after a moment; newest first."""
    args: list[Any] = [owner[1], owner[0], since, limit]
    conditions = ["e.entity = $1", "e.entity_kind = $2", "e.occurred_at > $3", _CURRENT]
    if device is not None:
        args.append(device)
        conditions.append("e.end_device = $5")
    rows = await reader.fetch(f"{_SELECT} WHERE {' AND '.join(conditions)} ORDER BY e.id DESC LIMIT $4", *args)
    return [Posted(row) for row in rows]


async def mentioning(reader: Reader, word: bytes, after_id: int, limit: int) -> list[Posted]:
    """Events after an id whose body contains these bytes, oldest first."""
    found = "instr(e.body, $1) > 0" if reader.engine == "sqlite" else "position($1::bytea in e.body) > 0"
    sql = f"{_SELECT} WHERE e.id > $2 AND {found} AND {_CURRENT} ORDER BY e.id LIMIT $3"
    return [Posted(row) for row in await reader.fetch(sql, word, after_id, limit)]


async def end_device(reader: Reader, application: int, uid: str) -> int | None:
    """The surrogate of a device of that application."""
    found = await reader.fetchval("SELECT id FROM end_device WHERE application = $1 AND uid = $2", application, uid)
    return None if found is None else int(found)
