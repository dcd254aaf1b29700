"""SQLite: verbs and reads run on the event loop's own thread, only what waits for the disk goes to another.

WAL with synchronous=FULL: what was answered survives power loss. All verbs that wait while a commit is under way
share the next one, each inside its own savepoint, so one failing verb undoes only itself. Two processes on one file
stay correct (BEGIN IMMEDIATE, asked for again while the other writes), they only wait for each other.
"""

import asyncio
import contextvars
import re
import sqlite3
import time
from collections import deque
from collections.abc import Coroutine, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from claimstack.storage.database import Database, Engine, P, Question, Row, Verb
from claimstack.storage.errors import Busy, StorageError, UniqueViolation
from claimstack.storage.recent import Recent, tables_written

T = TypeVar("T")
GROUP = 256
BREATH = 16  # verbs between two breaths of the loop
BUSY_SECONDS = 10.0
LOOK_SECONDS = 0.001  # between two looks whether another process has let go


@lru_cache(maxsize=2048)
def _numbered(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"?\1", sql)


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        return UniqueViolation(str(error).removeprefix("UNIQUE constraint failed: "))
    if isinstance(error, sqlite3.OperationalError):
        return Busy(f"SQLite: {error}")
    return error


# Python asks a byte string, and None, at length whether it adapts itself, before it takes it as it is. Told at once, a
# parameter costs half.
sqlite3.register_adapter(bytes, bytes)
sqlite3.register_adapter(type(None), lambda none: none)


