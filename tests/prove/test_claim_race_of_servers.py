"""A thousand claimers at each of twenty devices, over HTTP at two server processes: one winner each."""

import asyncio
import re
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.load import run
from claimstack.node import Node, open_node
from claimstack.settings import Settings
from claimstack.upkeep.fsck import fsck
from tests.claiming.over_http import a_claimer, claim_request
from tests.claiming.racing import devices
from tests.claiming.test_race import targets
from tests.claiming.world import World, a_world
from tests.support.process import Process

CLAIMERS, DEVICES = 1000, 20
NO_CAPS = [word for cap in ("device", "claimer", "overall") for word in (f"--claim-cap-{cap}", "1000000000")]
OWN_WORDS = re.compile(rb'"correlation_id":"[0-9a-f]+"')
pytestmark = pytest.mark.prove


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("which", ["different", "equal", "the source"])
def test_two_servers_give_a_device_to_one_of_a_thousand(
    engine: str, which: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = tmp_path / "one"
    url = f"sqlite://{folder / 'claimstack.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("cluster").create(f"race_{which.replace(' ', '_')}")
    kek = ("--kek-file", str(folder / "kek"))
    with ExitStack() as stack:
        servers = [stack.enter_context(Process(tmp_path / name, url, *kek, *NO_CAPS)) for name in ("one", "two")]
        asyncio.run(_race([server.http_port for server in servers], which, Settings(folder, url)))


async def _race(ports: list[int], which: str, settings: Settings) -> None:
    node = await open_node(settings)
    world = await a_world(node.db, node.vault)
    euis = await devices(world, DEVICES)
    into = targets(world, which)
    keys = [await a_claimer(world, number, into[number % len(into)]) for number in range(CLAIMERS)]
    names = {row["id"]: row["uid"] for row in await world.db.fetch("SELECT id, uid FROM application")}
    asked = [
        claim_request(eui, key, names[into[number % len(into)]]) for eui in euis for number, key in enumerate(keys)
    ]
    shares = [iter(asked[0::2]), iter(asked[1::2])]
    outcomes = await asyncio.gather(*(run(port, one, 500, keep=True) for port, one in zip(ports, shares, strict=True)))
    bodies = [body for outcome in outcomes for body in outcome.bodies or ()]
    await _check(node, world, sum((outcome.statuses for outcome in outcomes), Counter()), bodies)
    await node.db.close()


async def _check(node: Node, world: World, statuses: Counter[int], bodies: list[bytes]) -> None:
    assert statuses == {200: DEVICES, 403: (CLAIMERS - 1) * DEVICES}
    refusals = {OWN_WORDS.sub(b"", body) for body in bodies if b"claim_refused" in body}
    assert len(refusals) == 1
    assert await world.val("SELECT count(*) FROM claim_ledger") == DEVICES
    assert await world.val("SELECT count(DISTINCT end_device) FROM claim_ledger") == DEVICES
    assert await world.val("SELECT count(*) FROM end_device WHERE epoch <> 2") == 0
    assert [finding async for finding in fsck(node.db, node.vault, lambda steps: None)] == []
