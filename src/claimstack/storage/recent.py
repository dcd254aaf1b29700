"""Reads that may be up to half a second old: who a key belongs to, what its owner may do (docs/decisions/recent.md).

Whatever this node writes to a table that such a read looked at is seen at once; what another node writes, within
`SECONDS`. Verbs read inside their transaction and never from here.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from claimstack.storage.database import Engine, Reader, Row

SECONDS: Final = 0.5
MOST: Final = 4096  # answers; then all are forgotten
_READS = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)")
_WRITES = re.compile(r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+([a-z_]+)")


@lru_cache(maxsize=512)
def tables_read(sql: str) -> frozenset[str]:
    """The tables that a question looks at."""
    return frozenset(_READS.findall(sql))


@lru_cache(maxsize=2048)
def tables_written(sql: str) -> frozenset[str]:
    """The tables that a statement changes."""
    return frozenset(_WRITES.findall(sql))


class _Answer(NamedTuple):
    until: float
    rows: Any


class Recent:
    """A `Reader` that remembers its answers for a moment."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._answers: dict[tuple[Any, ...], _Answer] = {}
        self._asking: dict[tuple[Any, ...], asyncio.Future[_Answer | None]] = {}
        self._watched: frozenset[str] = frozenset()
        self._version = 0

    @property
    def engine(self) -> Engine:
        """The engine that is asked."""
        return self._reader.engine

    async def fetch(self, sql: str, *args: Any) -> Sequence[Row]:
        """All rows, as the reader would give them."""
        return await self._remembered(self._reader.fetch, sql, args)  # type: ignore[no-any-return]

    async def fetchrow(self, sql: str, *args: Any) -> Row | None:
        """The first row."""
        return await self._remembered(self._reader.fetchrow, sql, args)  # type: ignore[no-any-return]

    async def fetchval(self, sql: str, *args: Any) -> Any:
        """The first value of the first row."""
        return await self._remembered(self._reader.fetchval, sql, args)

    def wrote(self, tables: frozenset[str]) -> None:
        """Forget what may have changed: said after a commit."""
        if not self._watched.isdisjoint(tables):
            self._forget()

    async def _remembered(self, ask: Any, sql: str, args: tuple[Any, ...]) -> Any:
        key = (ask.__name__, sql, *args)
        known = self._answers.get(key)
        if known is not None and time.monotonic() < known.until:
            return known.rows
        asking = self._asking.get(key)
        answer = await asyncio.shield(asking) if asking is not None else None
        return (answer or await self._asked(key, ask, sql, args)).rows

    async def _asked(self, key: tuple[Any, ...], ask: Any, sql: str, args: tuple[Any, ...]) -> _Answer:
        """Ask; who wants to know the same meanwhile waits for the answer, and asks anew when it comes to nothing."""
        self._watched |= tables_read(sql)
        version, until = self._version, time.monotonic() + SECONDS
        asking = self._asking[key] = asyncio.get_running_loop().create_future()
        answer = None
        try:
            answer = _Answer(until, await ask(sql, *args))
        finally:
            asking.set_result(answer)
            if self._asking.get(key) is asking:
                del self._asking[key]
        if version == self._version:  # nothing was written while the answer was on its way
            self._keep(key, answer)
        return answer

    def _keep(self, key: tuple[Any, ...], answer: _Answer) -> None:
        if len(self._answers) >= MOST:
            self._answers.clear()
        self._answers[key] = answer

    def _forget(self) -> None:
        self._version += 1
        self._asking.clear()  # who comes now asks anew
        self._answers.clear()
