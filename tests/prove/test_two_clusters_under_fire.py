"""Many claims between two clusters while either is killed (`kill -9`) again and again: no device is an orphan after it.

Each device is either claimed and registered here, or at its maker and nowhere pending; never both, never neither.
"""

import contextlib
import os
import random
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.two_clusters import CODE, JOIN_EUIS, PAUSE, Story

pytestmark = [pytest.mark.prove, pytest.mark.parametrize("story", ["ttjsv2", "claimstack"], indirect=True)]
DEVICES = int(os.environ.get("CLAIMSTACK_PROVE_DEVICES", "60"))
KILLS = int(os.environ.get("CLAIMSTACK_PROVE_KILLS", "6"))
MOST = 20  # devices of one request
FIRST = 0x0004A30B00D00000


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Story]:
    """Both clusters up, and more devices at the maker."""
    told = Story(tmp_path, request.param)
    for number in range(DEVICES):
        ids = {"device_id": f"dev-{number}", "join_eui": JOIN_EUIS[request.param], "dev_eui": f"{FIRST + number:016X}"}
        device = {"ids": ids, "claim_authentication_code": {"value": CODE}}
        told.far.ok("POST", "/v3/applications/maker-app/devices", {"end_device": device})
    yield told
    told.close()


def claim(story: Story, number: int) -> None:
    """One claim; whatever becomes of it."""
    ids = {"join_eui": story.join_eui, "dev_eui": f"{FIRST + number:016X}", "authentication_code": CODE}
    body = {"authenticated_identifiers": ids, "target_application_ids": {"application_id": "owner-app"}}
    with contextlib.suppress(httpx.TransportError):
        story.near.ask("POST", "/v3/edcs/claim", body)


def fire(story: Story, over: threading.Event, chance: random.Random) -> None:
    """Kill and bring back, one or the other."""
    for _ in range(KILLS):
        PAUSE.wait(chance.uniform(0.1, 0.6))
        which = chance.choice([story.near, story.far])
        which.kill()
        which.start()
    over.set()


def keep_claiming(story: Story, over: threading.Event, numbers: list[int], chance: random.Random) -> None:
    """Claim, and repeat what is not answered, until the fire is over."""
    while not over.is_set():
        claim(story, chance.choice(numbers))
        PAUSE.wait(0.02)


def euis(story: Story, cluster: str, application: str) -> set[str]:
    found = getattr(story, cluster).ok("GET", f"/v3/applications/{application}/devices?limit=1000")
    return {one["ids"]["dev_eui"] for one in found.get("end_devices", [])}


def claims(story: Story) -> dict[str, Any]:
    path = "/claimstack/v1/applications/owner-app/upstream-claims?limit=1000"
    return {row["end_device_ids"]["dev_eui"]: row["state"] for row in story.near.ok("GET", path).get("claims", [])}


def test_no_device_is_an_orphan(story: Story) -> None:
    over, chance = threading.Event(), random.Random(7)
    with ThreadPoolExecutor(5) as pool:
        firing = pool.submit(fire, story, over, chance)
        for at in range(4):
            pool.submit(keep_claiming, story, over, list(range(at, DEVICES, 4)), random.Random(at))
        firing.result(600)
    story.until(lambda: set(claims(story).values()) <= {"claimed"}, 240)
    here, there, held = (
        euis(story, "near", "owner-app"),
        euis(story, "far", "maker-app"),
        {eui for eui, state in claims(story).items() if state == "claimed"},
    )
    every = {f"{FIRST + number:016X}" for number in range(DEVICES)}
    assert here == held
    assert not here & there
    assert every <= here | there
    assert here & every
    print(f"{len(here & every)} claimed, {len(there & every)} at their maker, {KILLS} kills")


def named(numbers: Iterable[int]) -> str:
    """The owner's devices, in a query."""
    return "&".join(f"device_ids=eui-{FIRST + number:016x}" for number in numbers)


def keep_giving_up(story: Story, over: threading.Event, numbers: list[int]) -> None:
    """Give up as many at once as may be, whatever becomes of it, until the fire is over."""
    while not over.is_set():
        for at in range(0, len(numbers), MOST):
            with contextlib.suppress(httpx.TransportError):
                story.near.ask("DELETE", "/v3/edcs/claim/owner-app/devices/batch?" + named(numbers[at : at + MOST]))
            PAUSE.wait(0.02)


def test_all_that_is_given_up_in_batches_comes_back_to_its_maker(story: Story) -> None:
    for number in range(DEVICES):
        claim(story, number)
    every = {f"{FIRST + number:016X}" for number in range(DEVICES)}
    assert euis(story, "near", "owner-app") >= every
    over = threading.Event()
    with ThreadPoolExecutor(3) as pool:
        firing = pool.submit(fire, story, over, random.Random(11))
        for numbers in (range(DEVICES), range(DEVICES - 1, -1, -1)):  # who give up the same, from both ends
            pool.submit(keep_giving_up, story, over, list(numbers))
        firing.result(600)
    for at in range(0, DEVICES, MOST):
        numbers = range(at, min(at + MOST, DEVICES))
        story.near.ok("DELETE", "/v3/applications/owner-app/devices/batch?" + named(numbers))
    story.until(lambda: every <= euis(story, "far", "maker-app") and not claims(story), 240)
    assert euis(story, "far", "near-holds") == set()
