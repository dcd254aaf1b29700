"""Several at once on the same device or application: one wins, nothing is lost, counts stay right."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from claimstack.applications import ApplicationRegistry
from claimstack.errors import AlreadyExists, ClaimstackError, NotFound
from claimstack.settings import Settings
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import DEV_EUI, a_call, a_device, device_ids, getting, numbered, setting

AT_ONCE = 8


async def together(*attempts: Coroutine[Any, Any, Any]) -> list[ClaimstackError]:
    """Run all at once; the refusals."""
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    wrong = [one for one in answers if isinstance(one, BaseException) and not isinstance(one, ClaimstackError)]
    assert wrong == []
    return [one for one in answers if isinstance(one, ClaimstackError)]


async def counted(house: House) -> tuple[int, int]:
    """Devices there are, and devices counted."""
    there = await house.db.fetchval("SELECT count(*) FROM end_device")
    return int(there), int(await house.db.fetchval("SELECT coalesce(sum(devices), 0) FROM application_device_count"))


async def test_of_several_who_register_the_same_euis_one_wins(house: House) -> None:
    refusals = await together(
        *(a_device(house.db, house.vault, house.maker, f"sensor-{n}", dev_eui=DEV_EUI) for n in range(AT_ONCE))
    )
    assert [type(one) for one in refusals] == [AlreadyExists] * (AT_ONCE - 1)
    assert {one.name for one in refusals} == {"end_device_euis_taken"}
    assert await counted(house) == (1, 1)


async def test_of_several_who_register_the_same_id_one_wins(house: House) -> None:
    refusals = await together(
        *(a_device(house.db, house.vault, house.maker, "sensor-1", dev_eui=numbered(n)) for n in range(AT_ONCE))
    )
    assert {one.name for one in refusals} == {"id_taken"}
    assert len(refusals) == AT_ONCE - 1
    assert await counted(house) == (1, 1)


async def test_of_several_who_delete_a_device_one_does(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    refusals = await together(*(house.identity.Delete(ids, a_call(house.maker)) for _ in range(AT_ONCE)))
    assert [type(one) for one in refusals] == [NotFound] * (AT_ONCE - 1)
    assert await counted(house) == (0, 0)


async def test_settings_written_at_once_are_all_kept(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = v3.EndDevice(
        ids=ids,
        frequency_plan_id="EU_863_870",
        supports_join=True,
        supports_class_b=True,
        supports_class_c=True,
        lorawan_version=v3.MAC_V1_0_3,
        min_frequency=1,
        max_frequency=2,
    )
    paths = [field.name for field, _ in wish.ListFields() if field.name != "ids"]
    assert await together(*(house.network.Set(setting(wish, path), a_call(house.maker)) for path in paths)) == []
    read = await house.network.Get(getting(ids, *paths), a_call(house.maker))
    assert [getattr(read, path) for path in paths] == [getattr(wish, path) for path in paths]


async def test_no_device_gets_into_an_application_that_is_being_deleted(house: House) -> None:
    registry = ApplicationRegistry(house.db, Settings())
    ids = v3.ApplicationIdentifiers(application_id="maker-app")
    for number in range(AT_ONCE):
        await together(
            a_device(house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number)),
            registry.Delete(ids, a_call(house.maker)),
        )
        deleted = await house.db.fetchval("SELECT deleted_at FROM application WHERE uid = 'maker-app'")
        there, count = await counted(house)
        assert there == count
        assert deleted is None or there == 0
        await registry.Restore(ids, a_call(house.maker))
        if there:
            await house.identity.Delete(device_ids(f"sensor-{number}"), a_call(house.maker))
