"""`python -m bench.imports [devices] [entries] [engine]`: imports against a running server, and each process's CPU.

Of a table and of a manifest (0: not that one), on both engines or on the one that is named. Beside them what bare
SQLite does with the same rows in the same run: one transaction of `executemany`. And how long somebody waits who asks
the server something meanwhile.
"""

import contextlib
import itertools
import json
import secrets
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
from cryptography.hazmat.primitives.serialization import Encoding

from bench.house import KEY, House, database_cpu, open_house
from tests.device_templates.microchip.maker import Maker
from tests.imports.jobs import HEAD, line
from tests.support.postgres import Cluster

DEVICES, ENTRIES = 100_000, 100_000
PIECE = 1 << 16
APPLICATION = "import-app"
_firsts = itertools.count(0, 10_000_000)


@dataclass(slots=True)
class Figures:
    """Of one import: seconds of wall time and of CPU, MiB of memory, milliseconds of waiting."""

    name: str
    rows: int
    wall: float
    server_cpu: float
    reader_cpu: float
    database_cpu: float
    server_growth: float
    reader_memory: float
    waited: list[float]

    def line(self, reference: float) -> str:
        """A row of the table."""
        each = (self.server_cpu + self.reader_cpu) / self.rows * 1e6
        worst = sorted(self.waited)[int(len(self.waited) * 0.99)] * 1000
        database = f"{self.database_cpu:.1f}" if self.database_cpu else "–"
        return (
            f"| {self.name} | {self.rows:,} | {self.wall:.1f} | {self.server_cpu:.1f} + {self.reader_cpu:.1f}"
            f" | {database} | {each:.0f} | {reference:.1f} | +{self.server_growth:.0f}, {self.reader_memory:.0f}"
            f" | {worst:.0f} |"
        )


HEADING = (
    "| import | rows | wall s | CPU s, server + readers | PostgreSQL's | CPU µs a row | bare SQLite s |"
    " MiB: server, readers | p99 of a request meanwhile, ms |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
)


def table(count: int) -> Path:
    """A device table in a file."""
    path, first = Path(tempfile.mkstemp(suffix=".csv")[1]), next(_firsts)
    with path.open("w") as file:
        file.write(f"{HEAD}\n")
        file.writelines(f"{line(n)}\n" for n in range(first, first + count))
    return path


def manifest(maker: Maker, count: int) -> Path:
    """A signed manifest in a file: making one takes longer than reading it."""
    path, first = Path(tempfile.mkstemp(suffix=".json")[1]), next(_firsts)
    with path.open("w") as file:
        for at in range(count):
            n = first + at
            payload = maker.payload(f"0123{n:012x}27", f"{0x0004A31000000000 + n:016X}")
            file.write(("[" if at == 0 else ",\n") + json.dumps(maker.entry(payload)))
        file.write("]")
    return path


def measured(house: House, name: str, count: int, format_id: str, path: Path, postmaster: int = 0) -> Figures:
    """Run one import to its end; every row has to go in. The file is removed."""
    headers = {"authorization": f"Bearer {KEY}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{house.http_port}", headers=headers, timeout=120) as api:
        base = f"/api/claimstack/v1/applications/{APPLICATION}/imports"
        wish = {"format_id": format_id, "set_claim_authentication_code": True}
        number = api.post(base, json=wish).raise_for_status().json()["import_id"]
        memory, spent, started = house.memory, _spent(house, postmaster), time.perf_counter()
        readers = _Readers(house)
        with path.open("rb") as file:
            api.put(f"{base}/{number}/file", content=iter(lambda: file.read(PIECE), b"")).raise_for_status()
        waited, peak = [], memory
        while True:
            asked = time.perf_counter()
            job = api.get(f"{base}/{number}").json()
            waited.append(time.perf_counter() - asked)
            peak = max(peak, house.memory)
            if job["state"] != "IMPORT_RUNNING":
                break
            time.sleep(0.1)
    wall = time.perf_counter() - started
    server, reading, database = (after - before for before, after in zip(spent, _spent(house, postmaster), strict=True))
    readers.stop()
    path.unlink()
    if (job["state"], int(job["rows_created"])) != ("IMPORT_DONE", count):
        raise RuntimeError(job)
    return Figures(name, count, wall, server, reading, database, peak - memory, readers.memory, waited)


def _spent(house: House, postmaster: int) -> tuple[float, float, float]:
    """CPU seconds so far: of the server, of the readers that have ended, of the database's connections."""
    times = house.process.cpu_times()
    return house.cpu, float(times.children_user + times.children_system), database_cpu(postmaster)


