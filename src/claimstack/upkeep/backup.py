"""A backup is one gzip file of JSON lines: portable between engines, one consistent snapshot, no secret in clear.

First line: what it is. Then one line a row. Last line: the number of rows and a SHA-256 over everything before, so that
a cut-off file is noticed before anything is written. The KEK is never in it: without the KEK its keys do not open.
"""

import base64
import gzip
import hashlib
import os
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import orjson

from claimstack import __version__
from claimstack.storage import Database, Reader, Transaction, schema_version
from claimstack.upkeep.tables import TABLES, Table

FORMAT = "claimstack backup 1"
CHUNK = 1000
Progress = Callable[[str, int], None]


class BackupError(Exception):
    """The file is no whole backup, or the place to restore to is not empty; one clear line."""


async def back_up(db: Database, path: Path, progress: Progress) -> int:
    """Write the backup, mode 0600; it takes its name only when it is whole. Returns the number of rows."""
    aside = path.with_name(path.name + ".partial")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6) as file:
            rows = await db.read(_write, file, progress)
        raw.flush()
        os.fsync(raw.fileno())
    aside.replace(path)
    return rows


async def _write(reader: Reader, file: gzip.GzipFile, progress: Progress) -> int:
    digest, count = hashlib.sha256(), 0

    def put(line: Any) -> None:
        text = orjson.dumps(line) + b"\n"
        digest.update(text)
        file.write(text)

    put({"format": FORMAT, "version": __version__, "schema": await schema_version(reader)})
    for table in TABLES:
        async for rows in _chunks(reader, table):
            for row in rows:
                put([table.name, {key: _out(row[key]) for key in row.keys()}])  # noqa: SIM118
            count += len(rows)
            progress(table.name, count)
    file.write(orjson.dumps({"rows": count, "sha256": digest.hexdigest()}) + b"\n")
    return count


async def _chunks(reader: Reader, table: Table) -> AsyncIterator[Sequence[Any]]:
    """The table by its primary key, a bounded number of rows at a time."""
    order, key = ", ".join(table.key), len(table.key)
    after = f"WHERE ({order}) > ({', '.join(f'${n}' for n in range(1, key + 1))})"
    first = f"SELECT * FROM {table.name} ORDER BY {order} LIMIT {CHUNK}"  # noqa: S608 - names from the table above
    rows = await reader.fetch(first)
    while rows:
        yield rows
        if len(rows) < CHUNK:
            return
        last = [rows[-1][name] for name in table.key]
        rows = await reader.fetch(first.replace(" ORDER BY", f" {after} ORDER BY"), *last)


def _out(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode()} if isinstance(value, bytes | memoryview) else value


def _in(value: Any, boolean: bool) -> Any:
    if isinstance(value, dict):
        return base64.b64decode(value["b"])
    return bool(value) if boolean and value is not None else value


def _lines(path: Path) -> Iterator[tuple[bytes, Any]]:
    try:
        with gzip.open(path, "rb") as file:
            for text in file:
                yield text, orjson.loads(text)
    except (OSError, EOFError, orjson.JSONDecodeError) as error:
        raise BackupError(f"{path}: not a whole backup ({type(error).__name__})") from error


def verify(path: Path) -> dict[str, Any]:
    """Read the whole file and check its digest; returns its first line. `BackupError` tells what is wrong."""
    digest, head, count = hashlib.sha256(), None, -1
    for text, line in _lines(path):
        if head is None:
            head = line
        if isinstance(line, dict) and "sha256" in line:
            if line != {"rows": count, "sha256": digest.hexdigest()}:
                raise BackupError(f"{path}: the content does not match its digest")
            return _known(path, head)
        digest.update(text)
        count += 1
    raise BackupError(f"{path}: not a whole backup (its end is missing)")


def _known(path: Path, head: Any) -> dict[str, Any]:
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise BackupError(f"{path}: not a claimstack backup")
    return head


async def restore(db: Database, path: Path, progress: Progress) -> int:
    """Fill an empty database of the same schema; everything or nothing. Returns the number of rows."""
    head, here = verify(path), await schema_version(db)
    if head["schema"] != here:
        raise BackupError(
            f"{path}: made with schema {head['schema']}, this program has {here}; restore with that version"
        )
    return await db.transaction(_fill, path, progress)


async def _fill(tx: Transaction, path: Path, progress: Progress) -> int:
    for table in TABLES:
        if await tx.fetchval(f"SELECT 1 FROM {table.name} LIMIT 1"):  # noqa: S608 - names from the table above
            raise BackupError(f"the database is not empty ({table.name}): restore into a new one")
    count, name = 0, ""
    batch: list[dict[str, Any]] = []
    for _, line in _lines(path):
        if isinstance(line, dict):
            continue
        if line[0] != name or len(batch) >= CHUNK:
            count += await _insert(tx, name, batch)
            progress(line[0], count)
            name, batch = line[0], []
        batch.append(line[1])
    count += await _insert(tx, name, batch)
    await _continue_identities(tx)
    return count


async def _insert(tx: Transaction, name: str, batch: list[dict[str, Any]]) -> int:
    if not batch:
        return 0
    columns = list(batch[0])
    if name not in {table.name for table in TABLES} or not all(column.isidentifier() for column in columns):
        raise BackupError(f"unknown table or column in the backup: {name[:40]}")
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    sql = f"INSERT INTO {name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608 - checked above
    booleans = _BOOLEANS.get(name, ())
    await tx.executemany(sql, [[_in(row[column], column in booleans) for column in columns] for row in batch])
    return len(batch)


# SQLite has no booleans of its own: its 0 and 1 become booleans again on the way to PostgreSQL.
_BOOLEANS = {
    "user_account": ("admin", "require_password_update"),
    "claim_ledger": ("code_kept", "root_keys_read"),
}


async def _continue_identities(tx: Transaction) -> None:
    """Surrogate keys go on after the highest restored one; SQLite does so by itself."""
    if tx.engine != "postgresql":
        return
    for table in (one for one in TABLES if one.identity):
        await tx.fetchval(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'),"  # noqa: S608 - names from the table above
            f" greatest(1, (SELECT coalesce(max(id), 1) FROM {table.name})))"
        )
