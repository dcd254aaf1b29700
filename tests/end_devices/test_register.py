"""Registering, reading, changing and deleting end devices on the Identity Server."""

from typing import Any

import pytest

from claimstack.errors import AlreadyExists, Invalid, NotFound, PermissionDenied
from claimstack.identity import Right
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import (
    APP_KEY,
    DEV_EUI,
    JOIN_EUI,
    a_call,
    a_device,
    device_ids,
    getting,
    numbered,
    setting,
    updating,
)
from tests.support.people import NOW, grant, with_rights


def new_device(**fields: Any) -> v3.CreateEndDeviceRequest:
    ids = device_ids("sensor-1", dev_eui=DEV_EUI, join_eui=JOIN_EUI)
    return v3.CreateEndDeviceRequest(end_device=v3.EndDevice(ids=ids, **fields))


async def test_a_registered_device_is_read_back_as_it_was_given(house: House) -> None:
    made = await house.identity.Create(
        new_device(
            name="Sensor",
            description="On the roof",
            attributes={"room": "12"},
            version_ids=v3.EndDeviceVersionIdentifiers(brand_id="acme"),
            serial_number="sn-1",
        ),
        a_call(house.maker),
    )
    paths = ["name", "description", "attributes", "version_ids.brand_id", "serial_number"]
    read = await house.identity.Get(getting(device_ids("sensor-1"), *paths), a_call(house.maker))
    assert read == made
    assert (read.ids.dev_eui, read.ids.join_eui, read.name) == (DEV_EUI, JOIN_EUI, "Sensor")
    assert read.attributes == {"room": "12"}


async def test_an_empty_mask_gives_identifiers_and_times(house: House) -> None:
    await house.identity.Create(new_device(name="Sensor"), a_call(house.maker))
    read = await house.identity.Get(getting(device_ids("sensor-1")), a_call(house.maker))
    assert [field.name for field, _ in read.ListFields()] == ["ids", "created_at", "updated_at"]
    assert read.created_at.ToMicroseconds() == NOW


async def test_fields_of_other_components_are_not_kept_by_the_identity_server(house: House) -> None:
    made = await house.identity.Create(
        new_device(root_keys=v3.RootKeys(app_key=v3.KeyEnvelope(key=APP_KEY)), supports_join=True), a_call(house.maker)
    )
    assert not made.HasField("root_keys")
    assert not made.supports_join
    body = await house.db.fetchval("SELECT is_body FROM end_device")
    assert APP_KEY not in bytes(body)


