"""What a room sees of a database: verbs run in one transaction, the same SQL on both engines.

A verb is `async def verb(tx, *args)`. It awaits nothing but `tx`, so that on SQLite it runs to its end in one go.
Parameters are `$1`, `$2`, …; moments are microseconds; byte strings are `bytes`.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

T = TypeVar("T")
P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])
Engine = Literal["sqlite", "postgresql"]


class Row(Protocol):
    """One row; columns by name or by position."""

    def __getitem__(self, key: str | int, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...


class Reader(Protocol):
    """Asks questions. Outside a transaction each statement sees its own moment."""

    @property
    def engine(self) -> Engine: ...

    async def fetch(self, sql: str, *args: Any) -> Sequence[Row]: ...

    async def fetchrow(self, sql: str, *args: Any) -> Row | None: ...

    async def fetchval(self, sql: str, *args: Any) -> Any: ...


class Transaction(Reader, Protocol):
    """Asks and writes; everything or nothing."""

    async def execute(self, sql: str, *args: Any) -> int:
        """Run a statement and tell how many rows it touched."""
        ...

    async def executemany(self, sql: str, rows: Iterable[Sequence[Any]]) -> int:
        """Run a statement for each row and tell how many it touched in all; -1 on PostgreSQL, which does not say."""
        ...

    async def copy(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Write rows by COPY: PostgreSQL's alone, for `storage.bulk`."""
        ...

    async def copy_new(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bool:
        """The same of rows that are to be new; False, and none is written, if one of them is taken."""
        ...


Verb = Callable[Concatenate[Transaction, P], Awaitable[T]]
Question = Callable[Concatenate[Reader, P], Awaitable[T]]


class Database(Reader, Protocol):
    """An open database of either engine."""

    @property
    def url(self) -> str:
        """Where it is, without a password."""
        ...

    @property
    def recent(self) -> Reader:
        """Asks for what may be half a second old: credentials and rights (`storage.recent`)."""
        ...

    async def transaction(self, verb: Verb[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the verb; its return commits durably, an exception rolls back.

        A verb that lost a race (serialization failure, deadlock, unique violation) runs again, at most three times.
        """
        ...

    async def read(self, question: Question[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the question on one consistent snapshot."""
        ...

    async def now_micros(self) -> int:
        """The database's clock, microseconds since the epoch."""
        ...

    async def close(self) -> None: ...


def lengthy(verb: F) -> F:
    """Marks a verb that may take long (it deletes without bound): on SQLite it leaves the event loop free."""
    verb.lengthy = True  # type: ignore[attr-defined]
    return verb


async def open_database(url: str) -> Database:
    """Open `sqlite:///path/file.db` or `postgresql://user@host/name`; raises `StorageError` with one clear line."""
    from claimstack.storage.errors import StorageError

    scheme = url.partition(":")[0]
    if scheme == "sqlite":
        from claimstack.storage.sqlite import open_sqlite

        return open_sqlite(url.removeprefix("sqlite://"))
    if scheme in ("postgresql", "postgres"):
        from claimstack.storage.postgresql import open_postgresql

        return await open_postgresql(url)
    raise StorageError(f"database URL: expected sqlite:///FILE or postgresql://…, got scheme {scheme!r}")
