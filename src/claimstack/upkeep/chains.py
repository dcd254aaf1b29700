"""Whether the hash chains of ledger and audit are whole, walked page by page in bounded memory.

Both only grow at their ends, so a chain that gets a row while it is walked is walked one row further.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple

from claimstack.audit import START, AuditRecord, Link, follow
from claimstack.claiming.ledger import Hop
from claimstack.storage import Reader, Row
from claimstack.upkeep.finding import Finding
from claimstack.upkeep.rows import RESTORE

PAGE = 1000
Progress = Callable[[int], None]


class Chained(NamedTuple):
    """A table of chains: the column that names the chain, and the fields that are hashed, in order."""

    table: str
    chain: str
    fields: tuple[str, ...]
    ends: bool


LEDGER = Chained("claim_ledger", "end_device", Hop._fields, ends=False)
AUDIT = Chained("audit_record", "chain", AuditRecord._fields, ends=True)


async def _page(reader: Reader, table: Chained, after: tuple[Any, ...]) -> Sequence[Row]:
    columns = f"t.{table.chain} AS chain_name, t.sequence, t.previous_hash, t.hash"
    hashed = ", ".join(f"t.{field}" for field in table.fields)
    ends = ", e.sequence AS end_sequence, e.hash AS end_hash, e.first_sequence, e.first_previous_hash"
    join = " LEFT JOIN audit_chain e ON e.chain = t.chain" if table.ends else ""
    where = f" WHERE (t.{table.chain}, t.sequence) > ($1, $2)" if after else ""
    return await reader.fetch(
        f"SELECT {columns}, {hashed}{ends if table.ends else ''} FROM {table.table} t{join}{where}"  # noqa: S608 - names of ours
        f" ORDER BY t.{table.chain}, t.sequence LIMIT {PAGE}",
        *after,
    )


class _Walk:
    """Where the walk stands: in which chain, at which link, and whether it broke already."""

    def __init__(self, table: Chained) -> None:
        self._table = table
        self._chain: Any = None
        self._at = START
        self._end: Link | None = None
        self._broken = False

    def on(self, chain: Any, rows: list[Row]) -> Iterable[Finding]:
        """Walk the next rows of a chain."""
        if chain != self._chain:
            yield from self.finish()
            self._chain, self._at, self._broken = chain, _begin(self._table, rows[0]), False
        self._end = _end(self._table, rows[-1])
        if not self._broken and (fault := follow(map(self._link, rows), self._at)):
            yield from self._fault(fault.sequence, fault.fault)
        self._at = Link(rows[-1]["sequence"], bytes(rows[-1]["hash"]))

    def finish(self) -> Iterable[Finding]:
        """The chain has no more rows: is that its recorded end?"""
        if not self._broken and self._end is not None and self._end != self._at:
            yield from self._fault(self._at.sequence, "is not the end that was recorded")

    def _fault(self, sequence: int, fault: str) -> Iterable[Finding]:
        self._broken = True
        yield Finding(self._table.table, f"{self._chain} {sequence}", f"chain broken: {fault}", RESTORE)

    def _link(self, row: Row) -> tuple[int, bytes, bytes, tuple[Any, ...]]:
        values = tuple(_plain(row[field]) for field in self._table.fields)
        return row["sequence"], bytes(row["previous_hash"]), bytes(row["hash"]), values


def _begin(table: Chained, first: Row) -> Link:
    """Where the chain begins: at its first row, or where retention has cut it."""
    if not table.ends or first["first_sequence"] is None:
        return START
    return Link(first["first_sequence"] - 1, bytes(first["first_previous_hash"] or b""))


def _end(table: Chained, last: Row) -> Link | None:
    if not table.ends or last["end_sequence"] is None:
        return None
    return Link(last["end_sequence"], bytes(last["end_hash"]))


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, bytes | memoryview) else value


async def broken(reader: Reader, table: Chained, progress: Progress) -> AsyncIterator[Finding]:
    """The first fault of each chain of the table. `progress` hears how many rows were walked."""
    walk = _Walk(table)
    after: tuple[Any, ...] = ()
    while rows := await _page(reader, table, after):
        for chain, group in groupby(rows, lambda row: row["chain_name"]):
            for finding in walk.on(chain, list(group)):
                yield finding
        after = (rows[-1]["chain_name"], rows[-1]["sequence"])
        progress(len(rows))
    for finding in walk.finish():
        yield finding
