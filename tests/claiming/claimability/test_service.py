"""ClaimabilityRegistry: what owners are told of their devices and applications, and what never."""

import pytest

from claimstack.claiming import ClaimabilityRegistry
from claimstack.end_devices import JsEndDeviceRegistry
from claimstack.errors import NotFound, PermissionDenied
from claimstack.identity import Caller, Right
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.claiming.world import CODE, DEV_EUI, HOUR, JOIN_EUI, World, authorize_application
from tests.support.devices import APP_KEY, a_call, a_device, device_ids, getting
from tests.support.people import NOW, with_rights

DAY = 24 * HOUR


async def ask(
    world: World, by: Caller | None = None, uid: str = "sensor-1", app: str = "maker-app", at: int = NOW
) -> v1.Claimability:
    request = v1.GetClaimabilityRequest(end_device_ids=device_ids(uid, app))
    return await ClaimabilityRegistry(world.db, world.caps).Get(request, a_call(by or world.maker, at))


async def ask_application(world: World, by: Caller | None = None, at: int = NOW) -> v1.ClaimAuthorization:
    request = v1.GetClaimAuthorizationRequest(application_ids=v3.ApplicationIdentifiers(application_id="maker-app"))
    registry = ClaimabilityRegistry(world.db, world.caps)
    return await registry.GetAuthorization(request, a_call(by or world.maker, at))


# ------------------------------------------------------------------ a device


async def test_a_device_with_a_code_in_an_open_application_can_be_claimed(world: World) -> None:
    await world.device(valid_to=NOW + DAY)
    told = await ask(world)
    assert (told.claimable, told.obstacle, told.has_code, told.releasable) == (True, "", True, False)
    assert told.valid_to.ToMicroseconds() == NOW + DAY
    assert not told.HasField("valid_from")
    assert told.end_device_ids == device_ids("sensor-1", dev_eui=DEV_EUI, join_eui=JOIN_EUI)


async def test_the_code_itself_is_never_told(world: World) -> None:
    await world.device()
    assert CODE.encode() not in (await ask(world)).SerializeToString()


async def test_the_window_is_judged_at_the_moment_of_the_question(world: World) -> None:
    await world.device(valid_from=NOW + HOUR, valid_to=NOW + DAY)
    obstacles = [(await ask(world, at=at)).obstacle for at in (NOW, NOW + HOUR, NOW + DAY)]
    assert obstacles == ["before_window", "", "after_window"]


async def test_a_device_without_euis_has_nothing_to_be_claimed_by(world: World) -> None:
    await world.device(code=None)
    await world.run("UPDATE end_device SET join_eui = NULL, dev_eui = NULL")
    assert (await ask(world)).obstacle == "no_euis"


async def test_refused_attempts_are_counted_and_turn_others_away_for_a_time(world: World) -> None:
    await world.device()
    for _ in range(world.caps.device - 1):
        await world.claim(code="WRONG")
    told = await ask(world)
    assert (told.claimable, told.refused_attempts) == (True, world.caps.device - 1)
    await world.claim(code="WRONG")
    told = await ask(world)
    assert (told.claimable, told.obstacle) == (False, "too_many_attempts")
    assert told.blocked_until.ToMicroseconds() == NOW + DAY
    assert (await ask(world, at=NOW + DAY)).claimable


async def test_a_claimed_device_can_be_released_and_shows_its_transfers(world: World) -> None:
    await world.device()
    await world.claim()
    told = await ask(world, world.owner, app="owner-app")
    assert (told.releasable, told.transfers, told.obstacle) == (True, 1, "no_code")


async def test_the_former_owner_is_told_nothing(world: World) -> None:
    await world.device()
    await world.claim()
    with pytest.raises(NotFound):
        await ask(world)


