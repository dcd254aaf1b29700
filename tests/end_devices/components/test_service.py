"""Batch forms of the components' registers, and provisioning."""

import pytest

from claimstack.end_devices import JsEndDeviceBatchRegistry, NsEndDeviceBatchRegistry
from claimstack.errors import NotFound, PermissionDenied
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import APP_KEY, a_call, a_device, numbered, setting

MAKERS = {"application_id": "maker-app"}


async def test_a_batch_deletes_the_parts_that_are_there(house: House) -> None:
    for number in (1, 2):
        ids = await a_device(
            house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number), app_key=APP_KEY
        )
    await house.network.Set(setting(v3.EndDevice(ids=ids)), a_call(house.maker))
    request = v3.BatchDeleteEndDevicesRequest(application_ids=MAKERS, device_ids=["sensor-1", "sensor-2", "nothing"])
    await JsEndDeviceBatchRegistry(house.db).Delete(request, a_call(house.maker))
    rows = await house.db.fetch("SELECT component FROM end_device_part")
    assert [row["component"] for row in rows] == ["ns"]
    assert await house.db.fetchval("SELECT count(*) FROM root_key") == 0
    await NsEndDeviceBatchRegistry(house.db).Delete(request, a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM end_device_part") == 0
    assert await house.db.fetchval("SELECT count(*) FROM end_device") == 2


async def test_a_batch_delete_needs_the_right_to_write_devices(house: House) -> None:
    request = v3.BatchDeleteEndDevicesRequest(application_ids=MAKERS, device_ids=["sensor-1"])
    with pytest.raises(PermissionDenied):
        await NsEndDeviceBatchRegistry(house.db).Delete(request, a_call(house.owner))


async def test_there_is_no_provisioner(house: House) -> None:
    request = v3.ProvisionEndDevicesRequest(application_ids=MAKERS, provisioner_id="acme")
    with pytest.raises(NotFound, match="pkg/joinserver:provisioner_not_found"):
        [device async for device in house.join.Provision(request, a_call(house.maker))]
    with pytest.raises(PermissionDenied):
        [device async for device in house.join.Provision(request, a_call(house.owner))]
