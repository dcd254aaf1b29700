"""The way of claims to the database: together where that pays, and nobody spoils it for others."""

import asyncio
from dataclasses import replace

import pytest

from claimstack.claiming import Claims
from claimstack.claiming.gate.attempt import Attempt, Owned
from claimstack.claiming.verdict import Refused, Why
from tests.claiming.racing import claimer, devices
from tests.claiming.world import World


async def test_many_at_once_are_all_answered(world: World) -> None:
    euis = await devices(world, 150)
    claims = Claims(world.db, world.vault, world.caps)
    attempts = [world.attempt(dev_eui=dev_eui, by=claimer(number)) for number, dev_eui in enumerate(euis)]
    outcomes = await asyncio.gather(*map(claims.claim, attempts))
    assert outcomes == [Owned("owner-app", f"sensor-{number}") for number in range(150)]
    assert (
        await world.val("SELECT sum(devices) FROM application_device_count WHERE application = $1", world.owner_app)
        == 150
    )


async def test_one_that_fails_fails_alone(world: World) -> None:
    euis = await devices(world, 8)
    claims = Claims(world.db, world.vault, world.caps)
    good = [world.attempt(dev_eui=dev_eui, by=claimer(number)) for number, dev_eui in enumerate(euis)]
    bad = replace(good[3], target=2**70)  # fits no column
    answers = await asyncio.gather(*map(claims.claim, [*good[:3], bad, *good[4:]]), return_exceptions=True)
    assert [isinstance(answer, Exception) for answer in answers] == [number == 3 for number in range(8)]
    assert await world.val("SELECT count(*) FROM claim_ledger") == 7


async def test_who_goes_away_leaves_the_others_their_answers(world: World) -> None:
    euis = await devices(world, 20)
    claims = Claims(world.db, world.vault, world.caps)

    async def one(attempt: Attempt) -> object:
        return await claims.claim(attempt)

    tasks = [asyncio.create_task(one(world.attempt(dev_eui=dev_eui))) for dev_eui in euis]
    await asyncio.sleep(0)
    tasks[5].cancel()
    answers = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(answer).__name__ for answer in answers].count("Owned") == 19
    assert isinstance(answers[5], asyncio.CancelledError)


@pytest.mark.parametrize("table", ["claim_code", "claim_authorization", "api_key"])
async def test_what_is_taken_away_while_claims_come_in_is_gone_for_those_that_come_later(
    world: World, table: str
) -> None:
    euis = await devices(world, 60)
    claims = Claims(world.db, world.vault, world.caps)
    racing = [claims.claim(world.attempt(dev_eui=dev_eui, by=claimer(n))) for n, dev_eui in enumerate(euis)]
    *outcomes, _ = await asyncio.gather(*racing, world.run(f"DELETE FROM {table}"))
    won = sum(isinstance(outcome, Owned) for outcome in outcomes)
    assert won == await world.val("SELECT count(*) FROM end_device WHERE application = $1", world.owner_app)
    assert {type(outcome) for outcome in outcomes} <= {Owned, Refused}
    later = await claims.claim(world.attempt(dev_eui=euis[0], by=world.stranger, target=world.other_app))
    assert isinstance(later, Refused)
    assert later.why is not Why.WRONG_CODE
