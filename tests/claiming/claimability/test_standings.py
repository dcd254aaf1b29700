"""ClaimabilityRegistry/List: filters, search, order and pages over an application's devices."""

from typing import Any

import pytest

from claimstack.claiming import ClaimabilityRegistry
from claimstack.errors import PermissionDenied
from claimstack.identity import Caller, Right
from claimstack.wire import claimstack_v1 as v1
from tests.claiming.world import HOUR, World
from tests.support.devices import a_call, a_device, numbered
from tests.support.people import NOW, with_rights


async def ask(world: World, by: Caller | None = None, app: str = "maker-app", **words: Any) -> v1.Standings:
    request = v1.ListStandingsRequest(**words)
    request.application_ids.application_id = app
    return await ClaimabilityRegistry(world.db, world.caps).List(request, a_call(by or world.maker))


async def uids(world: World, **words: Any) -> list[str]:
    return [one.end_device_ids.device_id for one in (await ask(world, **words)).standings]


async def some(world: World) -> None:
    """The world's own device with an open code, and three beside it."""
    await world.device()
    for number, name in enumerate(("plain-1", "later-2", "plain-3"), 1):
        await a_device(
            world.db, world.vault, world.maker, name, dev_eui=numbered(number), code="LATER" if number == 2 else ""
        )
    await world.run(
        "UPDATE claim_code SET valid_from = $1 WHERE end_device = (SELECT id FROM end_device WHERE uid = 'later-2')",
        NOW + HOUR,
    )


async def test_only_devices_that_can_be_claimed_now_are_claimable(world: World) -> None:
    await some(world)
    assert await uids(world, filter=v1.STANDING_CLAIMABLE) == ["sensor-1"]
    ids = ["later-2", "sensor-1", "plain-1"]
    assert await uids(world, filter=v1.STANDING_CLAIMABLE, device_ids=ids, query="sens") == ["sensor-1"]
    told = {one.end_device_ids.device_id: (one.has_code, one.claimable) for one in (await ask(world)).standings}
    assert told["later-2"] == (True, False)
    assert told["plain-1"] == (False, False)
    assert told["sensor-1"] == (True, True)


async def test_nothing_is_claimable_while_claiming_is_switched_off(world: World) -> None:
    await some(world)
    await world.run("DELETE FROM claim_authorization")
    assert await uids(world, filter=v1.STANDING_CLAIMABLE) == []
    assert not any(one.claimable for one in (await ask(world)).standings)


async def test_devices_of_another_maker_are_claimed_in(world: World) -> None:
    await some(world)
    await world.run("UPDATE end_device SET maker_application = -1 WHERE uid = 'plain-1'")
    assert await uids(world, filter=v1.STANDING_CLAIMED_IN) == ["plain-1"]
    assert [one.claimed_in for one in (await ask(world, device_ids=["plain-1", "plain-3"])).standings] == [True, False]


async def test_a_join_under_a_former_owner_does_not_count(world: World) -> None:
    await some(world)
    await world.run("UPDATE end_device SET joined_epoch = epoch WHERE uid = 'plain-1'")
    await world.run("UPDATE end_device SET joined_epoch = epoch - 1 WHERE uid = 'plain-3'")
    assert await uids(world, filter=v1.STANDING_NEVER_JOINED) == ["later-2", "plain-3", "sensor-1"]


async def test_ids_names_and_euis_are_searched_as_they_are(world: World) -> None:
    await some(world)
    assert await uids(world, query="LAIN") == ["plain-1", "plain-3"]
    assert await uids(world, query="%") == []
    assert await uids(world, query=numbered(2).hex()[-6:]) == ["later-2"]


async def test_order_and_pages(world: World) -> None:
    await some(world)
    assert await uids(world, order="-device_id", limit=2, page=2) == ["plain-1", "later-2"]
    assert await uids(world, order="-created_at", limit=1) == ["plain-3"]


# ------------------------------------------------------------------ large applications


