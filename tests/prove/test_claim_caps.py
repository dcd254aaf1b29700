"""Ten thousand wrong codes from a hundred identities, over a restart: compared only as often as the caps say."""

import asyncio
import random
from collections import Counter

import pytest

from claimstack.claiming import ClaimCaps, Claims
from claimstack.claiming.attempts import DAY
from claimstack.claiming.gate.attempt import Attempt, Owned
from claimstack.storage import Database, open_database
from claimstack.vault import Vault
from tests.claiming.racing import claimer, devices
from tests.claiming.world import World, a_world
from tests.support.people import NOW

GUESSES, IDENTITIES, DEVICES = 10_000, 100, 400
CAPS = ClaimCaps()
pytestmark = pytest.mark.prove


async def guess(db: Database, world: World, attempts: list[Attempt]) -> None:
    """All at once, through two servers' worth of lanes."""
    other = await open_database(db.url)
    ways = [Claims(one, world.vault, CAPS) for one in (db, other)]
    await asyncio.gather(*(ways[number % 2].claim(attempt) for number, attempt in enumerate(attempts)))
    await other.close()


async def compared(world: World, column: str) -> Counter[str]:
    """How many guesses reached the compare, by device or by claimer: each left a row with its reason."""
    rows = await world.db.fetch(f"SELECT {column} AS one FROM audit_record WHERE outcome = 'wrong_code'")
    return Counter(bytes(row["one"]).hex() if column == "dev_eui" else row["one"] for row in rows)


@pytest.mark.parametrize("spread", [1, 4, DEVICES])
async def test_guesses_reach_the_compare_as_often_as_the_caps_say(db: Database, vault: Vault, spread: int) -> None:
    world = await a_world(db, vault)
    euis = await devices(world, spread)
    chance = random.Random(7)
    attempts = [
        world.attempt(dev_eui=chance.choice(euis), by=claimer(chance.randrange(IDENTITIES)), code=f"GUESS{number}")
        for number in range(GUESSES)
    ]
    await guess(db, world, attempts[: GUESSES // 2])
    after_restart = await open_database(db.url)
    await guess(after_restart, world, attempts[GUESSES // 2 :])
    await after_restart.close()

    by_device, by_claimer = await compared(world, "dev_eui"), await compared(world, "actor")
    assert max(by_device.values()) <= CAPS.device
    assert max(by_claimer.values()) <= CAPS.claimer
    # Lanes that are under way together do not see each other's failures in the overall count: four batches of 64.
    assert by_device.total() <= CAPS.overall + IDENTITIES * CAPS.slowed + 4 * 64
    if spread < DEVICES:
        assert by_device.total() == CAPS.device * spread
    real = Claims(db, vault, CAPS)
    assert isinstance(await real.claim(world.attempt(dev_eui=euis[0], now=NOW + DAY)), Owned)
