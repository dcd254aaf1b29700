"""Many claimers at once: one has the device. The long version with a thousand of them runs in `make prove`."""

import pytest

from claimstack.claiming import claim_end_devices
from claimstack.claiming.gate.attempt import Outcome, Owned, TargetGone
from claimstack.claiming.gate.round import GateClosed
from claimstack.storage import Transaction
from tests.claiming.racing import NaiveClaims, TwoHandles, attempts_at, claims_over, devices, race
from tests.claiming.world import NO_CAPS, World
from tests.support.people import NOW
from tests.support.races import overlapping

CLAIMERS, DEVICES = 50, 3


def targets(world: World, which: str) -> list[int]:
    """The applications that the claimers claim into."""
    return {
        "different": [world.owner_app, world.other_app],
        "equal": [world.owner_app],
        "the source": [world.maker_app],
    }[which]


@pytest.mark.parametrize("which", ["different", "equal", "the source"])
async def test_of_many_claimers_at_once_exactly_one_wins_each_device(world: World, which: str) -> None:
    world.caps = NO_CAPS
    euis = await devices(world, DEVICES)
    async with TwoHandles(world) as handles:
        attempts = attempts_at(world, euis, CLAIMERS, targets(world, which))
        result = await race(claims_over(world, handles), attempts)
    assert dict(result.winners) == dict.fromkeys(euis, 1)
    assert len(result.others) == (CLAIMERS - 1) * DEVICES
    assert await world.val("SELECT count(*) FROM claim_ledger") == DEVICES
    assert await world.val("SELECT count(*) FROM end_device WHERE epoch <> 2") == 0
    assert set(await world.reasons()) <= {"already_claimed"}


async def test_the_same_race_catches_a_claim_that_looks_and_then_updates(world: World) -> None:
    euis = await devices(world, DEVICES)
    async with TwoHandles(world) as handles:
        attempts = attempts_at(world, euis, CLAIMERS, [world.owner_app, world.other_app])
        result = await race([NaiveClaims(world, db) for db in handles], attempts)
    assert max(result.winners.values()) > 1


async def test_one_claimer_who_asks_many_times_at_once_gets_the_same_answer_each_time(world: World) -> None:
    device = await world.device()
    async with TwoHandles(world) as handles:
        result = await race(claims_over(world, handles), [world.attempt()] * 20)
    assert result.winners.total() == 20
    assert await world.val("SELECT epoch FROM end_device WHERE id = $1", device) == 2
    assert await world.val("SELECT count(*) FROM claim_ledger") == 1


async def test_two_devices_that_want_one_id_do_not_both_get_it(world: World) -> None:
    euis = await devices(world, 20)
    async with TwoHandles(world) as handles:
        attempts = [world.attempt(dev_eui=dev_eui, wish="wanted") for dev_eui in euis]
        result = await race(claims_over(world, handles), attempts)
    assert result.winners.total() == 1
    assert not [outcome for outcome in result.others if isinstance(outcome, Owned)]
    assert await world.val("SELECT count(*) FROM end_device WHERE uid = 'wanted'") == 1


async def test_no_claim_lands_in_an_application_that_is_deleted_meanwhile(world: World) -> None:
    device = await world.device()

    async def delete(tx: Transaction) -> None:
        # As the verb does it: the row is locked, then marked.
        lock = " FOR UPDATE" if tx.engine == "postgresql" else ""
        await tx.fetchrow(f"SELECT id FROM application WHERE id = $1{lock}", world.owner_app)
        await tx.execute("UPDATE application SET deleted_at = $2 WHERE id = $1", world.owner_app, NOW)

    async def claim(tx: Transaction) -> list[Outcome]:
        return await claim_end_devices(tx, world.vault, world.caps, [world.attempt()])

    _, ended = await overlapping(world.db, delete, claim)
    assert isinstance(ended, GateClosed) or ended == [TargetGone()]
    assert await world.claim() == TargetGone()
    assert await world.val("SELECT application FROM end_device WHERE id = $1", device) == world.maker_app
