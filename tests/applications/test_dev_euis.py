"""DevEUIs out of the server's block."""

import pytest

from claimstack.applications import ApplicationRegistry
from claimstack.errors import FailedPrecondition, Invalid
from claimstack.settings import Settings
from claimstack.wire import v3
from tests.applications.conftest import House
from tests.applications.test_register import IDS, created, getting
from tests.support.devices import a_call, a_device


async def issued(house: House) -> str:
    return (await house.registry.IssueDevEUI(IDS, a_call(house.maker))).dev_eui.hex().upper()


async def test_numbers_of_the_block_follow_each_other_and_are_counted(house: House) -> None:
    await created(house)
    assert [await issued(house) for _ in range(2)] == ["70B3D57ED0000008", "70B3D57ED0000009"]
    read = await house.registry.Get(getting("dev_eui_counter"), a_call(house.maker))
    assert read.dev_eui_counter == 2


async def test_what_a_maker_took_by_hand_is_passed_over(house: House) -> None:
    await created(house)
    await a_device(house.db, house.vault, house.maker, dev_eui=bytes.fromhex("70B3D57ED0000008"))
    assert await issued(house) == "70B3D57ED0000009"


async def test_an_application_gets_its_share(house: House) -> None:
    await created(house)
    for _ in range(5):
        await issued(house)
    with pytest.raises(Invalid, match="application_dev_eui_limit_reached"):
        await issued(house)


async def test_the_block_comes_to_an_end(house: House) -> None:
    await created(house)
    await created(house, "other-app")
    other = v3.ApplicationIdentifiers(application_id="other-app")
    for _ in range(4):
        await issued(house)
        await house.registry.IssueDevEUI(other, a_call(house.maker))
    with pytest.raises(FailedPrecondition, match="dev_eui_block_used_up"):
        await issued(house)
    # What was refused was not counted.
    assert (await house.registry.Get(getting("dev_eui_counter"), a_call(house.maker))).dev_eui_counter == 4


async def test_without_a_block_none_are_issued(house: House) -> None:
    await created(house)
    with pytest.raises(FailedPrecondition, match="dev_eui_issuing_not_enabled"):
        await ApplicationRegistry(house.db, Settings()).IssueDevEUI(IDS, a_call(house.maker))
