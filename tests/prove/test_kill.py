"""Kill -9 in the middle of claims: afterwards fsck is clean and every unanswered claim gets one definite answer."""

import asyncio
import base64
import itertools
import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from bench.house import open_house
from bench.seed import CODE, World, populate
from claimstack.node import open_node
from claimstack.settings import Settings
from claimstack.storage import StorageError
from claimstack.upkeep.fsck import fsck
from tests.support.postgres import Cluster

pytestmark = pytest.mark.prove

SERVER_KILLS = int(os.environ.get("CLAIMSTACK_PROVE_KILLS", "200"))
DATABASE_KILLS = 20
CLAIMERS = 8
A_ROUND = 40


class Claimer:
    """Claims devices one after the other until nobody answers; keeps what it does not know."""

    def __init__(self, world: World, numbers: Iterator[int]) -> None:
        self.world, self.numbers = world, numbers
        self.won: dict[int, str] = {}
        self.unknown: list[int] = []

    async def run(self, api: httpx.AsyncClient) -> None:
        for n in self.numbers:
            if not await self.claim(api, n):
                self.unknown.append(n)
                return

    async def claim(self, api: httpx.AsyncClient, n: int) -> bool:
        """Whether there was a definite answer."""
        application, key = self.world.owners[n % len(self.world.owners)]
        body = {
            "qr_code": _label(n),
            "target_application_ids": {"application_id": application},
            "invalidate_authentication_code": True,
        }
        try:
            answer = await api.post("/api/v3/edcs/claim", json=body, headers={"authorization": f"Bearer {key}"})
        except httpx.HTTPError:
            return False
        if answer.status_code in (500, 503):
            return False
        assert answer.status_code == 200, answer.text
        self.won[n] = application
        return True


def _label(n: int) -> str:
    return base64.b64encode(f"LW:D0:70B3D57ED0000000:{n:016X}:00000000:O{CODE}".encode()).decode()


async def _settle(port: int, claimers: list[Claimer]) -> int:
    """Every claim that got no answer, once more by the same caller; until it has a definite one."""
    settled = 0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as api:
        for claimer in claimers:
            for n in claimer.unknown:
                until = time.monotonic() + 60
                while not await claimer.claim(api, n):
                    assert time.monotonic() < until, f"no definite answer for device {n}"
                    await asyncio.sleep(0.1)
                settled += 1
            claimer.unknown.clear()
    return settled


async def _load(port: int, claimers: list[Claimer], kill: Callable[[], None]) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as api:
        work = [asyncio.create_task(one.run(api)) for one in claimers]
        await asyncio.sleep(random.uniform(0.01, 0.12))
        kill()
        await asyncio.gather(*work)


async def _findings(folder: str, url: str) -> list[object]:
    node = await open_node(Settings(data_dir=Path(folder), database_url=url))
    try:
        return [finding async for finding in fsck(node.db, node.vault, lambda *_: None)]
    finally:
        await node.db.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_server_is_killed_in_the_middle_of_claims(engine: str, request: pytest.FixtureRequest) -> None:
    kills = SERVER_KILLS // 2
    url = request.getfixturevalue("cluster").create(f"kill_{os.getpid()}") if engine == "postgresql" else ""
    house = open_house(url)
    devices = kills * A_ROUND
    world = asyncio.run(populate(house, devices, 1))
    numbers = iter(range(1, devices + 1))
    claimers = [Claimer(world, numbers) for _ in range(CLAIMERS)]
    unanswered = 0
    for _ in range(kills):
        asyncio.run(_load(house.http_port, claimers, lambda: house.process.send_signal(signal.SIGKILL)))
        house.process.wait(10)
        house.restart()
        unanswered += asyncio.run(_settle(house.http_port, claimers))
    won = list(itertools.chain.from_iterable(one.won for one in claimers))
    assert len(won) == len(set(won))
    house.process.send_signal(signal.SIGTERM)
    house.process.wait(30)
    assert asyncio.run(_findings(house.folder.name, url)) == []
    print(f"\n{engine}: {kills} kills, {len(won)} claims won, {unanswered} unanswered and settled, fsck clean")
    house.folder.cleanup()


def test_postgresql_is_killed_in_the_middle_of_claims() -> None:
    cluster = Cluster("-c max_connections=200")
    try:
        url = cluster.create("kill")
        house = open_house(url)
        devices = DATABASE_KILLS * A_ROUND
        world = asyncio.run(populate(house, devices, 1))
        numbers = iter(range(1, devices + 1))
        claimers = [Claimer(world, numbers) for _ in range(CLAIMERS)]
        unanswered = 0
        for _ in range(DATABASE_KILLS):
            asyncio.run(_load(house.http_port, claimers, lambda: os.kill(cluster.postmaster, signal.SIGKILL)))
            _start_again(cluster)
            unanswered += asyncio.run(_settle(house.http_port, claimers))
        won = list(itertools.chain.from_iterable(one.won for one in claimers))
        assert len(won) == len(set(won))
        assert asyncio.run(_findings(house.folder.name, url)) == []
        print(f"\nPostgreSQL killed {DATABASE_KILLS} times: {len(won)} won, {unanswered} settled, fsck clean")
        house.stop()
    finally:
        cluster.destroy()


def _start_again(cluster: Cluster) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            cluster.start()
            return
        except Exception:
            if time.monotonic() > until:
                raise StorageError("PostgreSQL does not come back") from None
            time.sleep(0.2)
