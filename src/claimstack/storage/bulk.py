"""Many rows written at once: COPY on PostgreSQL, statements of many rows on SQLite.

Row by row each costs a call into the engine and back, half of the whole; on SQLite the interpreter is free meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from claimstack.storage.database import Transaction

Columns = Mapping[str, str]
"""Names of columns, and their types on PostgreSQL."""

BLOCK = 32
"""Rows of one statement: with more of them nothing more is won."""


async def insert_many(
    tx: Transaction, table: str, columns: Columns, rows: Iterable[Sequence[Any]], fixed: Mapping[str, int] | None = None
) -> None:
    """Insert rows; `fixed` are columns of whole numbers that are the same in all of them."""
    fixed, rows = fixed or {}, list(rows)
    if tx.engine == "postgresql":
        await tx.copy(table, [*fixed, *columns], with_fixed(fixed, rows))
    else:
        await insert_blocks(tx, table, columns, rows, fixed)


async def insert_blocks(
    tx: Transaction,
    table: str,
    columns: Columns,
    rows: Sequence[Sequence[Any]],
    fixed: Mapping[str, int],
    behind: str = "",
) -> None:
    """Insert rows by statements of `BLOCK` rows and, for the rest, of one; `behind`: what ends the statements."""
    same, names = tuple(fixed.values()), (*fixed, *columns)
    whole = len(rows) - len(rows) % BLOCK
    sql = _rows(table, names, len(fixed), BLOCK) + behind
    for start in range(0, whole, BLOCK):
        await tx.execute(sql, *same, *chain.from_iterable(rows[start : start + BLOCK]))
    if whole < len(rows):
        await tx.executemany(_rows(table, names, len(fixed), 1) + behind, with_fixed(fixed, rows[whole:]))


def with_fixed(fixed: Mapping[str, int], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows with the fixed values before their own."""
    same = tuple(fixed.values())
    return [(*same, *row) for row in rows] if fixed else rows


@lru_cache(64)
def _rows(table: str, names: tuple[str, ...], fixed: int, count: int) -> str:
    """The statement that inserts so many rows; the first names are fixed, and given once."""
    same, own = range(1, fixed + 1), len(names) - fixed
    firsts = range(fixed + 1, fixed + 1 + own * count, own)
    rows = (", ".join(f"${at}" for at in chain(same, range(first, first + own))) for first in firsts)
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({'), ('.join(rows)})"  # noqa: S608 - names of ours


def from_arrays(table: str, columns: Columns, fixed: Mapping[str, int]) -> str:
    """The statement that inserts many rows, out of an array for each column (PostgreSQL)."""
    first = len(fixed) + 1
    same = "".join(f"${at}::bigint, " for at in range(1, first))
    arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(columns.values(), first))
    names = ", ".join([*fixed, *columns])
    return (
        f"INSERT INTO {table} ({names}) SELECT {same}{', '.join(columns)}"  # noqa: S608 - names of ours
        f" FROM unnest({arrays}) AS row ({', '.join(columns)})"
    )


def turned(columns: Columns, rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows as one list for each column."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in columns]
