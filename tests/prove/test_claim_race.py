"""A thousand claimers at each of twenty devices, through two handles of one database: one winner each."""

import pytest

from claimstack.claiming.verdict import Refused, Why
from claimstack.storage import Database
from claimstack.upkeep.fsck import fsck
from claimstack.vault import Vault
from tests.claiming.racing import NaiveClaims, TwoHandles, attempts_at, claims_over, devices, race
from tests.claiming.test_race import targets
from tests.claiming.world import NO_CAPS, World, a_world

CLAIMERS, DEVICES = 1000, 20
pytestmark = pytest.mark.prove


@pytest.fixture
async def world(db: Database, vault: Vault) -> World:
    world = await a_world(db, vault)
    world.caps = NO_CAPS
    return world


@pytest.mark.parametrize("which", ["different", "equal", "the source"])
async def test_of_a_thousand_claimers_exactly_one_wins_each_device(world: World, which: str) -> None:
    euis = await devices(world, DEVICES)
    async with TwoHandles(world) as handles:
        attempts = attempts_at(world, euis, CLAIMERS, targets(world, which))
        result = await race(claims_over(world, handles), attempts)
    assert dict(result.winners) == dict.fromkeys(euis, 1)
    assert result.others == [Refused(Why.ALREADY_CLAIMED)] * (CLAIMERS - 1) * DEVICES
    assert await world.val("SELECT count(*) FROM claim_ledger") == DEVICES
    assert await world.val("SELECT count(*) FROM end_device WHERE epoch <> 2") == 0
    assert await world.val("SELECT sum(devices) FROM application_device_count") == DEVICES
    assert [finding async for finding in fsck(world.db, world.vault, lambda steps: None)] == []


async def test_the_same_race_catches_a_claim_that_looks_and_then_updates(world: World) -> None:
    euis = await devices(world, DEVICES)
    async with TwoHandles(world) as handles:
        attempts = attempts_at(world, euis, CLAIMERS, targets(world, "different"))
        result = await race([NaiveClaims(world, db) for db in handles], attempts)
    assert max(result.winners.values()) > 1
    assert [finding async for finding in fsck(world.db, world.vault, lambda steps: None)] != []
