"""Search: every text given must be contained, in either case; attributes and addresses, too."""

from typing import Any

import pytest

from claimstack.errors import PermissionDenied
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import JOIN_EUI, a_call, a_device, device_ids, numbered, setting
from tests.support.people import NOW


@pytest.fixture
async def shelf(house: House) -> House:
    """Three devices of the maker: a meter, a lamp and a 100%_sensor; one of the owner's."""
    for number, (device_id, name, description) in enumerate(
        [("meter-1", "Water Meter", "cellar"), ("lamp-1", "LAMP", "cellar"), ("odd-1", "100%_sensor", "!")]
    ):
        wish = v3.EndDevice(
            ids=device_ids(device_id, dev_eui=numbered(number), join_eui=JOIN_EUI),
            name=name,
            description=description,
            attributes={"floor": f"Floor {number}"},
        )
        await house.identity.Create(v3.CreateEndDeviceRequest(end_device=wish), a_call(house.maker, NOW + number))
    await a_device(house.db, house.vault, house.owner, "meter-1", "owner-app", dev_eui=numbered(9))
    return house


def searching(**fields: Any) -> v3.SearchEndDevicesRequest:
    return v3.SearchEndDevicesRequest(application_ids={"application_id": "maker-app"}, **fields)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["lamp-1", "meter-1", "odd-1"]),
        ({"id_contains": "meter"}, ["meter-1"]),
        ({"id_contains": "METER"}, ["meter-1"]),
        ({"name_contains": "lamp"}, ["lamp-1"]),
        ({"name_contains": "%_"}, ["odd-1"]),
        ({"name_contains": "r_M"}, []),
        ({"description_contains": "!"}, ["odd-1"]),
        ({"description_contains": "cell", "name_contains": "water"}, ["meter-1"]),
        ({"dev_eui_contains": "1ff9e1"}, ["lamp-1"]),
        ({"join_eui_contains": "70B3"}, ["lamp-1", "meter-1", "odd-1"]),
        ({"query": "F9E2"}, ["odd-1"]),
        ({"query": "meter"}, ["meter-1"]),
        ({"attributes_contain": {"floor": "floor 1"}}, ["lamp-1"]),
        ({"attributes_contain": {"floor": ""}}, ["lamp-1", "meter-1", "odd-1"]),
        ({"attributes_contain": {"room": ""}}, []),
        ({"order": "-created_at", "limit": 2}, ["odd-1", "lamp-1"]),
        ({"order": "-created_at", "limit": 2, "page": 2}, ["meter-1"]),
        ({"attributes_contain": {"floor": ""}, "limit": 2, "page": 2}, ["odd-1"]),
    ],
)
async def test_what_is_found(shelf: House, fields: dict[str, Any], expected: list[str]) -> None:
    found = await shelf.search.SearchEndDevices(searching(**fields), a_call(shelf.maker))
    assert [one.ids.device_id for one in found.end_devices] == expected


async def test_the_total_counts_all_that_was_found(shelf: House) -> None:
    for fields in (
        {"description_contains": "cellar"},
        {"attributes_contain": {"floor": "floor"}, "name_contains": "m"},
    ):
        call = a_call(shelf.maker)
        await shelf.search.SearchEndDevices(searching(limit=1, **fields), call)
        assert call.headers["x-total-count"] == "2"


async def test_a_device_is_found_by_the_address_of_its_session(shelf: House) -> None:
    wish = v3.EndDevice(ids=device_ids("lamp-1"))
    wish.session.dev_addr = bytes.fromhex("26011BDA")
    wish.session.keys.f_nwk_s_int_key.key = bytes(16)
    await shelf.network.Set(setting(wish, "session"), a_call(shelf.maker))
    for digits, expected in (("011b", ["lamp-1"]), ("0000", [])):
        found = await shelf.search.SearchEndDevices(searching(dev_addr_contains=digits), a_call(shelf.maker))
        assert [one.ids.device_id for one in found.end_devices] == expected


async def test_a_search_needs_the_right_to_read_devices(shelf: House) -> None:
    with pytest.raises(PermissionDenied):
        await shelf.search.SearchEndDevices(searching(), a_call(shelf.owner))
