"""What a stream shows, to whom, and when it ends."""

import asyncio

import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from claimstack.errors import Invalid, NotFound, PermissionDenied, ResourceExhausted, Unavailable
from claimstack.events import post
from claimstack.events.inbox import MOST_WAITING
from claimstack.storage.database import Transaction
from claimstack.wire import v3
from tests.events.conftest import House, Sighted, application, device

MAKER = application("maker-app")


async def test_a_stream_begins_with_its_start_and_shows_what_happens(house: House) -> None:
    stream = house.stream(MAKER)
    start = await stream.next()
    assert start.name == "events.stream.start"
    assert list(start.identifiers) == [MAKER]
    await house.tell("application.update")
    await house.tell("end_device.create", device_uid="dev", epoch=1)
    first, second = await stream.next(), await stream.next()
    assert [first.name, second.name] == ["application.update", "end_device.create"]
    assert first.unique_id
    assert first.unique_id != second.unique_id
    await stream.close()


async def test_a_stream_shows_nothing_from_before_it_was_opened(house: House) -> None:
    other = house.stream(MAKER)  # the feed is awake, and has not polled
    await other.next()
    await house.tell("before")
    stream = house.stream(MAKER)
    await stream.next()
    await house.tell("after")
    assert await stream.names(1) == ["after"]
    assert await other.names(2) == ["before", "after"]
    await stream.close()
    await other.close()


