"""SQL of the audit: appending to chains, an application's rows in pages, and retention."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from claimstack.audit.chain import START, Link
from claimstack.audit.record import AuditRecord
from claimstack.storage import Reader, Row, Transaction

_COLUMNS: Final = ", ".join(AuditRecord._fields)
_TYPES = "text bigint text text bigint text bigint text bytea bytea text text bigint bytea bytea"
STEP = 500

# ------------------------------------------------------------------ writing

_INSERT = (
    f"INSERT INTO audit_record ({_COLUMNS}, sequence, previous_hash, hash)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
)
_HEAD = (
    "INSERT INTO audit_chain (chain, sequence, hash) VALUES ($1, $2, $3)"
    " ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash"
)


async def record(tx: Transaction, what: AuditRecord) -> None:
    """Append one row to its chain."""
    # The write that changes nothing locks the chain's head, so that two rows never follow the same one.
    row = await tx.fetchrow(
        "INSERT INTO audit_chain AS c (chain, sequence, hash) VALUES ($1, 0, $2)"
        " ON CONFLICT (chain) DO UPDATE SET sequence = c.sequence RETURNING sequence, hash",
        what.chain, b"",
    )  # fmt: skip
    head = Link(row["sequence"], bytes(row["hash"])) if row else START
    await append(tx, [what], {what.chain: head})


async def append(tx: Transaction, rows: Sequence[AuditRecord], heads: dict[str, Link]) -> None:
    """Append rows in order. `heads` tells where their chains end (nowhere yet: leave it out) and is brought forward."""
    await tx.executemany(_INSERT, list(_chained(rows, heads)))
    await tx.executemany(_HEAD, [(chain, *heads[chain]) for chain in _chains(rows)])


def append_statement(first: int, rows: Sequence[AuditRecord], heads: dict[str, Link]) -> tuple[str, list[Any]]:
    """As `append`, for PostgreSQL: table expressions for a larger statement, and their arguments from `$first` on."""
    written = list(zip(*_chained(rows, heads), strict=True))
    ends = list(zip(*((chain, *heads[chain]) for chain in _chains(rows)), strict=True))
    arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(_TYPES.split(), first))
    last = first + len(written)
    sql = (
        f"audited AS (INSERT INTO audit_record ({_COLUMNS}, sequence, previous_hash, hash)"
        f" SELECT * FROM unnest({arrays})),"
        " audit_ended AS (INSERT INTO audit_chain (chain, sequence, hash)"
        f" SELECT * FROM unnest(${last}::text[], ${last + 1}::bigint[], ${last + 2}::bytea[])"
        " AS e (chain, sequence, hash) ORDER BY chain"
        " ON CONFLICT (chain) DO UPDATE SET sequence = excluded.sequence, hash = excluded.hash)"
    )
    return sql, [list(column) for column in [*written, *ends]]


def _chains(rows: Sequence[AuditRecord]) -> list[str]:
    return sorted({row.chain for row in rows})


def _chained(rows: Sequence[AuditRecord], heads: dict[str, Link]) -> Iterable[tuple[Any, ...]]:
    for row in rows:
        before = heads.get(row.chain, START)
        heads[row.chain] = after = before.next(*row)
        yield (*row, after.sequence, before.hash, after.hash)


# ------------------------------------------------------------------ reading


async def rows_of(
    reader: Reader, application: int, filters: dict[str, str | bytes], descending: bool, limit: int, offset: int
) -> tuple[Sequence[Row], int]:
    """A page of an application's rows, by time, and how many there are on all pages; `filters`: column to value."""
    where = "FROM audit_record WHERE application = $1"
    for at, column in enumerate(filters, 2):
        where += f" AND {column} = ${at}"
    args = (application, *filters.values())
    direction = "DESC" if descending else "ASC"
    rows = await reader.fetch(f"SELECT * {where} ORDER BY id {direction} LIMIT {limit} OFFSET {offset}", *args)
    return rows, int(await reader.fetchval(f"SELECT count(*) {where}", *args))


# ------------------------------------------------------------------ upkeep


async def trim(tx: Transaction, before: int) -> int:
    """Take away rows from before that moment, a few hundred chains at a time; returns how many rows went.

    Each chain keeps the hash that its first remaining row follows, so that what is left can still be checked.
    """
    chains = await tx.fetch(f"SELECT DISTINCT chain FROM audit_record WHERE recorded_at < $1 LIMIT {STEP}", before)
    return sum([await _trim_chain(tx, row["chain"], before) for row in chains])


async def _trim_chain(tx: Transaction, chain: str, before: int) -> int:
    kept = await tx.fetchrow(
        "SELECT sequence, previous_hash FROM audit_record WHERE chain = $1 AND recorded_at >= $2"
        " ORDER BY sequence LIMIT 1",
        chain, before,
    )  # fmt: skip
    if kept is None:  # all rows go: the next one will follow the end
        kept = await tx.fetchrow("SELECT sequence + 1, hash FROM audit_chain WHERE chain = $1", chain)
    if kept is None:
        return 0
    first, follows = kept[0], bytes(kept[1])
    await tx.execute(
        "UPDATE audit_chain SET first_sequence = $2, first_previous_hash = $3 WHERE chain = $1", chain, first, follows
    )
    return await tx.execute("DELETE FROM audit_record WHERE chain = $1 AND sequence < $2", chain, first)