async def test_reading_devices_is_needed(world: World) -> None:
    await world.device()
    for caller in (with_rights(world.maker, Right.APPLICATION_DEVICES_WRITE), world.stranger):
        with pytest.raises(PermissionDenied):
            await ask(world, caller)
        with pytest.raises(PermissionDenied):
            await ask_application(world, caller)


# ------------------------------------------------------------------ root keys


async def read_keys(world: World, by: Caller, app: str, at: int) -> None:
    request = getting(device_ids("sensor-1", app), "root_keys")
    await JsEndDeviceRegistry(world.db, world.vault).Get(request, a_call(by, at))


async def test_keys_that_nobody_read_say_nothing(world: World) -> None:
    await a_device(world.db, world.vault, world.maker, code=CODE, app_key=APP_KEY)
    told = await ask(world)
    assert not told.HasField("root_keys_read_at")
    assert not told.root_keys_read_before


async def test_who_read_the_keys_and_when_is_told_to_the_owner(world: World) -> None:
    await a_device(world.db, world.vault, world.maker, code=CODE, app_key=APP_KEY)
    await read_keys(world, world.maker, "maker-app", NOW + 5)
    told = await ask(world)
    assert told.root_keys_read_at.ToMicroseconds() == NOW + 5
    assert (told.root_keys_read_by, told.root_keys_read_before) == ("user maker", False)


async def test_the_next_owner_is_told_that_and_when_but_not_by_whom(world: World) -> None:
    await a_device(world.db, world.vault, world.maker, code=CODE, app_key=APP_KEY)
    await read_keys(world, world.maker, "maker-app", NOW + 5)
    await world.claim()
    told = await ask(world, world.owner, app="owner-app")
    assert told.root_keys_read_at.ToMicroseconds() == NOW + 5
    assert (told.root_keys_read_by, told.root_keys_read_before) == ("", True)


async def test_that_they_were_read_before_stays_told_when_the_owner_reads_them_too(world: World) -> None:
    await a_device(world.db, world.vault, world.maker, code=CODE, app_key=APP_KEY)
    await read_keys(world, world.maker, "maker-app", NOW + 5)
    await world.claim()
    await read_keys(world, world.owner, "owner-app", NOW + 9)
    told = await ask(world, world.owner, app="owner-app")
    assert told.root_keys_read_at.ToMicroseconds() == NOW + 9
    assert (told.root_keys_read_by, told.root_keys_read_before) == ("user owner", True)


# ------------------------------------------------------------------ an application


async def test_an_open_application_tells_who_opened_it_and_by_which_key(world: World) -> None:
    key = await world.val("SELECT key_id FROM claim_authorization")
    await world.run("UPDATE api_key SET name = 'Claims', expires_at = $1 WHERE key_id = $2", NOW + DAY, key)
    told = await ask_application(world)
    assert (told.authorized, told.obstacle, told.authorized_by) == (True, "", "user:maker")
    assert (told.api_key_id, told.api_key_name) == (key, "Claims")
    assert (told.authorized_at.ToMicroseconds(), told.expires_at.ToMicroseconds()) == (NOW, NOW + DAY)


async def test_it_closes_with_its_key(world: World) -> None:
    key = await world.val("SELECT key_id FROM claim_authorization")
    await world.run("UPDATE api_key SET expires_at = $1 WHERE key_id = $2", NOW + DAY, key)
    assert (await ask_application(world, at=NOW + DAY)).obstacle == "authorization_key_expired"
    await world.run("DELETE FROM api_key WHERE key_id = $1", key)
    told = await ask_application(world)
    assert (told.authorized, told.obstacle, told.api_key_id) == (False, "authorization_key_deleted", key)


async def test_an_application_that_nobody_opened_says_so(world: World) -> None:
    await world.run("DELETE FROM claim_authorization")
    told = await ask_application(world)
    assert (told.authorized, told.obstacle, told.authorized_by) == (False, "application_not_authorized", "")
    await authorize_application(world, world.maker_app)
    assert (await ask_application(world)).authorized
