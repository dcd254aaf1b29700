"""Joins under attack: every DevNonce replayed, one frame a thousand times, servers killed around the answer.

`CLAIMSTACK_PROVE_KILLS` and `CLAIMSTACK_PROVE_NONCES` lower the numbers for a quick look.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from bench.house import JOIN_EUI, KEY, House, open_house
from claimstack.join_server import Joined, Joins, Refused, Why
from claimstack.lorawan.otaa import unseal
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.join_server.world import APP, a_maker, a_wish, some_devices, two_nodes
from tests.support.devices import APP_KEY
from tests.support.joining import join_req, join_request

pytestmark = pytest.mark.prove
NONCES = int(os.environ.get("CLAIMSTACK_PROVE_NONCES", "65536"))
KILLS = int(os.environ.get("CLAIMSTACK_PROVE_KILLS", "200"))
COPIES = 1000
AT_ONCE = 64
DEV_EUI = bytes.fromhex("0004A310001FF9E0")


async def joined(joins: Joins, dev_nonces: list[int]) -> Counter[object]:
    """How joins with these DevNonces end, so many at once."""
    ends: Counter[object] = Counter()
    numbers = iter(dev_nonces)

    async def some() -> None:
        for number in numbers:
            outcome = await joins.join(a_wish(number, at=number))
            ends[type(outcome) if isinstance(outcome, Joined) else outcome.why] += 1

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return ends


async def test_of_all_dev_nonces_none_is_accepted_twice(db: Database, vault: Vault) -> None:
    await some_devices(db, vault, await a_maker(db), 1)
    order = list(range(NONCES))
    async with two_nodes(db, vault) as nodes:
        random.Random(1).shuffle(order)
        assert await joined(nodes[0], order) == {Joined: NONCES}
        random.Random(2).shuffle(order)
        assert await joined(nodes[1], order) == {Why.REPLAYED: NONCES}
    assert await db.fetchval("SELECT last_join_nonce FROM nonce_history") == NONCES
    print(f"\n{db.engine}: {NONCES} DevNonces accepted once, none of them again")


async def test_of_a_thousand_copies_on_two_nodes_one_is_accepted(db: Database, vault: Vault) -> None:
    await some_devices(db, vault, await a_maker(db), 1)
    async with two_nodes(db, vault) as nodes:
        outcomes = await asyncio.gather(*(nodes[n % 2].join(a_wish(7, at=n)) for n in range(COPIES)))
    assert sum(isinstance(one, Joined) for one in outcomes) == 1
    assert outcomes.count(Refused(Why.REPLAYED)) == COPIES - 1


# ------------------------------------------------------------------ kill -9

Answers = list[tuple[int, int]]


def _prepared(house: House) -> None:
    """One device at home in 000013, and that network."""
    headers = {"authorization": f"Bearer {KEY}"}
    ids = {"device_id": "sensor-1", "join_eui": JOIN_EUI, "dev_eui": DEV_EUI.hex()}
    part = {"ids": ids, "root_keys": {"app_key": {"key": APP_KEY.hex()}}, "net_id": "000013"}
    mask = {"paths": ["root_keys.app_key.key", "net_id"]}
    peer = {"peer_id": "network-one", "net_ids": ["000013"], "authorization": "Token one"}
    with httpx.Client(base_url=f"http://127.0.0.1:{house.http_port}/api", headers=headers, timeout=30) as api:
        for verb, path, words in (
            ("POST", "/v3/users/admin/applications", {"application": {"ids": {"application_id": "app-one"}}}),
            ("POST", "/v3/applications/app-one/devices", {"end_device": {"ids": ids}}),
            ("PUT", "/v3/js/applications/app-one/devices/sensor-1", {"end_device": part, "field_mask": mask}),
            ("POST", "/claimstack/v1/peers", {"peer": peer}),
        ):
            answer = api.request(verb, path, json=words)
            assert answer.status_code == 200, answer.text


async def _joining(api: httpx.AsyncClient, dev_nonces: Iterator[int], seen: Answers) -> None:
    """Join one time after the other until nobody answers; keeps DevNonce and JoinNonce of every answer."""
    for number in dev_nonces:
        words = join_req(join_request(number))
        try:
            answer = await api.post("/backend-interfaces", json=words, headers={"authorization": "Token one"})
            found = answer.json()
        except (httpx.HTTPError, ValueError):
            return
        if found["Result"]["ResultCode"] == "Success":
            seen.append((number, int(unseal(bytes.fromhex(found["PHYPayload"]), APP)[0].join_nonce)))


async def _load(house: House, dev_nonces: Iterator[int], seen: Answers, clients: int, kill: bool) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}", timeout=20, verify=False) as api:
        work = [asyncio.create_task(_joining(api, dev_nonces, seen)) for _ in range(clients)]
        if kill:
            await asyncio.sleep(random.uniform(0.02, 0.15))
            house.process.send_signal(signal.SIGKILL)
        await asyncio.gather(*work)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_server_is_killed_around_the_answer(engine: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("cluster").create(f"joins_{os.getpid()}") if engine == "postgresql" else ""
    house = open_house(url)
    _prepared(house)
    dev_nonces = iter(range(65536))
    seen: list[Any] = []
    for _ in range(KILLS // 2):
        asyncio.run(_load(house, dev_nonces, seen, 4, kill=True))
        house.process.wait(10)
        house.restart()
    replays: Answers = []
    asyncio.run(_load(house, iter([number for number, _ in seen]), replays, 1, kill=False))
    house.stop()
    join_nonces = [join_nonce for _, join_nonce in seen]
    assert len(set(join_nonces)) == len(join_nonces) > 0
    assert replays == []
    print(f"\n{engine}: {KILLS // 2} kills, {len(seen)} joins answered, no JoinNonce twice, no DevNonce again")