class SQLiteTransaction:
    """Runs statements on one connection; its coroutines never suspend."""

    engine: Engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.written: frozenset[str] = frozenset()

    def _run(self, sql: str, args: Sequence[Any]) -> sqlite3.Cursor:
        try:
            self.written |= tables_written(sql)
            return self._connection.execute(_numbered(sql), args)
        except sqlite3.Error as error:
            raise _translated(error) from error

    async def fetch(self, sql: str, *args: Any) -> Sequence[Row]:
        return self._run(sql, args).fetchall()

    async def fetchrow(self, sql: str, *args: Any) -> Row | None:
        cursor = self._run(sql, args)
        row: Row | None = cursor.fetchone()
        cursor.close()
        return row

    async def fetchval(self, sql: str, *args: Any) -> Any:
        row = await self.fetchrow(sql, *args)
        return None if row is None else row[0]

    async def execute(self, sql: str, *args: Any) -> int:
        return self._run(sql, args).rowcount

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        try:
            self.written |= tables_written(sql)
            return self._connection.executemany(_numbered(sql), rows).rowcount
        except sqlite3.Error as error:
            raise _translated(error) from error

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        raise RuntimeError("COPY is a word of PostgreSQL's: use storage.bulk")

    async def copy_new(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bool:
        raise RuntimeError("COPY is a word of PostgreSQL's: use storage.bulk")


def _driven(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends to its end."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value  # type: ignore[no-any-return]
    coroutine.close()
    raise RuntimeError("a verb awaited something other than its transaction")


class _Job(NamedTuple):
    verb: Any
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    future: "asyncio.Future[Any]"


class _Outcome(NamedTuple):
    future: "asyncio.Future[Any]"
    value: Any
    error: BaseException | None


def _deliver(outcomes: list[_Outcome]) -> None:
    for future, value, error in outcomes:
        if future.done():
            continue
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)


class _Writer:
    """Runs all verbs that wait in one transaction and answers them together after its commit.

    A verb takes some 100 microseconds, so it runs where the loop is: a thread of its own would fight it for the
    interpreter at each statement (measured: twice the time). The commit, which waits for the disk, lets the loop go on.
    """

    def __init__(self, connection: sqlite3.Connection, recent: Recent) -> None:
        connection.execute("PRAGMA busy_timeout=0")  # the loop never waits for another process
        self._connection = connection
        self._recent = recent
        self._tx = SQLiteTransaction(connection)
        self._jobs: deque[_Job] = deque()
        self._disk = ThreadPoolExecutor(1, "sqlite-disk")
        self._busy: asyncio.Task[None] | None = None

    def put(self, job: _Job) -> None:
        """Have the verb run soon."""
        self._jobs.append(job)
        if self._busy is None or self._busy.done():
            self._busy = asyncio.get_running_loop().create_task(self._work(), context=contextvars.Context())

    async def close(self) -> None:
        """Finish what waits."""
        if self._busy is not None and not self._busy.get_loop().is_closed():
            await self._busy
        self._disk.shutdown()
        self._connection.close()

    async def _work(self) -> None:
        while self._jobs:
            group = [self._jobs.popleft() for _ in range(min(len(self._jobs), GROUP))]
            try:
                outcomes = await self._committed(group)
            except sqlite3.Error as error:
                outcomes = [_Outcome(job.future, None, _translated(error)) for job in group]
            except Exception as error:  # whatever happens, nobody is left waiting
                outcomes = [_Outcome(job.future, None, Busy(f"SQLite: {type(error).__name__}")) for job in group]
            _deliver(outcomes)

    async def _committed(self, group: list[_Job]) -> list[_Outcome]:
        loop = asyncio.get_running_loop()
        try:
            if not self._begun():
                await loop.run_in_executor(self._disk, self._wait_and_begin)
            outcomes = await self._all(group)
            await loop.run_in_executor(self._disk, self._connection.execute, "COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        self._recent.wrote(self._tx.written)
        self._tx.written = frozenset()
        return outcomes

    def _begun(self) -> bool:
        """Whether nobody else writes at the moment, so that the transaction has begun."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
            return False
        return True

    def _wait_and_begin(self) -> None:
        # SQLite's own waiting sleeps ever longer, up to 100 ms, and misses the gaps that a busy process leaves.
        until = time.monotonic() + BUSY_SECONDS
        while not self._begun():
            if time.monotonic() > until:
                raise sqlite3.OperationalError("database is locked")
            time.sleep(LOOK_SECONDS)

    async def _all(self, group: list[_Job]) -> list[_Outcome]:
        if any(getattr(job.verb, "lengthy", False) for job in group):
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._disk, lambda: [self._one(job) for job in group])
        outcomes = []
        for at, job in enumerate(group, 1):
            outcomes.append(self._one(job))
            if at % BREATH == 0:
                await asyncio.sleep(0)  # reads and new requests come in between
        return outcomes

    def _one(self, job: _Job) -> _Outcome:
        self._connection.execute("SAVEPOINT verb")
        try:
            value = _driven(job.verb(self._tx, *job.args, **job.kwargs))
        except Exception as error:  # the verb's own failure belongs to its caller alone
            if not self._connection.in_transaction:  # the engine gave up the whole transaction (disk full)
                raise sqlite3.OperationalError(str(error)) from error
            self._connection.execute("ROLLBACK TO verb")
            self._connection.execute("RELEASE verb")
            return _Outcome(job.future, None, error)
        self._connection.execute("RELEASE verb")
        return _Outcome(job.future, value, None)


class SQLiteDatabase(SQLiteTransaction):
    """A file (or `:memory:` is refused: two connections must see the same data)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        super().__init__(_connection(path))
        self.recent = Recent(self)
        self._writer = _Writer(_connection(path), self.recent)
        self._connection.execute("PRAGMA query_only=ON")

    @property
    def url(self) -> str:
        return f"sqlite://{self._path}"

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    async def transaction(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.put(_Job(verb, args, kwargs, future))
        return await future

    async def read(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        self._connection.execute("BEGIN")
        try:
            return _driven(question(self, *args, **kwargs))  # type: ignore[arg-type]
        finally:
            self._connection.execute("ROLLBACK")

    async def execute(self, sql: str, *args: Any) -> int:
        raise RuntimeError("write through a transaction")

    async def now_micros(self) -> int:
        return time.time_ns() // 1000

    async def close(self) -> None:
        await self._writer.close()
        self._connection.close()


def _connection(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=512,
    )
    connection.row_factory = sqlite3.Row
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "cache_size=-8192",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def open_sqlite(location: str) -> Database:
    """Open or create the file; `location` is the part of the URL after `sqlite://`."""
    path = Path(location)
    if sqlite3.sqlite_version_info < (3, 35):
        raise StorageError(f"SQLite {sqlite3.sqlite_version} is too old: 3.35 or newer is needed")
    try:
        return SQLiteDatabase(path)
    except sqlite3.Error as error:
        raise StorageError(f"database {path}: {error}") from error
