"""Reading, writing and deleting the parts of Network and Application Server."""

import pytest

from claimstack.errors import Invalid, NotFound, PermissionDenied
from claimstack.identity import Right
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import a_call, a_device, admitted, device_ids, getting, setting
from tests.support.people import NOW, with_rights

SESSION = v3.Session(
    dev_addr=bytes.fromhex("26011234"),
    keys=v3.SessionKeys(f_nwk_s_int_key=v3.KeyEnvelope(key=bytes(range(16)))),
    last_f_cnt_up=7,
)


def joining(ids: v3.EndDeviceIdentifiers) -> v3.SetEndDeviceRequest:
    wish = v3.EndDevice(
        ids=ids,
        frequency_plan_id="EU_863_870",
        lorawan_version=v3.MAC_V1_0_3,
        lorawan_phy_version=v3.RP001_V1_0_3_REV_A,
        supports_join=True,
    )
    return setting(wish, "frequency_plan_id", "lorawan_version", "lorawan_phy_version", "supports_join")


def fixed(ids: v3.EndDeviceIdentifiers) -> v3.SetEndDeviceRequest:
    return setting(v3.EndDevice(ids=ids, session=SESSION), "session", "supports_join")


async def test_the_first_set_creates_the_part_and_the_next_changes_it(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    request = joining(ids)
    admitted("NsEndDeviceRegistry/Set", request)
    made = await house.network.Set(request, a_call(house.maker))
    assert (made.frequency_plan_id, made.supports_join) == ("EU_863_870", True)
    wish = v3.EndDevice(ids=ids, frequency_plan_id="US_902_928_FSB_2")
    await house.network.Set(setting(wish, "frequency_plan_id"), a_call(house.maker, NOW + 9))
    read = await house.network.Get(getting(ids, "frequency_plan_id", "lorawan_version"), a_call(house.maker))
    assert (read.frequency_plan_id, read.lorawan_version) == ("US_902_928_FSB_2", v3.MAC_V1_0_3)
    assert (read.created_at.ToMicroseconds(), read.updated_at.ToMicroseconds()) == (NOW, NOW + 9)
    names = await house.db.fetch("SELECT name FROM event ORDER BY id")
    assert [row["name"] for row in names] == ["end_device.create", "ns.end_device.create", "ns.end_device.update"]


async def test_an_empty_set_registers_the_device_there(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.application.Set(setting(v3.EndDevice(ids=ids)), a_call(house.maker))
    assert (await house.application.Get(getting(ids), a_call(house.maker))).ids == ids


async def test_a_part_needs_the_device(house: House) -> None:
    with pytest.raises(NotFound, match="pkg/identityserver/store:end_device_not_found"):
        await house.network.Set(joining(device_ids("nothing")), a_call(house.maker))


async def test_a_part_that_is_not_there_is_not_found_by_its_component(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    for register, namespace in (
        (house.network, "pkg/networkserver"),
        (house.application, "pkg/applicationserver"),
        (house.join, "pkg/joinserver"),
    ):
        with pytest.raises(NotFound, match=f"{namespace}:device_not_found"):
            await register.Get(getting(ids), a_call(house.maker))
        with pytest.raises(NotFound, match=f"{namespace}:device_not_found"):
            await register.Delete(ids, a_call(house.maker))


async def test_deleting_a_part_leaves_the_device_and_its_other_parts(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(joining(ids), a_call(house.maker))
    await house.application.Set(setting(v3.EndDevice(ids=ids)), a_call(house.maker))
    await house.network.Delete(ids, a_call(house.maker))
    rows = await house.db.fetch("SELECT component FROM end_device_part")
    assert [row["component"] for row in rows] == ["as"]
    assert (await house.identity.Get(getting(ids), a_call(house.maker))).ids == ids


async def test_a_session_is_sealed_and_settings_are_not(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, dev_eui=b"", join_eui=b"")
    await house.network.Set(joining(ids), a_call(house.maker))
    await house.network.Set(fixed(ids), a_call(house.maker))
    row = await house.db.fetchrow("SELECT body, state_sealed FROM end_device_part")
    assert row is not None
    kept = v3.EndDevice.FromString(bytes(row["body"]))
    assert kept.frequency_plan_id == "EU_863_870"
    assert not kept.HasField("session")
    assert bytes(range(16)) not in bytes(row["body"]) + bytes(row["state_sealed"])
    read = await house.network.Get(getting(ids, "session"), a_call(house.maker))
    assert read.session == SESSION
    assert read.ids.dev_addr == SESSION.dev_addr


async def test_session_keys_need_the_rights_for_keys(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    writer = with_rights(house.maker, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE)
    with pytest.raises(PermissionDenied, match="DEVICES_WRITE_KEYS"):
        await house.network.Set(fixed(ids), a_call(writer))
    await house.network.Set(fixed(ids), a_call(house.maker))
    with pytest.raises(PermissionDenied, match="DEVICES_READ_KEYS"):
        await house.network.Get(getting(ids, "session"), a_call(writer))
    read = await house.network.Get(getting(ids, "session.last_f_cnt_up"), a_call(writer))
    assert read.session.last_f_cnt_up == 7
    assert not read.session.HasField("keys")


async def test_a_session_of_which_all_is_cleared_is_none(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = v3.EndDevice(ids=ids, session=v3.Session(dev_addr=b"\1\2\3\4", last_a_f_cnt_down=3))
    wish.session.keys.app_s_key.key = bytes(range(16))
    paths = ("session.dev_addr", "session.keys.app_s_key", "session.last_a_f_cnt_down")
    request = setting(wish, *paths)
    admitted("AsEndDeviceRegistry/Set", request)
    await house.application.Set(request, a_call(house.maker))
    assert await house.db.fetchval("SELECT state_sealed FROM end_device_part") is not None
    await house.application.Set(setting(v3.EndDevice(ids=ids), *paths), a_call(house.maker))
    assert await house.db.fetchval("SELECT state_sealed FROM end_device_part") is None


async def test_a_factory_reset_forgets_a_joined_session(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(joining(ids), a_call(house.maker))
    await house.network.Set(setting(v3.EndDevice(ids=ids, session=SESSION), "session"), a_call(house.maker))
    request = v3.ResetAndGetEndDeviceRequest(end_device_ids=ids, field_mask={"paths": ["session", "supports_join"]})
    answer = await house.network.ResetFactoryDefaults(request, a_call(house.maker))
    assert not answer.HasField("session")
    assert answer.supports_join
    assert await house.db.fetchval("SELECT state_sealed FROM end_device_part") is None


async def test_a_factory_reset_starts_a_fixed_session_over(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(fixed(ids), a_call(house.maker))
    request = v3.ResetAndGetEndDeviceRequest(end_device_ids=ids, field_mask={"paths": ["session"]})
    answer = await house.network.ResetFactoryDefaults(request, a_call(house.maker))
    assert answer.session == v3.Session(dev_addr=SESSION.dev_addr, keys=SESSION.keys)


async def test_reading_by_a_reset_needs_the_rights_to_read(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(fixed(ids), a_call(house.maker))
    request = v3.ResetAndGetEndDeviceRequest(end_device_ids=ids, field_mask={"paths": ["session"]})
    writer = with_rights(house.maker, Right.APPLICATION_DEVICES_WRITE, Right.APPLICATION_DEVICES_READ)
    with pytest.raises(PermissionDenied, match="READ_KEYS"):
        await house.network.ResetFactoryDefaults(request, a_call(writer))


async def test_a_device_with_a_fixed_session_takes_no_code(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(fixed(ids), a_call(house.maker))
    wish = v3.EndDevice(ids=ids, claim_authentication_code=v3.EndDeviceAuthenticationCode(value="ABCD"))
    request = v3.UpdateEndDeviceRequest(end_device=wish, field_mask={"paths": ["claim_authentication_code"]})
    with pytest.raises(Invalid, match="claim_authentication_code"):
        await house.identity.Update(request, a_call(house.maker))


async def test_a_device_with_a_code_gets_no_fixed_session(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, code="ABCD")
    with pytest.raises(Invalid, match="claim_authentication_code"):
        await house.network.Set(fixed(ids), a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM end_device_part") == 0


async def test_a_part_is_not_found_from_another_application(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.network.Set(joining(ids), a_call(house.maker))
    with pytest.raises(NotFound):
        await house.network.Get(getting(device_ids("sensor-1", "owner-app")), a_call(house.owner))
    with pytest.raises(PermissionDenied):
        await house.network.Get(getting(ids), a_call(house.owner))
