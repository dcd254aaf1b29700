"""ReleaseRegistry and the ledger as their callers meet them."""

import pytest

from claimstack.claiming import LedgerRegistry, ReleaseRegistry
from claimstack.errors import ClaimstackError, Invalid, NotFound, PermissionDenied
from claimstack.identity import Caller, Right
from claimstack.wire import claimstack_v1 as v1
from tests.claiming.world import DEV_EUI, HOUR, JOIN_EUI, World
from tests.support.devices import a_call, device_ids
from tests.support.people import NOW, with_rights

LATER = NOW + HOUR


@pytest.fixture
async def claimed(world: World) -> int:
    """A device that its owner claimed as `mine`."""
    device = await world.device()
    await world.claim(wish="mine")
    return device


async def release(world: World, by: Caller, *, dev_eui: bytes = b"") -> v1.ReleaseReceipt:
    request = v1.ReleaseEndDeviceRequest(end_device_ids=device_ids("mine", "owner-app", dev_eui=dev_eui))
    return await ReleaseRegistry(world.db).Release(request, a_call(by, LATER))


async def test_the_owner_gets_a_receipt_that_the_ledger_bears_out(world: World, claimed: int) -> None:
    receipt = await release(world, world.owner)
    assert receipt.end_device_ids == device_ids("mine", "owner-app", dev_eui=DEV_EUI, join_eui=JOIN_EUI)
    assert receipt.released_at.ToMicroseconds() == LATER
    request = v1.ListTransfersRequest(end_device_ids=device_ids("sensor-1"), order="-sequence")
    transfers = (await LedgerRegistry(world.db).ListTransfers(request, a_call(world.maker))).transfers
    assert (transfers[0].sequence, transfers[0].hash) == (receipt.sequence, receipt.hash)


async def test_the_ledger_tells_a_release_from_a_claim(world: World, claimed: int) -> None:
    await release(world, world.owner)
    request = v1.ListTransfersRequest(end_device_ids=device_ids("sensor-1"))
    first, second = (await LedgerRegistry(world.db).ListTransfers(request, a_call(world.maker))).transfers
    assert (first.withheld, first.released) == (True, False)
    assert (second.released, second.code_invalidated, second.claimer) == (True, False, "user:owner")
    assert (second.from_application_id, second.to_device_id) == ("owner-app", "sensor-1")


async def test_the_right_to_write_devices_is_needed_and_enough(world: World, claimed: int) -> None:
    reader = with_rights(world.owner, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE_KEYS)
    for caller in (reader, world.stranger, world.maker):
        with pytest.raises(PermissionDenied):
            await release(world, caller)
    await release(world, with_rights(world.owner, Right.APPLICATION_DEVICES_WRITE))


async def test_a_second_release_finds_nothing(world: World, claimed: int) -> None:
    await release(world, world.owner)
    with pytest.raises(NotFound):
        await release(world, world.owner)


async def test_other_euis_than_the_devices_release_nothing(world: World, claimed: int) -> None:
    with pytest.raises(ClaimstackError) as caught:
        await release(world, world.owner, dev_eui=bytes(8))
    assert isinstance(caught.value, Invalid)
    assert await world.val("SELECT application FROM end_device") == world.owner_app
    assert await world.val("SELECT count(*) FROM claim_ledger") == 1
