"""A release: a claimed device goes back to its maker, whole and without a code."""

import asyncio

import pytest

from claimstack.claiming import Claims, give_back
from claimstack.claiming.gate.attempt import Owned
from claimstack.claiming.ledger import Entry
from claimstack.claiming.verdict import Refused
from claimstack.errors import AlreadyExists, ClaimstackError, FailedPrecondition, NotFound
from claimstack.identity import Entity
from claimstack.identity.rights import ALL_RIGHTS
from claimstack.upkeep.chains import AUDIT, LEDGER, Chained, broken
from claimstack.upkeep.finding import Finding
from claimstack.vault import Secret
from claimstack.wire import v3
from tests.claiming.world import DEV_EUI, HOUR, World, authorize_application
from tests.support.people import NOW

LATER = NOW + HOUR
PLACE = v3.EndDevice(
    serial_number="SN1",
    network_server_address="owner.example:8884",
    attributes={"room": "kitchen"},
    locations={"user": v3.Location(latitude=52.0)},
).SerializeToString()
JOINS = v3.EndDevice(supports_join=True).SerializeToString()
HOME = v3.EndDevice(net_id=b"\0\0\x13", application_server_id="owner-as", resets_join_nonces=True)


def owners(world: World) -> Entity:
    return Entity("application", world.owner_app, "owner-app", ALL_RIGHTS, None)


async def release(world: World, uid: str = "sensor-1", now: int = LATER) -> Entry:
    actor = f"{world.owner.principal}:{world.owner.uid}"
    return await world.db.transaction(give_back, owners(world), uid, actor, now, "c1")


async def refusal(world: World, uid: str = "sensor-1") -> ClaimstackError:
    with pytest.raises(ClaimstackError) as caught:
        await release(world, uid)
    return caught.value


@pytest.fixture
async def claimed(world: World) -> int:
    """A device that its owner claimed and used."""
    parts = {"ns": (JOINS, b"session"), "as": (b"", None), "js": (HOME.SerializeToString(), b"keys")}
    device = await world.device(parts=parts)
    assert isinstance(await world.claim(wish="kitchen"), Owned)
    await world.run("UPDATE end_device SET is_body = $1, name = 'Kitchen', description = 'left of the oven'", PLACE)
    await world.run("UPDATE end_device_part SET state_sealed = $1, state_kek = 1, body = $2", b"s", b"")
    await world.run("UPDATE end_device_part SET body = $1 WHERE component = 'js'", HOME.SerializeToString())
    return device


