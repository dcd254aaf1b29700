"""Many rows written at once: arrays in one statement on PostgreSQL, one prepared statement run many times on SQLite."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from claimstack.storage.database import Transaction

Columns = Mapping[str, str]
"""Names of columns, and their types on PostgreSQL."""


async def insert_many(
    tx: Transaction, table: str, columns: Columns, rows: Iterable[Sequence[Any]], fixed: Mapping[str, int] | None = None
) -> None:
    """Insert rows; `fixed` are columns of whole numbers that are the same in all of them."""
    fixed, rows = fixed or {}, list(rows)
    if not rows:
        return
    if tx.engine == "postgresql":
        await tx.execute(from_arrays(table, columns, fixed), *fixed.values(), *turned(columns, rows))
    else:
        await tx.executemany(one_row(table, [*fixed, *columns]), with_fixed(fixed, rows))


def with_fixed(fixed: Mapping[str, int], rows: Sequence[Sequence[Any]]) -> Sequence[Sequence[Any]]:
    """The rows with the fixed values before their own."""
    same = tuple(fixed.values())
    return [(*same, *row) for row in rows] if fixed else rows


def one_row(table: str, names: Sequence[str]) -> str:
    """The statement that inserts one row of these columns."""
    places = ", ".join(f"${at}" for at in range(1, len(names) + 1))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places})"  # noqa: S608 - names of ours


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
