"""What the bare engines do on this machine, right now: one-row commits of SQLite, one-row updates of pgbench."""

import re
import sqlite3
import subprocess
import tempfile
import time
from pathlib import Path

from tests.support.postgres import Cluster, binaries

SECONDS = 3.0


def sqlite_commits() -> float:
    """Durable one-row commits a second (WAL, synchronous=FULL), one connection, nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "raw.db", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE device (id INTEGER PRIMARY KEY, owner INTEGER)")
        connection.executemany("INSERT INTO device VALUES (?, 0)", ((n,) for n in range(10_000)))
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < SECONDS:
            connection.execute("UPDATE device SET owner = owner + 1 WHERE id = ?", (count % 10_000,))
            count += 1
        return count / (time.perf_counter() - started)


def pgbench_updates(cluster: Cluster, clients: int) -> float:
    """One-row UPDATE transactions a second by pgbench with that many clients."""
    url = cluster.create("pgbench_reference")
    script = cluster.root / "update.sql"
    script.write_text("\\set id random(1, 50000)\nUPDATE device SET owner = owner + 1 WHERE id = :id;\n")
    setup = (
        "CREATE TABLE device (id bigint PRIMARY KEY, owner bigint);"
        " INSERT INTO device SELECT n, 0 FROM generate_series(1, 50000) n;"
    )
    subprocess.run([binaries() / "psql", "-qX", url, "-c", setup], check=True)
    command = [
        str(binaries() / "pgbench"),
        "-n",
        "-M",
        "prepared",
        "-c",
        str(clients),
        "-j",
        "2",
        "-T",
        str(int(SECONDS)),
    ]
    out = subprocess.run([*command, "-f", str(script), url], check=True, capture_output=True, text=True).stdout
    cluster.drop("pgbench_reference")
    return float(re.search(r"tps = ([\d.]+)", out)[1])  # type: ignore[index]