async def test_the_device_is_its_makers_again_under_the_id_that_it_had_there(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    row = await world.row("SELECT * FROM end_device")
    assert row is not None
    assert (row["id"], row["application"], row["uid"], row["epoch"]) == (claimed, world.maker_app, "sensor-1", 3)


async def test_nothing_that_its_owner_wrote_comes_along(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    row = await world.row("SELECT name, description, is_body, last_seen_at FROM end_device")
    assert row is not None
    assert (row["name"], row["description"], row["last_seen_at"]) == ("", "", None)
    assert v3.EndDevice.FromString(bytes(row["is_body"])) == v3.EndDevice(serial_number="SN1")


async def test_its_sessions_are_wiped_and_it_is_at_home_nowhere(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    parts = await world.db.fetch("SELECT component, body, state_sealed, state_kek FROM end_device_part")
    assert len(parts) == 3
    assert {(row["state_sealed"], row["state_kek"]) for row in parts} == {(None, None)}
    bodies = {row["component"]: v3.EndDevice.FromString(bytes(row["body"])) for row in parts}
    assert bodies["js"] == v3.EndDevice(resets_join_nonces=True)


async def test_what_the_application_server_was_told_to_do_is_forgotten(world: World, claimed: int) -> None:
    formatter = v3.EndDevice(formatters={"up_formatter_parameter": "token"}).SerializeToString()
    await world.run("UPDATE end_device_part SET body = $1 WHERE component = 'as'", formatter)
    await release(world, "kitchen")
    assert bytes(await world.val("SELECT body FROM end_device_part WHERE component = 'as'")) == b""


async def test_no_code_is_left_even_if_the_claim_kept_it(world: World) -> None:
    await world.device()
    await world.claim(burn=False)
    assert await world.val("SELECT count(*) FROM claim_code") == 1
    await release(world)
    assert await world.val("SELECT count(*) FROM claim_code") == 0
    assert isinstance(await world.claim(now=LATER + 1), Refused)


async def test_the_spent_code_opens_nothing_after_a_release(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    assert isinstance(await world.claim(wish="kitchen", now=LATER + 1), Refused)
    assert await world.reasons() == ["no_code"]


async def test_with_a_new_code_it_can_be_sold_again_even_to_the_same_owner(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    hashed, version = world.vault.hash(Secret(b"NEXT2345"), DEV_EUI), world.vault.pepper_version
    await world.run(
        "INSERT INTO claim_code (end_device, code_hash, pepper, code_sealed, code_kek, updated_at)"
        " VALUES ($1, $2, $3, $4, 1, $5)",
        claimed, hashed, version, b"sealed", LATER,
    )  # fmt: skip
    assert isinstance(await world.claim(code="NEXT2345", now=LATER + 1), Owned)
    assert await world.val("SELECT max(sequence) FROM claim_ledger") == 3
    assert await broken_chains(world) == []


async def test_both_applications_count_right(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    rows = await world.db.fetch("SELECT application, sum(devices) AS n FROM application_device_count GROUP BY 1")
    assert {row["application"]: int(row["n"]) for row in rows} == {world.maker_app: 1, world.owner_app: 0}


async def test_the_ledger_has_a_row_that_follows_the_claim(world: World, claimed: int) -> None:
    entry = await release(world, "kitchen")
    assert entry.sequence == 2
    row = await world.row("SELECT * FROM claim_ledger WHERE sequence = 2")
    assert row is not None
    assert (row["source_application_uid"], row["source_device_uid"]) == ("owner-app", "kitchen")
    assert (row["target_application_uid"], row["target_device_uid"]) == ("maker-app", "sensor-1")
    assert (bytes(row["code_hash"]), row["claimed_at"]) == (b"", LATER)
    assert await broken_chains(world) == []


async def test_both_sides_are_told_and_neither_learns_the_others_id_of_it(world: World, claimed: int) -> None:
    await world.run("DELETE FROM event")
    await release(world, "kitchen")
    rows = await world.db.fetch("SELECT name, entity, epoch, body FROM event ORDER BY id")
    told = [(row["name"], row["entity"], row["epoch"], _device_id(bytes(row["body"]))) for row in rows]
    assert told == [
        ("dcs.end_device.unclaim.success", world.owner_app, None, "kitchen"),
        ("end_device.delete", world.owner_app, None, "kitchen"),
        ("dcs.end_device.unclaim.success", world.maker_app, 3, "sensor-1"),
    ]


async def test_it_stands_in_the_audit_of_both(world: World, claimed: int) -> None:
    await release(world, "kitchen")
    rows = await world.db.fetch("SELECT * FROM audit_record WHERE action = 'release' ORDER BY id")
    assert [(row["application"], row["device_uid"], row["actor"].split(":")[2]) for row in rows] == [
        (world.owner_app, "kitchen", "owner"),
        (world.maker_app, "sensor-1", "owner"),
    ]
    assert await broken_chains(world) == []


# ------------------------------------------------------------------ ids


async def test_an_id_that_is_taken_at_the_makers_by_now_gives_way_to_one_made_of_the_eui(
    world: World, claimed: int
) -> None:
    await world.device("sensor-1", dev_eui=bytes(8))
    assert (await release(world, "kitchen")).hop.target_device_uid == f"eui-{DEV_EUI.hex()}"


async def test_even_that_may_be_taken(world: World, claimed: int) -> None:
    await world.device("sensor-1", dev_eui=bytes(8))
    await world.device(f"eui-{DEV_EUI.hex()}", dev_eui=bytes(7) + b"\1")
    assert (await release(world, "kitchen")).hop.target_device_uid == f"eui-{DEV_EUI.hex()}-2"


async def test_when_all_are_taken_it_stays(world: World, claimed: int) -> None:
    for number, uid in enumerate(("sensor-1", f"eui-{DEV_EUI.hex()}", f"eui-{DEV_EUI.hex()}-2")):
        await world.device(uid, dev_eui=bytes(7) + bytes([number]))
    assert isinstance(await refusal(world, "kitchen"), AlreadyExists)
    assert await world.val("SELECT application FROM end_device WHERE uid = 'kitchen'") == world.owner_app


# ------------------------------------------------------------------ refusals


async def test_a_device_that_is_not_there_is_not_found(world: World) -> None:
    assert isinstance(await refusal(world), NotFound)


async def test_who_registered_a_device_has_nobody_to_give_it_back_to(world: World) -> None:
    await world.device(application=world.owner_app)
    error = await refusal(world)
    assert isinstance(error, FailedPrecondition)
    assert error.name == "device_not_claimed"


@pytest.mark.parametrize("gone", ["UPDATE application SET deleted_at = 1 WHERE id = $1", "purged"])
async def test_a_maker_that_is_gone_gets_nothing_back(world: World, claimed: int, gone: str) -> None:
    if gone == "purged":
        await world.run("DELETE FROM application WHERE id = $1", world.maker_app)
    else:
        await world.run(gone, world.maker_app)
    error = await refusal(world, "kitchen")
    assert (type(error), error.name) == (FailedPrecondition, "maker_application_gone")
    assert await world.val("SELECT application FROM end_device") == world.owner_app


# ------------------------------------------------------------------ races


async def test_of_many_releases_at_once_one_moves_the_device(world: World, claimed: int) -> None:
    ended = await asyncio.gather(*(release(world, "kitchen") for _ in range(8)), return_exceptions=True)
    assert sum(isinstance(one, Entry) for one in ended) == 1
    assert sum(isinstance(one, NotFound) for one in ended) == 7
    assert await world.val("SELECT count(*) FROM claim_ledger") == 2


async def test_a_release_and_claims_at_once_leave_one_owner_and_a_whole_ledger(world: World) -> None:
    # The code was kept and the owner's application is open, too: claims by others can win over the release.
    await authorize_application(world, world.owner_app)
    for number in range(10):
        dev_eui = (0x0004A31000000000 + number).to_bytes(8, "big")
        await world.device(f"sensor-{number}", dev_eui=dev_eui)
        await world.claim(dev_eui=dev_eui, burn=False)
        claims = Claims(world.db, world.vault, world.caps)
        attempt = world.attempt(dev_eui=dev_eui, by=world.stranger, target=world.other_app, now=LATER)
        released, claimed = await asyncio.gather(
            release(world, f"sensor-{number}"), claims.claim(attempt), return_exceptions=True
        )
        owner = await world.val("SELECT application FROM end_device WHERE dev_eui = $1", dev_eui)
        if isinstance(claimed, Owned):
            assert isinstance(released, NotFound)
            assert owner == world.other_app
        else:
            assert isinstance(released, Entry)
            assert owner == world.maker_app
    assert await broken_chains(world) == []


async def broken_chains(world: World) -> list[Finding]:
    return [*await _found(world, LEDGER), *await _found(world, AUDIT)]


async def _found(world: World, table: Chained) -> list[Finding]:
    return [finding async for finding in broken(world.db, table, lambda rows: None)]


def _device_id(body: bytes) -> str:
    return v3.Event.FromString(body).identifiers[0].device_ids.device_id
