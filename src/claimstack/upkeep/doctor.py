"""What an operator looks at first, a line each: fine, worth a look, or broken with the way out. Changes nothing."""

import asyncio
import os
import shutil
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from importlib.metadata import version
from pathlib import Path
from typing import Literal, NamedTuple

from claimstack.clock import Clock
from claimstack.node import MOST_SKEW_SECONDS, measure
from claimstack.settings import Settings, flag_name
from claimstack.storage import Database, StorageError, open_database, pending, schema_version
from claimstack.upkeep.opening import sqlite_file
from claimstack.vault import KekError, KekFile, Vault
from claimstack.vault.rewrap import count_by_version, unopenable

LIBRARIES = ("grpcio", "protobuf", "uvicorn", "cryptography", "asyncpg", "zxing-cpp", "argon2-cffi")
MEBIBYTE = 1 << 20
LITTLE_MEBIBYTES, NONE_MEBIBYTES = 1024, 100
SLOW_SECONDS = 0.5
ASK_SECONDS = 3.0


class Line(NamedTuple):
    """One thing looked at; `text` says what was seen and, unless it is fine, the way out."""

    state: Literal["ok", "warn", "FAIL"]
    subject: str
    text: str


async def examine(settings: Settings) -> AsyncIterator[Line]:
    """Look at everything; lines come as they are found."""
    yield _python()
    yield Line("ok", "libraries", ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    yield _data_directory(settings.data_dir)
    yield _space(settings.data_dir)
    async for line in _database(settings):
        yield line
    for name in ("http_listen", "grpc_listen"):
        yield await _port(settings, name)


def _python() -> Line:
    text = f"{sys.version.split()[0]} at {sys.executable}"
    return (
        Line("ok", "python", text) if sys.version_info >= (3, 11) else Line("FAIL", "python", f"{text}: 3.11 is needed")
    )


def _existing(path: Path) -> Path:
    """The path itself, or the nearest folder above it that is there."""
    path = path.absolute()
    return next(one for one in (path, *path.parents) if one.exists())


def _data_directory(folder: Path) -> Line:
    found = _existing(folder)
    if not found.is_dir() or not os.access(found, os.W_OK | os.X_OK):
        return Line("FAIL", "data directory", f"{folder}: not writable; give it to this user or choose --data-dir")
    made = "" if found == folder.absolute() else ", will be made at the first start"
    return Line("ok", "data directory", f"{folder.absolute()}{made}")


def _space(folder: Path) -> Line:
    free = shutil.disk_usage(_existing(folder)).free // MEBIBYTE
    if free >= LITTLE_MEBIBYTES:
        return Line("ok", "disk space", f"{free} MiB free")
    state: Literal["warn", "FAIL"] = "FAIL" if free < NONE_MEBIBYTES else "warn"
    return Line(state, "disk space", f"{free} MiB free: make room, or move --data-dir")


# ------------------------------------------------------------------ database, KEK, clock


async def _database(settings: Settings) -> AsyncIterator[Line]:
    file = sqlite_file(settings.database)
    if file is not None and not file.exists():
        yield Line("ok", "database", f"{file}: will be made at the first start")
        yield _kek_of_new_database(settings.kek)
        return
    try:
        db = await open_database(settings.database)
    except StorageError as error:
        yield Line("FAIL", "database", f"{error}; is it running, is --database-url right?")
        return
    try:
        yield await _schema(db)
        yield await _kek(settings, db)
        yield await _clock(db)
    finally:
        await db.close()


async def _schema(db: Database) -> Line:
    try:
        left = await pending(db)
    except StorageError as error:
        return Line("FAIL", "database", str(error))
    text = f"{db.url}: schema {await schema_version(db)}"
    if left:
        return Line(
            "warn", "database", f"{text}, {len(left)} migrations pending: `claimstack migrate`, or start the server"
        )
    return Line("ok", "database", text)


def _kek_of_new_database(path: Path) -> Line:
    if not path.exists():
        return Line("ok", "KEK", f"{path}: will be made at the first start")
    try:
        return Line("ok", "KEK", f"{path}: version {KekFile.load(path).newest}")
    except KekError as error:
        return Line("FAIL", "KEK", str(error))


async def _kek(settings: Settings, db: Database) -> Line:
    if await schema_version(db) == 0:
        return _kek_of_new_database(settings.kek)
    try:
        keks = KekFile.load(settings.kek)
    except KekError as error:
        if not settings.kek.exists() and not await db.fetchval("SELECT 1 FROM pepper"):
            return _kek_of_new_database(settings.kek)
        return Line("FAIL", "KEK", str(error))
    return await _kek_opens(db, keks)


async def _kek_opens(db: Database, keks: KekFile) -> Line:
    """Every version that is in use must be there, and a sample must open; `kek verify` opens everything."""
    missing = set(await count_by_version(db)) - set(keks.keys)
    if missing:
        return Line("FAIL", "KEK", f"{keks.path}: version {min(missing)} is in use, but not in the file; restore it")
    async for value in unopenable(db, Vault(keks, {}), pages=1):
        return Line(
            "FAIL", "KEK", f"{keks.path}: {value.column.table} {value.key} does not open; restore the right file"
        )
    mode = keks.path.stat().st_mode & 0o077
    if mode:
        return Line("warn", "KEK", f"{keks.path}: others may read it; chmod 600 {keks.path}")
    return Line("ok", "KEK", f"{keks.path}: version {keks.newest}, it opens what is sealed; is it backed up elsewhere?")


async def _clock(db: Database) -> Line:
    offset = await measure(db, Clock())
    text = f"{offset:+.3f} s to the database"
    if abs(offset) > MOST_SKEW_SECONDS:
        return Line("FAIL", "clock", f"{text}: this node would not be ready; let NTP set the clocks")
    if abs(offset) > SLOW_SECONDS:
        return Line("warn", "clock", f"{text}: at {MOST_SKEW_SECONDS:.0f} s this node is not ready; look at NTP")
    return Line("ok", "clock", text)


# ------------------------------------------------------------------ ports


async def _port(settings: Settings, name: str) -> Line:
    listen: str = getattr(settings, name)
    subject = "HTTP port" if name == "http_listen" else "gRPC port"
    host, _, port = listen.rpartition(":")
    try:
        server = await asyncio.start_server(lambda reader, writer: None, host.strip("[]") or None, int(port))
    except OSError as error:
        ask = _answers_http if name == "http_listen" else _answers_grpc
        if await _asked(ask, settings, host.strip("[]"), int(port)):
            return Line("ok", subject, f"{listen}: claimstack answers")
        reason = error.strerror or error
        return Line("FAIL", subject, f"{listen}: {reason}; stop what holds it or choose --{flag_name(name)}")
    server.close()
    await server.wait_closed()
    return Line("ok", subject, f"{listen}: free")


Ask = Callable[[Settings, str, int], Awaitable[bool]]


async def _asked(ask: Ask, settings: Settings, host: str, port: int) -> bool:
    reached = "127.0.0.1" if host in ("0.0.0.0", "") else host  # noqa: S104 - asked, not listened on
    try:
        return await asyncio.wait_for(ask(settings, reached, port), ASK_SECONDS)
    except (OSError, TimeoutError):
        return False


async def _answers_http(settings: Settings, host: str, port: int) -> bool:
    """Whether our own metrics are there."""
    reader, writer = await asyncio.open_connection(host, port, ssl=_any_certificate() if settings.tls else None)
    try:
        writer.write(f"GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"claimstack_ready" in await reader.read()
    finally:
        writer.close()


async def _answers_grpc(settings: Settings, host: str, port: int) -> bool:
    """Whether a method of our own package is known there: whatever it answers, but not `Unimplemented`."""
    import grpc

    if settings.tls:  # whose certificate it is was not asked: a TLS handshake is all that is looked at
        _, writer = await asyncio.open_connection(host, port, ssl=_any_certificate())
        writer.close()
        return True
    shown = f"[{host}]" if ":" in host else host
    async with grpc.aio.insecure_channel(f"{shown}:{port}") as channel:
        call = channel.unary_unary("/claimstack.v1.AuditRegistry/List")
        try:
            await call(b"", timeout=ASK_SECONDS)
        except grpc.aio.AioRpcError as error:
            return error.code() not in (grpc.StatusCode.UNIMPLEMENTED, grpc.StatusCode.UNAVAILABLE)
    return True


def _any_certificate() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    return context