class _Readers(threading.Thread):
    """Watches the memory of the processes that read for the server (shared parts once)."""

    def __init__(self, house: House) -> None:
        super().__init__(daemon=True)
        self._house, self._over = house, threading.Event()
        self.memory = 0.0
        self.start()

    def run(self) -> None:
        while not self._over.wait(0.2):  # looking costs some 3 ms of a core that they need
            memory = 0.0
            for process in self._house.process.children(recursive=True):
                with contextlib.suppress(psutil.Error):
                    memory += process.memory_full_info().pss / (1 << 20)
            self.memory = max(self.memory, memory)

    def stop(self) -> None:
        self._over.set()
        self.join()


def bare_sqlite(count: int) -> float:
    """Seconds in which SQLite takes rows like those of that many devices: one durable transaction."""
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        for sql in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", *_TABLES):
            db.execute(sql)
        rows = _rows(count)
        started = time.perf_counter()
        db.execute("BEGIN")
        for (name, places), many in zip(_PLACES.items(), rows, strict=True):
            db.executemany(f"INSERT INTO {name} VALUES ({places})", many)
        db.execute("COMMIT")
        return time.perf_counter() - started


_TABLES = (
    "CREATE TABLE device (id INTEGER PRIMARY KEY, uid TEXT UNIQUE, join_eui BLOB, dev_eui BLOB, body BLOB)",
    "CREATE UNIQUE INDEX device_euis ON device (join_eui, dev_eui)",
    "CREATE TABLE part (device INTEGER, component TEXT, body BLOB, PRIMARY KEY (device, component))",
    "CREATE TABLE secret (device INTEGER, field TEXT, sealed BLOB, PRIMARY KEY (device, field))",
)
_PLACES = {"device": "?, ?, ?, ?, ?", "part": "?, ?, ?", "secret": "?, ?, ?"}


def _rows(count: int) -> tuple[Sequence[tuple[object, ...]], ...]:
    sealed = secrets.token_bytes(44)
    devices = [(n, f"sensor-{n}", bytes(8), n.to_bytes(8, "big"), b"x" * 40) for n in range(count)]
    parts = [(n, component, b"x" * 20) for n in range(count) for component in ("ns", "as", "js")]
    kept = [(n, field, sealed) for n in range(count) for field in ("app_key", "code")]
    return devices, parts, kept


def main() -> None:
    """Measure and print the table."""
    devices, entries = (int(sys.argv[at]) if len(sys.argv) > at else size for at, size in ((1, DEVICES), (2, ENTRIES)))
    engines = sys.argv[3:] or ["sqlite", "postgresql"]
    maker = Maker()
    print(HEADING)
    if "sqlite" in engines:
        compared(maker, "SQLite", devices, entries)
    if "postgresql" in engines:
        cluster = Cluster()
        try:
            compared(maker, "PostgreSQL", devices, entries, cluster)
        finally:
            cluster.destroy()


def compared(maker: Maker, engine: str, devices: int, entries: int, cluster: Cluster | None = None) -> None:
    """A device table and a manifest on one engine."""
    house = open_house(cluster.create("bench") if cluster else "", **certificates(maker))
    postmaster = cluster.postmaster if cluster else 0
    try:
        httpx.post(
            f"http://127.0.0.1:{house.http_port}/api/v3/users/admin/applications",
            json={"application": {"ids": {"application_id": APPLICATION}}},
            headers={"authorization": f"Bearer {KEY}"},
        ).raise_for_status()
        if devices:
            path = table(devices)
            figures = measured(house, f"CSV, {engine}", devices, "the-things-stack-csv", path, postmaster)
            print(figures.line(bare_sqlite(devices)), flush=True)
        if entries:
            path = manifest(maker, entries)
            figures = measured(house, f"manifest, {engine}", entries, "microchip-atecc608a-tnglora", path, postmaster)
            print(figures.line(bare_sqlite(entries)), flush=True)
    finally:
        house.stop()


def certificates(maker: Maker) -> dict[str, str]:
    """Settings of a server that believes this maker."""
    folder = Path(tempfile.mkdtemp())
    (folder / "signer.pem").write_bytes(maker.signer.pem)
    (folder / "root.pem").write_bytes(maker.root.public_bytes(Encoding.PEM))
    return {
        "CLAIMSTACK_LOG_SIGNER_CERTIFICATES": str(folder / "signer.pem"),
        "CLAIMSTACK_SECURE_ELEMENT_ROOTS": str(folder / "root.pem"),
    }


if __name__ == "__main__":
    main()
