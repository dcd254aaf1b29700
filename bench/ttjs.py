"""Claims through the dialect of The Things Join Server: `python -m bench.ttjs` measures them alone.

Peers are known by their Authorization header here, on the plain port of a trial; with client certificates a connection
begins with a handshake, and its requests cost the same.
"""

import base64
import itertools

import httpx
import orjson
import uvloop

from bench.house import KEY, House, open_house
from bench.load import Outcome, run
from bench.seed import CODE, populate

CLAIMS = 3000
PEERS = 16
_numbers = itertools.count(1)
Row = tuple[str, str, str, str, str]


async def rounds(house: House, engine: str, first: int, reference: float | None = None) -> list[Row]:
    """Claims of fresh devices, DevEUIs from `first` on, at 1 and 64 clients."""
    counts = {1: CLAIMS // 4, 64: CLAIMS}
    await populate(house, sum(counts.values()), first)
    headers = [await _peer(house) for _ in range(PEERS)]
    rows = []
    for clients, count in counts.items():
        asked = [_put(headers[n % PEERS], first + n) for n in range(count)]
        first += count
        before = house.cpu
        outcome = await run(house.http_port, iter(asked), clients)
        cpu = (house.cpu - before) * 1e6 / max(1, outcome.requests)
        rows.append(_row(f"claim by TTJS dialect, {engine}, {clients} clients", outcome, cpu, reference))
    return rows


def _row(name: str, outcome: Outcome, cpu: float, reference: float | None) -> Row:
    wrong = outcome.requests - outcome.statuses[201]
    note = f" ({wrong} not 201)" if wrong else ""
    ratio = f"{outcome.per_second / reference:.2f}" if reference else "–"
    return f"{name}{note}", f"{outcome.per_second:,.0f}", f"{outcome.percentile(0.99):.1f}", f"{cpu:.0f}", ratio


async def _peer(house: House) -> str:
    """A new network; its Authorization header. Its application is made by a first claim that is refused."""
    uid = f"network-{next(_numbers)}"
    header = "Basic " + base64.b64encode(f"{uid}:the password of a network".encode()).decode()
    peer = {"peer_id": uid, "net_ids": ["000013"], "authorization": header}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}", timeout=60) as api:
        made = await api.post(
            "/api/claimstack/v1/peers", json={"peer": peer}, headers={"authorization": f"Bearer {KEY}"}
        )
        made.raise_for_status()
        path, body = f"/api/v2/devices/{'F' * 16}/claim", {"ownerToken": "NONE", "homeNetID": "000013", "asID": ""}
        while (await api.put(path, json=body, headers={"authorization": header})).status_code == 401:
            pass  # who speaks is read from memory, half a second behind
    return header


def _put(header: str, n: int) -> bytes:
    body = orjson.dumps({"ownerToken": CODE, "homeNetID": "000013", "asID": "", "lock": True})
    head = f"PUT /api/v2/devices/{n:016X}/claim HTTP/1.1\r\nHost: localhost\r\nAuthorization: {header}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def main() -> None:
    """A short round on SQLite, to the terminal."""
    house = open_house()
    try:
        for line in uvloop.run(rounds(house, "SQLite", 1)):
            print(" | ".join(line))
    finally:
        house.stop()


if __name__ == "__main__":
    main()
