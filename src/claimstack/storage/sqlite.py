"""SQLite: one writer thread with group commit, reads on the event loop's own thread.

WAL with synchronous=FULL: what was answered survives power loss. All verbs that wait while a commit is under way
share the next one, each inside its own savepoint, so one failing verb undoes only itself. Two processes on one file
stay correct (BEGIN IMMEDIATE plus a busy timeout), they only wait for each other.
"""

import asyncio
import contextlib
import queue
import re
import sqlite3
import threading
import time
from collections.abc import Coroutine, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from claimstack.storage.database import Database, Engine, P, Question, Row, Verb
from claimstack.storage.errors import Busy, StorageError, UniqueViolation

T = TypeVar("T")
GROUP = 256
BUSY_SECONDS = 10.0


@lru_cache(maxsize=2048)
def _numbered(sql: str) -> str:
    return re.sub(r"\$(\d+)", r"?\1", sql)


def _translated(error: sqlite3.Error) -> Exception:
    if isinstance(error, sqlite3.IntegrityError) and "UNIQUE" in str(error):
        return UniqueViolation(str(error).removeprefix("UNIQUE constraint failed: "))
    if isinstance(error, sqlite3.OperationalError):
        return Busy(f"SQLite: {error}")
    return error


class SQLiteTransaction:
    """Runs statements on one connection; its coroutines never suspend."""

    engine: Engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _run(self, sql: str, args: Sequence[Any]) -> sqlite3.Cursor:
        try:
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

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        try:
            self._connection.executemany(_numbered(sql), rows)
        except sqlite3.Error as error:
            raise _translated(error) from error


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


class _Writer(threading.Thread):
    """Takes verbs from a queue, runs all that wait in one transaction, commits, then answers them together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(name="sqlite-writer", daemon=True)
        self._connection = connection
        self._tx = SQLiteTransaction(connection)
        self.jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()

    def run(self) -> None:
        while (job := self.jobs.get()) is not None:
            group = [job, *self._waiting()]
            more = group[-1] is not None
            self._answer([one for one in group if one is not None])
            if not more:
                break
        self._connection.close()

    def _waiting(self) -> Iterable[_Job | None]:
        for _ in range(GROUP - 1):
            try:
                job = self.jobs.get_nowait()
            except queue.Empty:
                return
            yield job
            if job is None:
                return

    def _answer(self, group: list[_Job]) -> None:
        try:
            outcomes = self._committed(group)
        except Exception as error:  # whatever happens, nobody is left waiting and the thread lives on
            outcomes = [_Outcome(job.future, None, Busy(f"SQLite: {type(error).__name__}")) for job in group]
        with contextlib.suppress(RuntimeError):  # the loop has closed: nobody waits any more
            group[0].future.get_loop().call_soon_threadsafe(_deliver, outcomes)

    def _committed(self, group: list[_Job]) -> list[_Outcome]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            outcomes = [self._one(job) for job in group]
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            return [_Outcome(job.future, None, _translated(error)) for job in group]
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
        self._writer = _Writer(_connection(path))
        super().__init__(_connection(path))
        self._connection.execute("PRAGMA query_only=ON")
        self._writer.start()

    @property
    def url(self) -> str:
        return f"sqlite://{self._path}"

    @property
    def path(self) -> Path:
        """The database file."""
        return self._path

    async def transaction(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._writer.jobs.put(_Job(verb, args, kwargs, future))
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
        self._writer.jobs.put(None)
        await asyncio.to_thread(self._writer.join)
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
