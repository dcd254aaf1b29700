"""Many rows written at once: COPY on PostgreSQL, statements of many rows on SQLite.

Row by row each costs a call into the engine and back, half of the whole; on SQLite the interpreter is free meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from claimstack.storage.database import Transaction

Columns = Mapping[str, str]
"""Names of columns, and their types on PostgreSQL."""

Rows = Sequence[Sequence[Any]]
BLOCK = 32
"""Rows of one statement: with more of them nothing more is won."""


async def insert_many(tx: Transaction, table: str, columns: Columns, rows: Rows) -> None:
    """Insert rows."""
    if tx.engine == "sqlite":
        await _insert(tx, table, columns, rows)
    elif rows:
        await tx.copy(table, list(columns), rows)


async def insert_new(tx: Transaction, table: str, columns: Columns, rows: Rows) -> Collection[int]:
    """Insert the rows of which no unique constraint has another; their keys (`id`), which stand first in each row."""
    keys = {row[0] for row in rows}
    if not keys:
        return keys
    if tx.engine == "sqlite":
        if await _insert(tx, table, columns, rows, " ON CONFLICT DO NOTHING") == len(rows):
            return keys
        sql = f"SELECT id FROM {table} WHERE id BETWEEN $1 AND $2"  # noqa: S608 - names of ours
        return keys.intersection([row[0] for row in await tx.fetch(sql, min(keys), max(keys))])
    if await tx.copy_new(table, list(columns), rows):  # all are new, as mostly: then this is far cheaper
        return keys
    sql = f"{_from_arrays(table, columns)} ON CONFLICT DO NOTHING RETURNING id"
    return {row[0] for row in await tx.fetch(sql, *zip(*rows, strict=True))}


async def _insert(tx: Transaction, table: str, columns: Columns, rows: Rows, behind: str = "") -> int:
    """Insert rows by statements of `BLOCK` rows and, for the rest, of one; `behind`: what ends the statements.

    How many were inserted.
    """
    inserted, names, whole = 0, tuple(columns), len(rows) - len(rows) % BLOCK
    sql = _statement(table, names, BLOCK) + behind
    for start in range(0, whole, BLOCK):
        inserted += await tx.execute(sql, *chain.from_iterable(rows[start : start + BLOCK]))
    if whole < len(rows):
        inserted += await tx.executemany(_statement(table, names, 1) + behind, rows[whole:])
    return inserted


@lru_cache(64)
def _statement(table: str, names: tuple[str, ...], count: int) -> str:
    """The statement that inserts so many rows (SQLite)."""
    firsts = range(1, len(names) * count + 1, len(names))
    rows = (", ".join(f"${at}" for at in range(first, first + len(names))) for first in firsts)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({'), ('.join(rows)})"  # noqa: S608 - names of ours


def _from_arrays(table: str, columns: Columns) -> str:
    """The statement that inserts many rows, out of an array for each column (PostgreSQL)."""
    arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(columns.values(), 1))
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) SELECT {names} FROM unnest({arrays}) AS row ({names})"  # noqa: S608 - names of ours