async def test_a_taken_id_is_named(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    with pytest.raises(AlreadyExists) as refusal:
        await a_device(house.db, house.vault, house.maker, dev_eui=numbered(1))
    assert (refusal.value.namespace, refusal.value.name) == ("pkg/util/store", "id_taken")


async def test_the_same_id_may_stand_in_two_applications(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    made = await a_device(house.db, house.vault, house.owner, "sensor-1", "owner-app", dev_eui=numbered(1))
    assert made.application_ids.application_id == "owner-app"


async def test_who_may_read_it_hears_where_taken_euis_are_registered(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    with pytest.raises(AlreadyExists) as refusal:
        await a_device(house.db, house.vault, house.maker, "sensor-2")
    assert refusal.value.name == "end_device_euis_taken"
    assert refusal.value.attributes == {
        "join_eui": "70B3D57ED0000000",
        "dev_eui": "0004A310001FF9E0",
        "device_id": "sensor-1",
        "application_id": "maker-app",
    }


async def test_a_stranger_does_not_hear_where_taken_euis_are_registered(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    with pytest.raises(AlreadyExists) as refusal:
        await a_device(house.db, house.vault, house.owner, "mine", "owner-app")
    assert set(refusal.value.attributes) == {"join_eui", "dev_eui"}
    assert "maker-app" not in str(refusal.value)


async def test_a_device_without_euis_can_be_registered_many_times(house: House) -> None:
    for device_id in ("abp-1", "abp-2"):
        ids = await a_device(house.db, house.vault, house.maker, device_id, dev_eui=b"", join_eui=b"")
        assert not ids.dev_eui


async def test_a_join_eui_alone_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="DevEUI"):
        await a_device(house.db, house.vault, house.maker, dev_eui=b"")


@pytest.mark.parametrize("name", ["network_server_address", "application_server_address", "join_server_address"])
async def test_a_device_on_another_server_than_its_application_is_refused(house: House, name: str) -> None:
    ours: dict[str, Any] = {name: "ours.example:8884"}
    theirs: dict[str, Any] = {name: "theirs.example"}
    body = v3.Application(**ours).SerializeToString()
    await house.db.transaction(lambda tx: tx.execute("UPDATE application SET body = $1 WHERE uid = 'maker-app'", body))
    with pytest.raises(Invalid) as refusal:
        await house.identity.Create(new_device(**theirs), a_call(house.maker))
    assert refusal.value.name == f"{name}_mismatch"
    assert refusal.value.attributes == {"address": "theirs.example", "expected": "ours.example:8884"}
    await house.identity.Create(new_device(**{name: "OURS.example:1"}), a_call(house.maker))
    wish = v3.EndDevice(ids=device_ids("sensor-1"), **theirs)
    with pytest.raises(Invalid, match="mismatch"):
        await house.identity.Update(updating(wish, name), a_call(house.maker))


async def test_an_update_changes_what_its_mask_names_and_clears_what_is_absent(house: House) -> None:
    await house.identity.Create(
        new_device(name="Sensor", description="Roof", serial_number="sn-1"), a_call(house.maker)
    )
    wish = v3.EndDevice(ids=device_ids("sensor-1"), name="Meter", serial_number="ignored")
    changed = await house.identity.Update(updating(wish, "name", "description"), a_call(house.maker, NOW + 5))
    assert (changed.name, changed.description) == ("Meter", "")
    read = await house.identity.Get(
        getting(device_ids("sensor-1"), "name", "description", "serial_number"), a_call(house.maker)
    )
    assert (read.name, read.description, read.serial_number) == ("Meter", "", "sn-1")
    assert (read.created_at.ToMicroseconds(), read.updated_at.ToMicroseconds()) == (NOW, NOW + 5)


async def test_euis_never_change(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    ids.dev_eui = numbered(1)
    with pytest.raises(Invalid, match=r"ids\.dev_eui"):
        await house.identity.Update(updating(v3.EndDevice(ids=ids), "name"), a_call(house.maker))


async def test_a_deleted_device_is_gone_with_all_its_parts_but_its_nonce_history(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, code="ABCD", app_key=APP_KEY)
    wish = v3.EndDevice(ids=ids, last_join_nonce=7)
    await house.join.Set(setting(wish, "last_join_nonce"), a_call(house.maker))
    await house.identity.Delete(ids, a_call(house.maker))
    for table in ("end_device", "end_device_part", "root_key", "claim_code"):
        assert await house.db.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await house.db.fetchval("SELECT last_join_nonce FROM nonce_history") == 7
    with pytest.raises(NotFound, match="end_device_not_found"):
        await house.identity.Get(getting(ids), a_call(house.maker))
    with pytest.raises(NotFound, match="end_device_not_found"):
        await house.identity.Delete(ids, a_call(house.maker))


async def test_an_unknown_device_is_not_found(house: House) -> None:
    with pytest.raises(NotFound, match="end_device_not_found"):
        await house.identity.Get(getting(device_ids("nothing")), a_call(house.maker))
    with pytest.raises(NotFound, match="end_device_not_found"):
        await house.identity.Update(updating(v3.EndDevice(ids=device_ids("nothing")), "name"), a_call(house.maker))


async def test_reading_and_writing_need_their_rights(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    reader = with_rights(house.maker, Right.APPLICATION_DEVICES_READ)
    writer = with_rights(house.maker, Right.APPLICATION_DEVICES_WRITE)
    await house.identity.Get(getting(ids), a_call(reader))
    with pytest.raises(PermissionDenied):
        await house.identity.Get(getting(ids), a_call(writer))
    for attempt in (
        house.identity.Create(new_device(), a_call(reader)),
        house.identity.Update(updating(v3.EndDevice(ids=ids), "name"), a_call(reader)),
        house.identity.Delete(ids, a_call(reader)),
    ):
        with pytest.raises(PermissionDenied):
            await attempt


async def test_counts_follow_devices(house: House) -> None:
    for number in range(20):
        await a_device(house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number))
    await house.identity.Delete(device_ids("sensor-3"), a_call(house.maker))
    count = "SELECT sum(devices) FROM application_device_count WHERE application = $1"
    assert await house.db.fetchval(count, house.maker_app) == 19
    assert await house.db.fetchval("SELECT count(*) FROM application_device_count") == 16


async def test_a_device_is_found_by_its_euis_by_those_who_may_read_it(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    request = v3.GetEndDeviceIdentifiersForEUIsRequest(join_eui=JOIN_EUI, dev_eui=DEV_EUI)
    found = await house.identity.GetIdentifiersForEUIs(request, a_call(house.maker))
    assert found == device_ids("sensor-1", dev_eui=DEV_EUI, join_eui=JOIN_EUI)


async def test_a_stranger_cannot_tell_known_from_unknown_euis(house: House) -> None:
    await a_device(house.db, house.vault, house.maker)
    texts = []
    for dev_eui in (DEV_EUI, numbered(1)):
        request = v3.GetEndDeviceIdentifiersForEUIsRequest(join_eui=JOIN_EUI, dev_eui=dev_eui)
        with pytest.raises(NotFound) as refusal:
            await house.identity.GetIdentifiersForEUIs(request, a_call(house.stranger))
        texts.append(str(refusal.value).replace(dev_eui.hex().upper(), "*"))
    assert texts[0] == texts[1]


async def test_last_seen_moves_forward_only(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    for moment in (NOW + 10, NOW + 5):
        request = v3.BatchUpdateEndDeviceLastSeenRequest()
        request.updates.add(ids=ids).last_seen_at.FromMicroseconds(moment)
        await house.identity.BatchUpdateLastSeen(request, a_call(house.maker))
    read = await house.identity.Get(getting(ids, "last_seen_at"), a_call(house.maker))
    assert read.last_seen_at.ToMicroseconds() == NOW + 10


async def test_what_happened_is_told_with_the_epoch(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.identity.Update(updating(v3.EndDevice(ids=ids, name="Meter"), "name"), a_call(house.maker))
    await house.identity.Delete(ids, a_call(house.maker))
    rows = await house.db.fetch("SELECT name, entity, epoch, body FROM event ORDER BY id")
    assert [(row["name"], row["entity"], row["epoch"]) for row in rows] == [
        ("end_device.create", house.maker_app, 1),
        ("end_device.update", house.maker_app, 1),
        ("end_device.delete", house.maker_app, 1),
    ]
    event = v3.Event.FromString(bytes(rows[0]["body"]))
    assert event.identifiers[0].device_ids == ids
    assert list(event.visibility.rights) == [v3.RIGHT_APPLICATION_DEVICES_READ]


async def test_a_batch_shows_those_that_exist(house: House) -> None:
    for number in (1, 2):
        await a_device(
            house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number), code=f"C{number}"
        )
    request = v3.BatchGetEndDevicesRequest(
        application_ids={"application_id": "maker-app"},
        device_ids=["sensor-2", "nothing", "sensor-1"],
        field_mask={"paths": ["claim_authentication_code.value"]},
    )
    found = (await house.batch.Get(request, a_call(house.maker))).end_devices
    assert [(one.ids.device_id, one.claim_authentication_code.value) for one in found] == [
        ("sensor-1", "C1"),
        ("sensor-2", "C2"),
    ]


async def test_a_batch_is_deleted_whole_or_not_at_all(house: House) -> None:
    for number in (1, 2):
        await a_device(house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number))
    request = v3.BatchDeleteEndDevicesRequest(
        application_ids={"application_id": "maker-app"}, device_ids=["sensor-1", "nothing"]
    )
    with pytest.raises(NotFound):
        await house.batch.Delete(request, a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM end_device") == 2
    request.device_ids[1] = "sensor-2"
    await house.batch.Delete(request, a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM end_device") == 0


async def test_a_collaborator_without_the_right_to_read_devices_reads_none(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await grant(house.db, "application", house.maker_app, house.owner, Right.APPLICATION_INFO)
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await house.identity.Get(getting(ids), a_call(house.owner))
