"""Claims through the dialect of The Things Join Server: `python -m bench.ttjs` measures them alone.

Peers are known by their Authorization header here, on the plain port of a trial; with client certificates a connection
begins with a handshake, and its requests cost the same.
"""

import base64
import itertools

import httpx
import orjson
import uvloop

from bench.figures import Row, measured, row
from bench.house import House, open_house
from bench.load import request
from bench.seed import CODE, ok, populate

CLAIMS = 3000
PEERS = 16
_numbers = itertools.count(1)


async def rounds(house: House, engine: str, first: int, reference: float | None = None) -> list[Row]:
    """Claims of fresh devices, DevEUIs from `first` on, at 1 and 64 clients."""
    counts = {1: CLAIMS // 4, 64: CLAIMS}
    await populate(house, sum(counts.values()), first)
    headers = [await _peer(house) for _ in range(PEERS)]
    rows = []
    for clients, count in counts.items():
        asked = [_put(headers[n % PEERS], first + n) for n in range(count)]
        first += count
        outcome, cpu = await measured(house, asked, clients)
        rows.append(row(f"claim by TTJS dialect, {engine}, {clients} clients", outcome, cpu, reference, 201))
    return rows


async def _peer(house: House) -> str:
    """A new network; its Authorization header. Its application is made by a first claim that is refused."""
    uid = f"network-{next(_numbers)}"
    header = "Basic " + base64.b64encode(f"{uid}:the password of a network".encode()).decode()
    peer = {"peer_id": uid, "net_ids": ["000013"], "authorization": header}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}", timeout=60) as api:
        await ok(api, "POST", "/api/claimstack/v1/peers", {"peer": peer})
        path, body = f"/api/v2/devices/{'F' * 16}/claim", {"ownerToken": "NONE", "homeNetID": "000013", "asID": ""}
        while (await api.put(path, json=body, headers={"authorization": header})).status_code == 401:
            pass  # who speaks is read from memory, half a second behind
    return header


def _put(header: str, n: int) -> bytes:
    body = orjson.dumps({"ownerToken": CODE, "homeNetID": "000013", "asID": "", "lock": True})
    return request("PUT", f"/api/v2/devices/{n:016X}/claim", header, body)


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
