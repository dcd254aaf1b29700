"""`make bench`: measure, and write docs/benchmarks.md anew."""

import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from bench import grpc_calls, joins, lists, ttjs
from bench.figures import Row, measured, row
from bench.house import House, open_house
from bench.load import request
from bench.references import pgbench_updates, sqlite_commits
from bench.seed import World, populate
from tests.support.postgres import Cluster

CLIENTS = 64
CLAIMS = 3000
GETS = 8000
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"


async def rounds(house: House, engine: str, references: dict[int, float]) -> list[Row]:
    """Claims and gets at 1, 16 and 64 clients."""
    rows, first = [], 1
    world = await populate(house, 3 * CLAIMS + grpc_calls.CLAIMS, first)
    for clients in (1, 16, CLIENTS):
        count = CLAIMS // (4 if clients == 1 else 1)
        outcome, cpu = await measured(house, world.claims(count, first), clients)
        rows.append(row(f"claim, {engine}, {clients} clients", outcome, cpu, references.get(clients)))
        first += CLAIMS
    for clients in (1, CLIENTS):
        outcome, cpu = await measured(house, gets(world), clients)
        rows.append(row(f"get of a device, {engine}, {clients} clients", outcome, cpu, None))
    rows += await grpc_calls.rounds(house, world, engine, first)
    first += grpc_calls.CLAIMS
    return rows + await ttjs.rounds(house, engine, first, references.get(CLIENTS))


def gets(world: World) -> list[bytes]:
    """Reads of one claimed device by its owner."""
    application, key = world.owners[0]
    path = f"/api/v3/applications/{application}/devices/dev-16?field_mask=name,claim_authentication_code.value"
    return [request("GET", path, f"Bearer {key}")] * GETS


def command_line() -> list[Row]:
    """Wall time of the client, whole process, median of seven."""
    program = Path(sys.executable).parent / "ttn-lw-cli"
    environment = os.environ | {"HOME": "/nonexistent"}
    times = {}
    for words in (("--version",), ("end-devices", "claim", "--help")):
        seen = []
        for _ in range(7):
            started = time.perf_counter()
            subprocess.run([program, *words], env=environment, stdout=subprocess.DEVNULL, check=True)
            seen.append(time.perf_counter() - started)
        times[" ".join(words)] = sorted(seen)[3]
    return [
        (f"`ttn-lw-cli {words}`", "–", f"{seconds * 1000:.0f} ms wall", "–", "–") for words, seconds in times.items()
    ]


def main() -> None:
    """Run everything and write the page."""
    rows: list[Row] = []
    raw = sqlite_commits()
    house = open_house()
    idle, ready = house.memory, house.seconds_to_ready
    rows += uvloop.run(rounds(house, "SQLite", dict.fromkeys((1, 16, CLIENTS), raw)))
    rows += uvloop.run(joins.rounds(house, "SQLite"))
    house.stop()
    cluster = Cluster("-c max_connections=200")
    try:
        updates = {n: pgbench_updates(cluster, n) for n in (1, 16, CLIENTS)}
        house = open_house(cluster.create("bench"))
        rows += uvloop.run(rounds(house, "PostgreSQL", updates))
        rows += uvloop.run(joins.rounds(house, "PostgreSQL"))
        house.stop()
    finally:
        cluster.destroy()
    write(rows + command_line(), raw, updates, ready, idle)
    lists.write()


def write(rows: list[Row], raw: float, updates: dict[int, float], ready: float, idle: float) -> None:
    """The page, with the date, the machine and the references of the same run."""
    shown = ", ".join(f"{value:,.0f}/s with {clients}" for clients, value in updates.items())
    head = [
        "# Benchmarks",
        "",
        f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {os.cpu_count()} cores that also carry the",
        f"load generator and the database, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} after it.",
        "",
        "References of the same run: durable one-row commits of bare SQLite (WAL, `synchronous=FULL`)"
        f" {raw:,.0f}/s; pgbench one-row UPDATE {shown} clients.",
        f"Start to ready {ready:.2f} s; idle memory {idle:.0f} MiB.",
        "",
        "| what | per second | p99 ms | server CPU µs a request | against the reference |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines = [f"| {' | '.join(one)} |" for one in rows]
    PAGE.write_text("\n".join([*head, *lines, ""]), "utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
