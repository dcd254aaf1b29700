"""A refusal says nothing: for every cause the same bytes after the same time."""

import random
import time
from collections import defaultdict
from statistics import median

import pytest

from claimstack.claiming import Claims, EndDeviceClaimingServer
from claimstack.edge.errors import answer_for
from claimstack.errors import ClaimstackError
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.claiming.test_gate import put
from tests.claiming.test_service import a_call
from tests.claiming.world import HOUR, JOIN_EUI, NO_CAPS, World, a_world
from tests.support.people import NOW

CALLS = 500
OPEN = (None, None)
FACTS = {
    "wrong code": ("good", "wrong", OPEN, False, True),
    "no code": ("good", "none", OPEN, False, True),
    "too early": ("good", "right", (NOW + HOUR, None), False, True),
    "too late": ("good", "right", (None, NOW - HOUR), False, True),
    "not authorized": ("none", "right", OPEN, False, True),
    "key deleted": ("key deleted", "right", OPEN, False, True),
    "key of another": ("key of another", "right", OPEN, False, True),
    "key expired": ("key expired", "right", OPEN, False, True),
    "right lost": ("right lost", "right", OPEN, False, True),
    "application deleted": ("good", "right", OPEN, True, True),
    "already claimed": ("good", "right", OPEN, False, True),
    "fixed session": ("good", "right", OPEN, False, True),
}
pytestmark = pytest.mark.prove


def the_claim(dev_eui: bytes) -> v3.ClaimEndDeviceRequest:
    request = v3.ClaimEndDeviceRequest(target_application_ids={"application_id": "owner-app"})
    request.invalidate_authentication_code = True
    ids = request.authenticated_identifiers
    ids.join_eui, ids.dev_eui, ids.authentication_code = JOIN_EUI, dev_eui, "right"
    return request


async def prepared(world: World) -> dict[str, bytes]:
    """A device for each cause, by DevEUI."""
    euis = {"unknown device": bytes(7) + b"\xff"}
    for number, (cause, facts) in enumerate(FACTS.items(), 1):
        euis[cause] = await world.db.transaction(put, world, number, facts)
    await world.claim(dev_eui=euis["already claimed"], code="right", by=world.stranger, target=world.other_app)
    await world.run(
        "INSERT INTO end_device_part SELECT id, 'ns', $2, $2, 1, 0, 0 FROM end_device WHERE dev_eui = $1",
        euis["fixed session"], v3.EndDevice(frequency_plan_id="EU_863_870").SerializeToString(),
    )  # fmt: skip
    return euis


async def test_every_cause_of_refusal_reads_and_takes_the_same(db: Database, vault: Vault) -> None:
    world = await a_world(db, vault)
    euis = await prepared(world)
    server = EndDeviceClaimingServer(db, vault, Claims(db, vault, NO_CAPS))
    answers, seconds = set(), defaultdict[str, list[float]](list)
    chance = random.Random(7)
    for _ in range(CALLS):
        for cause, dev_eui in chance.sample(list(euis.items()), len(euis)):
            began = time.perf_counter()
            with pytest.raises(ClaimstackError) as caught:
                await server.Claim(the_claim(dev_eui), a_call(world.owner))
            seconds[cause].append(time.perf_counter() - began)
            answers.add(answer_for(caught.value, "c0").status.SerializeToString())
    assert len(answers) == 1
    assert set(await world.reasons()) >= {"wrong_code", "unknown_device", "already_claimed", "device_does_not_join"}
    medians = {cause: median(times) * 1000 for cause, times in against_their_round(seconds).items()}
    print({cause: f"{value:+.3f} ms" for cause, value in medians.items()})
    assert max(medians.values()) - min(medians.values()) < 1.0


def against_their_round(seconds: dict[str, list[float]]) -> dict[str, list[float]]:
    """Each time less the median of its round: what else the machine does meanwhile falls on all causes alike."""
    middles = [median(times) for times in zip(*seconds.values(), strict=True)]
    return {
        cause: [one - middle for one, middle in zip(times, middles, strict=True)] for cause, times in seconds.items()
    }
