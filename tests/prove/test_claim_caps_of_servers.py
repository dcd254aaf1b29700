"""Ten thousand wrong codes from a hundred users at a server with its caps as shipped, which is restarted half-way."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from bench.load import run
from claimstack.claiming import ClaimCaps, Claims
from claimstack.claiming.attempts import DAY
from claimstack.claiming.gate.attempt import Owned
from claimstack.clock import to_micros
from claimstack.node import Node, open_node
from claimstack.settings import Settings
from tests.claiming.over_http import a_claimer, claim_request
from tests.claiming.racing import devices
from tests.claiming.world import World, a_world
from tests.support.people import NOBODY
from tests.support.process import Process

GUESSES, IDENTITIES, DEVICES, CLIENTS = 10_000, 100, 4, 100
pytestmark = pytest.mark.prove


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_caps_outlive_the_server(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "data"
    url = f"sqlite://{folder / 'claimstack.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("cluster").create("caps_of_servers")
    settings = Settings(folder, url)
    with Process(folder, url) as server:
        euis, guesses = asyncio.run(_prepared(settings))
        first = asyncio.run(run(server.http_port, iter(guesses[: GUESSES // 2]), CLIENTS))
    with Process(folder, url) as server:
        second = asyncio.run(run(server.http_port, iter(guesses[GUESSES // 2 :]), CLIENTS))
    assert (first.statuses + second.statuses).keys() <= {403, 429}
    asyncio.run(_check(settings, euis[0]))


async def _prepared(settings: Settings) -> tuple[list[bytes], list[bytes]]:
    node = await open_node(settings)
    world = await a_world(node.db, node.vault)
    euis = await devices(world, DEVICES)
    keys = [await a_claimer(world, number, world.owner_app) for number in range(IDENTITIES)]
    await node.db.close()
    return euis, [
        claim_request(euis[n % DEVICES], keys[n * 7 % IDENTITIES], "owner-app", f"GUESS{n}") for n in range(GUESSES)
    ]


async def _check(settings: Settings, dev_eui: bytes) -> None:
    node = await open_node(settings)
    rows = await node.db.fetch("SELECT dev_eui FROM audit_record WHERE outcome = 'wrong_code'")
    compared = Counter(bytes(row["dev_eui"]) for row in rows)
    assert set(compared.values()) == {ClaimCaps().device}
    assert len(compared) == DEVICES
    assert isinstance(await _right_code_a_day_later(node, dev_eui), Owned)
    await node.db.close()


async def _right_code_a_day_later(node: Node, dev_eui: bytes) -> object:
    target = await node.db.fetchval("SELECT id FROM application WHERE uid = 'owner-app'")
    owner = await node.db.fetchval("SELECT id FROM account WHERE uid = 'owner'")
    world = World(node.db, node.vault, NOBODY, NOBODY, NOBODY, 0, target, 0)
    tomorrow = to_micros(node.clock.now()) + DAY
    attempt = world.attempt(dev_eui=dev_eui, by=NOBODY, now=tomorrow, principal=f"user:{owner}")
    return await Claims(node.db, node.vault, ClaimCaps()).claim(attempt)
