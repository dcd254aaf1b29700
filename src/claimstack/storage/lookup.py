"""Many rows looked up with one statement, each by its own key: row by row, and by index.

A plan that was made while tables were small stays good when they no longer are. PostgreSQL takes an array for each
column of the key, SQLite the values themselves.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from claimstack.storage.database import Reader, Row


class Join(NamedTuple):
    """A table that is looked up for each row, under an alias; rows without a match stay if it is `optional`."""

    alias: str
    table: str
    condition: str
    optional: bool = True


class Lookup(NamedTuple):
    """What is selected; the columns of the key are byte strings, `q.…` in the conditions."""

    select: str
    key: tuple[str, ...]
    joins: tuple[Join, ...]


async def look_up(reader: Reader, lookup: Lookup, keys: Sequence[Sequence[bytes]]) -> Sequence[Row]:
    """What is found, in no order; on SQLite a row may come twice."""
    if not keys:
        return []
    if reader.engine == "postgresql":
        return await reader.fetch(_with_arrays(lookup), *columns(keys))
    size = 1 << (len(keys) - 1).bit_length()  # so there are few statements; what is missing is asked for twice
    padded = [*keys, *[keys[-1]] * (size - len(keys))]
    return await reader.fetch(_with_values(lookup, size), *chain.from_iterable(padded))


def columns(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """Rows as one list for each column."""
    return [list(column) for column in zip(*rows, strict=True)]


@lru_cache
def _with_arrays(lookup: Lookup) -> str:
    arrays = ", ".join(f"${at}::bytea[]" for at in range(1, len(lookup.key) + 1))
    rows = f"SELECT * FROM unnest({arrays})"  # noqa: S608 - nothing but numbers of parameters
    return _sql(lookup, rows, "".join(map(_lateral, lookup.joins)))


@lru_cache
def _with_values(lookup: Lookup, count: int) -> str:
    width = len(lookup.key)
    firsts = range(1, 1 + width * count, width)
    rows = (", ".join(f"${at}" for at in range(first, first + width)) for first in firsts)
    return _sql(lookup, f"VALUES ({'), ('.join(rows)})", "".join(map(_in_order, lookup.joins)))


def _sql(lookup: Lookup, rows: str, joined: str) -> str:
    return f"WITH q ({', '.join(lookup.key)}) AS ({rows}) SELECT {lookup.select} FROM q{joined}"  # noqa: S608


def _lateral(join: Join) -> str:
    found = f"LATERAL (SELECT * FROM {join.table} {join.alias} WHERE {join.condition} LIMIT 1) {join.alias}"  # noqa: S608
    return f" LEFT JOIN {found} ON TRUE" if join.optional else f" CROSS JOIN {found}"


def _in_order(join: Join) -> str:
    return f" {'LEFT' if join.optional else 'CROSS'} JOIN {join.table} {join.alias} ON {join.condition}"
