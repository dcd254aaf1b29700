"""`python -m bench.lists [devices] [engine…]`: what a page of the Console's list costs among a million devices.

One application has them all; of every four one came by a claim, one has a code, and all but one in 10,000 have joined.
The CPU is the server's, and beside it that of PostgreSQL's processes; means of twenty visits, each page by itself.
"""

import os
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import httpx
import uvloop

from bench.house import KEY, House, database_cpu, open_house
from claimstack.storage import Transaction, lengthy, open_database
from claimstack.storage.bulk import Columns, insert_many
from claimstack.wire import v3
from tests.support.postgres import Cluster

DEVICES = 1_000_000
BLOCK = 20_000
VISITS = 20
APPLICATION = "a-million"
PAGE = Path(__file__).parents[1] / "docs" / "benchmarks-lists.md"
ROWS = 50
JOIN_EUI = bytes.fromhex("70B3D57ED0000000")
PLACES = ("shed", "greenhouse", "barn", "cellar", "attic", "orchard", "stable", "yard")

_DEVICE: Columns = {
    "id": "bigint", "uid": "text", "join_eui": "bytea", "dev_eui": "bytea", "name": "text", "is_body": "bytea",
    "maker_application": "bigint", "last_seen_at": "bigint", "joined_epoch": "bigint", "application": "bigint",
    "created_at": "bigint", "updated_at": "bigint",
}  # fmt: skip
_SESSION: Columns = {
    "end_device": "bigint", "session_key_id": "bytea", "keys_sealed": "bytea", "slot": "bigint", "epoch": "bigint",
    "keys_kek": "bigint", "created_at": "bigint",
}  # fmt: skip
_CODE: Columns = {
    "end_device": "bigint", "code_hash": "bytea", "code_sealed": "bytea", "application": "bigint", "pepper": "bigint",
    "code_kek": "bigint", "updated_at": "bigint",
}  # fmt: skip

Row = tuple[str, str, str]
HEADING = "| page of 50 out of {devices:,} devices | server CPU ms | with the database's CPU, ms |\n| --- | --- | --- |"


def pages(devices: int) -> Iterator[tuple[str, str]]:
    """Name and query of every page that is measured."""
    for order in ("device_id", "dev_eui", "last_seen_at", "created_at"):
        yield f"by {order}", f"order={order}"
        yield f"by {order}, downwards", f"order=-{order}"
        yield f"by {order}, last page", f"order={order}&page={devices // ROWS}"
    yield "in the middle, out of nothing", f"page={devices // ROWS // 2}"
    for show in ("claimable", "claimed", "silent"):
        yield f"only {show}", f"show={show}"
        yield f"only {show}, by DevEUI", f"show={show}&order=dev_eui"
        yield f"only {show}, page 100", f"show={show}&page=100"
    for name, text in (
        ("an id", f"dev-{devices // 2:07}"), ("the beginning of every id", "dev-"), ("a name", "greenhouse 00077"),
        ("a DevEUI", f"{devices // 2:016X}"), ("the end of no id", "-nothing"), ("the JoinEUI of all", JOIN_EUI.hex()),
    ):  # fmt: skip
        yield f"search for {name}", f"q={text}"
    yield "search for a name, only claimable", "q=greenhouse&show=claimable"


def measure(house: House, engine: str, devices: int, postmaster: int = 0) -> list[Row]:
    """Every page: the mean of some visits (a process's clock has steps of 10 ms)."""
    rows = []
    with httpx.Client(base_url=f"http://127.0.0.1:{house.http_port}", timeout=60) as browser:
        form = {"user_id": "admin", "password": house.environment["CLAIMSTACK_ADMIN_PASSWORD"]}
        browser.post("/oauth/login", data=form, headers={"origin": str(browser.base_url)})
        for name, query in pages(devices):
            spent = [_visit(browser, house, query, postmaster) for _ in range(VISITS)]
            own, both = (mean(seconds) * 1000 for seconds in zip(*spent, strict=True))
            rows.append((f"{engine}: {name}", f"{own:.0f}", f"{both:.0f}" if postmaster else "–"))
            print(f"| {' | '.join(rows[-1])} |", flush=True)
    return rows


def _visit(browser: httpx.Client, house: House, query: str, postmaster: int) -> tuple[float, float]:
    own, others = house.cpu, database_cpu(postmaster)
    answer = browser.get(f"/console/applications/{APPLICATION}/devices?{query}", headers={"sec-fetch-site": "none"})
    if answer.status_code != 200:
        raise RuntimeError(f"{query}: {answer.status_code}")
    own = house.cpu - own
    return own, own + database_cpu(postmaster) - others


# ------------------------------------------------------------------ a million devices