async def of_many(world: World, devices: int = 10_001) -> None:
    """Make the maker's application one of many devices, by its count alone."""
    await world.run("UPDATE application_device_count SET devices = 0")
    sql = "UPDATE application_device_count SET devices = $1 WHERE application = $2 AND slot ="
    sql += " (SELECT min(slot) FROM application_device_count WHERE application = $2)"
    await world.run(sql, devices, world.maker_app)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("plain", ["plain-1", "plain-3"]),
        ("PLAIN-3", ["plain-3"]),
        ("lain", []),
        ("in the sh", ["sensor-1"]),
        ("IN THE", ["sensor-1"]),
        ("the shed", []),
        (numbered(2).hex(), ["later-2"]),
        (numbered(2).hex()[:15], ["later-2", "plain-1", "plain-3", "sensor-1"]),
        (numbered(2).hex()[2:], []),
        ("70b3d57ed0000000", ["later-2", "plain-1", "plain-3", "sensor-1"]),
        ("70b3d57ed0000001", []),
        ("%", []),
    ],
)
async def test_among_many_devices_a_search_finds_what_begins_with_the_text(
    world: World, query: str, found: list[str]
) -> None:
    await some(world)
    await world.run("UPDATE end_device SET name = 'In the Shed' WHERE uid = 'sensor-1'")
    await of_many(world)
    told = await ask(world, query=query)
    assert [one.end_device_ids.device_id for one in told.standings] == found
    assert told.by_beginnings
    assert not told.more


async def test_among_many_devices_filters_let_through_the_same(world: World) -> None:
    await some(world)
    await world.run("UPDATE end_device SET maker_application = -1 WHERE uid = 'plain-1'")
    await world.run("UPDATE end_device SET joined_epoch = epoch WHERE uid <> 'plain-3'")
    await of_many(world)
    assert await uids(world, filter=v1.STANDING_CLAIMABLE) == ["sensor-1"]
    assert await uids(world, filter=v1.STANDING_CLAIMED_IN) == ["plain-1"]
    assert await uids(world, filter=v1.STANDING_NEVER_JOINED) == ["plain-3"]
    assert await uids(world, filter=v1.STANDING_NEVER_JOINED, query="plain") == ["plain-3"]
    await world.run("UPDATE claim_code SET valid_to = $1", NOW)
    assert await uids(world, filter=v1.STANDING_CLAIMABLE) == []


async def test_a_filter_that_lets_through_more_than_it_counts_says_so(world: World) -> None:
    await some(world)
    await world.run(
        "INSERT INTO end_device (application, uid, is_body, maker_application, created_at, updated_at)"
        " WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 10001)"
        " SELECT $1, 'more-' || CAST(at AS TEXT), $2, -1, 1, 1 FROM n",
        world.maker_app, b"",
    )  # fmt: skip
    await of_many(world, 10_005)
    request = v1.ListStandingsRequest(filter=v1.STANDING_CLAIMED_IN, order="-created_at", limit=2, page=3)
    request.application_ids.application_id = "maker-app"
    call = a_call(world.maker)
    told = await ClaimabilityRegistry(world.db, world.caps).List(request, call)
    assert [one.end_device_ids.device_id for one in told.standings] == ["more-9997", "more-9996"]
    assert (call.headers["x-total-count"], told.more) == ("10000", True)
    assert (await ask(world, query="more-", limit=1)).more
    assert not (await ask(world, query="more-99", limit=1)).more


async def test_a_code_that_is_kept_goes_where_its_device_goes(world: World) -> None:
    await world.device()
    await world.claim(burn=False)
    assert await world.val("SELECT application FROM claim_code") == world.owner_app


async def test_who_may_not_read_devices_is_told_nothing(world: World) -> None:
    with pytest.raises(PermissionDenied):
        await ask(world, by=with_rights(world.maker, Right.APPLICATION_INFO))


async def test_a_search_for_a_join_eui_neither_shows_nor_hides_by_what_others_have_of_it(world: World) -> None:
    await world.run(
        "INSERT INTO end_device (application, uid, join_eui, is_body, maker_application, created_at, updated_at)"
        " WITH RECURSIVE n (at) AS (SELECT 1 UNION ALL SELECT at + 1 FROM n WHERE at < 10002)"
        " SELECT $1, 'more-' || CAST(at AS TEXT), $2, $3, $1, 1, 1 FROM n",
        world.other_app, bytes.fromhex("70b3d57ed0000000"), b"",
    )  # fmt: skip
    await some(world)
    await of_many(world)
    told = await ask(world, query="70b3d57ed0000000")
    assert [one.end_device_ids.device_id for one in told.standings] == ["later-2", "plain-1", "plain-3", "sensor-1"]
    assert not told.more