async def test_events_of_another_entity_are_not_shown(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    await house.tell("theirs", entity=2)
    await house.tell("mine")
    assert await stream.names(1) == ["mine"]
    await stream.close()


async def test_a_device_stream_shows_that_device_alone(house: House) -> None:
    stream = house.stream(device("dev", "maker-app"))
    await stream.next()
    await house.tell("of-another", device_uid="dev", end_device=7)
    await house.tell("of-the-application")
    await house.tell("of-the-device", device_uid="dev", epoch=1)
    assert await stream.names(1) == ["of-the-device"]
    await stream.close()


async def test_names_choose(house: House) -> None:
    stream = house.stream(MAKER, names=["/^end_device/"])
    await stream.next()
    await house.tell("application.update")
    await house.tell("end_device.create")
    assert await stream.names(1) == ["end_device.create"]
    await stream.close()


async def test_a_tail_comes_first_oldest_first_and_once(house: House) -> None:
    for n in range(5):
        await house.tell(f"old-{n}")
    stream = house.stream(MAKER, tail=2)
    await stream.next()
    await house.tell("new")
    assert await stream.names(3) == ["old-3", "old-4", "new"]
    await stream.close()


async def test_after_brings_what_is_younger(house: House) -> None:
    await house.tell("old", occurred_at=5_000_000)
    await house.tell("young", occurred_at=5_000_001)
    stream = house.stream(MAKER, after=Timestamp(seconds=5))
    assert await stream.names(2) == ["events.stream.start", "young"]
    await stream.close()


async def test_a_tail_of_names_looks_past_other_names(house: House) -> None:
    await house.tell("wanted")
    for n in range(5):
        await house.tell(f"other-{n}")
    stream = house.stream(MAKER, tail=1, names=["wanted"])
    assert await stream.names(2) == ["events.stream.start", "wanted"]
    await stream.close()


async def test_an_event_is_shown_only_with_its_right(house: House) -> None:
    house.people.rights["maker-app"] = Sighted(1, 1 << 14)  # RIGHT_APPLICATION_INFO
    stream = house.stream(MAKER, tail=10)
    await stream.next()
    await house.tell("needs-devices-read")
    await house.tell("names-no-right", visibility=())
    assert await stream.names(1) == ["names-no-right"]
    await stream.close()


async def test_an_event_that_names_no_right_needs_the_info_right(house: House) -> None:
    house.people.rights["maker-app"] = Sighted(1, 1 << 19)  # RIGHT_APPLICATION_DEVICES_READ
    stream = house.stream(MAKER)
    await stream.next()
    await house.tell("names-no-right", visibility=())
    await house.tell("needs-devices-read")
    assert await stream.names(1) == ["needs-devices-read"]
    await stream.close()


async def test_a_stranger_gets_no_stream(house: House) -> None:
    del house.people.rights["maker-app"]
    with pytest.raises(PermissionDenied):
        await house.stream(MAKER).next()


async def test_a_stream_ends_when_the_rights_are_taken_away(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    del house.people.rights["maker-app"]
    await house.tell("application.collaborator.delete")
    with pytest.raises(PermissionDenied):
        await stream.next()


async def test_rights_are_asked_for_at_most_once_a_second_while_much_happens(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    for n in range(50):
        await house.tell(f"e-{n}", device_uid="dev", epoch=1)
    began = asyncio.get_running_loop().time()
    await stream.names(50)
    assert house.people.asked <= 2 + (asyncio.get_running_loop().time() - began)
    await stream.close()


async def test_the_stream_of_a_former_owner_on_the_device_ends_with_the_claim(house: House) -> None:
    stream = house.stream(device("dev", "maker-app"))
    await stream.next()
    await house.claim()
    with pytest.raises(NotFound, match="end_device_not_found"):
        await stream.next()


async def test_a_former_owner_sees_nothing_of_the_device_after_the_claim(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    await house.claim()
    await house.tell("late-of-the-old-epoch", device_uid="dev", epoch=1)
    await house.tell("of-the-application")
    assert await stream.names(1) == ["of-the-application"]
    await stream.close()


async def test_a_former_owner_reads_no_history_of_the_device(house: House) -> None:
    await house.tell("in-the-old-days", device_uid="dev", epoch=1)
    await house.claim()
    await house.tell("now")
    stream = house.stream(MAKER, tail=10)
    await stream.next()
    assert await stream.names(1) == ["now"]
    await stream.close()


async def test_the_new_owner_sees_the_claim(house: House) -> None:
    stream = house.stream(application("owner-app"))
    await stream.next()
    await house.claim()
    assert await stream.names(1) == ["claimed"]
    await stream.close()


async def test_a_deleted_device_shows_its_end_and_then_ends(house: House) -> None:
    stream = house.stream(device("dev", "maker-app"))
    await stream.next()

    async def delete(tx: Transaction) -> None:
        await post(tx, house.event("end_device.delete", device_uid="dev", epoch=1))
        await tx.execute("DELETE FROM end_device")

    await house.db.transaction(delete)
    assert await stream.names(1) == ["end_device.delete"]
    with pytest.raises(NotFound):
        await stream.next()


async def test_a_device_that_is_not_there_gets_no_stream(house: House) -> None:
    with pytest.raises(NotFound):
        await house.stream(device("other", "maker-app")).next()


async def test_a_reader_who_does_not_keep_up_is_dropped(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    quick = house.stream(MAKER)
    await quick.next()

    async def many(tx: Transaction) -> None:
        for _ in range(MOST_WAITING // 2 + 1):
            await post(tx, house.event("e", device_uid="dev", epoch=1))

    for _ in range(2):
        await house.db.transaction(many)
        await quick.names(MOST_WAITING // 2 + 1)
    with pytest.raises(ResourceExhausted, match="stream_too_slow"):
        await stream.next()
    await quick.close()


async def test_every_stream_ends_when_the_process_drains(house: House) -> None:
    stream = house.stream(MAKER)
    await stream.next()
    house.events.close()
    with pytest.raises(Unavailable, match="draining"):
        await stream.next()
    with pytest.raises(Unavailable, match="draining"):
        await house.stream(MAKER).next()


async def test_nothing_to_listen_to_is_refused(house: House) -> None:
    with pytest.raises(Invalid, match="identifiers"):
        await house.stream().next()


async def test_nobody_has_rights_on_a_gateway(house: House) -> None:
    gateway = v3.EntityIdentifiers(gateway_ids=v3.GatewayIdentifiers(gateway_id="gtw"))
    with pytest.raises(PermissionDenied, match="no_gateway_rights"):
        await house.stream(gateway).next()