async def fill(house: House, url: str, devices: int) -> None:
    """An application of the admin with that many devices, written to the database directly."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}/api/v3", timeout=60) as api:
        auth = {"authorization": f"Bearer {KEY}"}
        body: dict[str, Any] = {"application": {"ids": {"application_id": APPLICATION}}}
        (await api.post("/users/admin/applications", json=body, headers=auth)).raise_for_status()
        rights = [f"RIGHT_APPLICATION_DEVICES_{one}" for one in ("READ", "READ_KEYS", "WRITE", "WRITE_KEYS")]
        path = f"/applications/{APPLICATION}/api-keys"
        key = (await api.post(path, json={"rights": rights}, headers=auth)).raise_for_status().json()["key"]
        path = f"/edcs/applications/{APPLICATION}/authorize"
        (await api.post(path, json={"api_key": key}, headers=auth)).raise_for_status()
    db = await open_database(url or f"sqlite://{house.folder.name}/claimstack.db")
    application = await db.fetchval("SELECT id FROM application WHERE uid = $1", APPLICATION)
    now = time.time_ns() // 1000
    for first in range(1, devices + 1, BLOCK):
        await db.transaction(_write, application, range(first, min(first + BLOCK, devices + 1)), now)
    await db.transaction(_settle, application, devices)
    await db.close()


@lengthy
async def _write(tx: Transaction, application: int, numbers: Sequence[int], now: int) -> None:
    same: tuple[object, ...] = application, now, now
    await insert_many(tx, "end_device", _DEVICE, [(*_device(application, n, now), *same) for n in numbers])
    same = 0, 1, 1, now
    joined = [(n, n.to_bytes(8, "big"), bytes(80), *same) for n in numbers if _joined(n)]
    await insert_many(tx, "join_session", _SESSION, joined)
    same = application, 1, 1, now
    await insert_many(tx, "claim_code", _CODE, [(n, bytes(32), bytes(44), *same) for n in numbers if n % 4 == 1])


def _device(application: int, n: int, now: int) -> tuple[object, ...]:
    body = v3.EndDevice(attributes={"batch": str(n // 1000)}).SerializeToString()
    name = f"{PLACES[n % len(PLACES)].title()} {n:07}"
    seen = now - 10**12 + n if n % 3 else None
    maker = application if n % 4 else -1
    return n, f"dev-{n:07}", JOIN_EUI, n.to_bytes(8, "big"), name, body, maker, seen, int(_joined(n))


def _joined(n: int) -> bool:
    return n % 10_000 != 0


@lengthy
async def _settle(tx: Transaction, application: int, devices: int) -> None:
    sql = "INSERT INTO application_device_count (application, slot, devices) VALUES ($1, 0, $2)"
    await tx.execute(sql, application, devices)


# ------------------------------------------------------------------ both engines


def sqlite(devices: int) -> list[Row]:
    """Measured on SQLite."""
    house = open_house()
    try:
        uvloop.run(fill(house, "", devices))
        return measure(house, "SQLite", devices)
    finally:
        house.stop()


def postgresql(cluster: Cluster, devices: int) -> list[Row]:
    """Measured on PostgreSQL, whose own statistics are up to date as they are a minute after an import."""
    url = cluster.create("bench_lists")
    house = open_house(url)
    try:
        uvloop.run(fill(house, url, devices))
        uvloop.run(_analyze(url))
        return measure(house, "PostgreSQL", devices, cluster.postmaster)
    finally:
        house.stop()


async def _analyze(url: str) -> None:
    import asyncpg

    connection = await asyncpg.connect(url)
    await connection.execute("VACUUM ANALYZE", timeout=600)
    await connection.close()


def write(devices: int = DEVICES) -> None:
    """Measure on both engines, and write the page."""
    rows = sqlite(devices)
    cluster = Cluster()
    try:
        rows += postgresql(cluster, devices)
    finally:
        cluster.destroy()
    head = [
        "# Benchmark: lists",
        "",
        f"Made by `python -m bench.lists` on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores, load"
        f" {os.getloadavg()[0]:.1f} after it. Means of {VISITS} visits of the Console's list",
        "of end devices, whole page. Of every four devices one came by a claim, one has a code; all but one in 10,000"
        " have joined. Aim: 50 ms of the server's CPU.",
        "",
        HEADING.format(devices=devices),
    ]
    PAGE.write_text("\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows), ""]), "utf-8")


def main() -> None:
    """All of it; or on one engine, to the terminal only."""
    devices, engines = (int(sys.argv[1]) if len(sys.argv) > 1 else DEVICES), sys.argv[2:]
    if not engines:
        write(devices)
    if "sqlite" in engines:
        sqlite(devices)
    if "postgresql" in engines:
        cluster = Cluster()
        try:
            postgresql(cluster, devices)
        finally:
            cluster.destroy()


if __name__ == "__main__":
    main()
