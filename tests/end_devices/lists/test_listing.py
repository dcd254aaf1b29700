"""Lists of end devices: pages, orders, totals, filters, and who sees what."""

import pytest

from claimstack.errors import PermissionDenied
from claimstack.identity import Right
from claimstack.storage import Transaction
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import a_call, a_device, device_ids, numbered, updating
from tests.support.people import NOW, a_user, with_rights


def listing(application_id: str = "maker-app", **fields: object) -> v3.ListEndDevicesRequest:
    request = v3.ListEndDevicesRequest(**fields)  # type: ignore[arg-type]
    request.application_ids.application_id = application_id
    return request


ORDERS = ["", "-device_id", "created_at", "-created_at", "name", "dev_eui", "-dev_eui", "-last_seen_at"]


@pytest.fixture
async def seven(house: House) -> House:
    """Seven devices, registered from sensor-6 down to sensor-0, with names in another order, and one of the owner's."""
    for number in reversed(range(7)):
        ids = await a_device(
            house.db, house.vault, house.maker, f"sensor-{number}", dev_eui=numbered(number), at=NOW + 7 - number
        )
        name = v3.EndDevice(ids=ids, name=f"name {(number * 3) % 7}")
        await house.identity.Update(updating(name, "name"), a_call(house.maker, NOW + 7 - number))
    await a_device(house.db, house.vault, house.owner, "other", "owner-app", dev_eui=numbered(9))
    return house


async def wrote(house: House, sql: str) -> None:
    async def verb(tx: Transaction) -> None:
        await tx.execute(sql)

    await house.db.transaction(verb)


async def ids_of(house: House, request: v3.ListEndDevicesRequest) -> list[str]:
    found = await house.identity.List(request, a_call(house.maker))
    return [one.ids.device_id for one in found.end_devices]


async def test_a_list_shows_the_application_s_devices_by_id_and_their_total(seven: House) -> None:
    call = a_call(seven.maker)
    found = await seven.identity.List(listing(), call)
    assert [one.ids.device_id for one in found.end_devices] == [f"sensor-{n}" for n in range(7)]
    assert call.headers["x-total-count"] == "7"
    assert [field.name for field, _ in found.end_devices[0].ListFields()] == ["ids", "created_at", "updated_at"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("device_id", "0123456"),
        ("-device_id", "6543210"),
        ("created_at", "6543210"),
        ("-created_at", "0123456"),
        ("name", "0531642"),
        ("-name", "2461350"),
        ("dev_eui", "0123456"),
        ("-dev_eui", "6543210"),
        ("join_eui", "6543210"),
        ("description", "6543210"),
        ("last_seen_at", "6543210"),
    ],
)
async def test_orders(seven: House, order: str, expected: str) -> None:
    assert await ids_of(seven, listing(order=order)) == [f"sensor-{digit}" for digit in expected]


@pytest.mark.parametrize("order", ORDERS)
async def test_pages_make_up_the_whole_list(seven: House, order: str) -> None:
    whole = await ids_of(seven, listing(order=order))
    pages = [await ids_of(seven, listing(order=order, limit=3, page=number)) for number in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [3, 3, 1, 0]
    assert [device_id for page in pages for device_id in page] == whole


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("page", [2, 3, 4])
async def test_a_jump_finds_the_same_page(seven: House, order: str, page: int) -> None:
    whole = await ids_of(seven, listing(order=order))
    assert await ids_of(seven, listing(order=order, limit=2, page=page)) == whole[2 * page - 2 : 2 * page]


@pytest.mark.parametrize("order", ["dev_eui", "-dev_eui", "join_eui", "last_seen_at", "-last_seen_at"])
async def test_what_is_absent_and_what_is_equal_is_on_one_page_only(seven: House, order: str) -> None:
    await wrote(seven, "UPDATE end_device SET dev_eui = NULL, join_eui = NULL WHERE uid IN ('sensor-1', 'sensor-5')")
    await wrote(seven, "UPDATE end_device SET last_seen_at = 7 WHERE uid IN ('sensor-2', 'sensor-3', 'sensor-6')")
    whole = await ids_of(seven, listing(order=order))
    assert sorted(whole) == [f"sensor-{n}" for n in range(7)]
    pages = [await ids_of(seven, listing(order=order, limit=1, page=number)) for number in range(1, 8)]
    assert [device_id for page in pages for device_id in page] == whole


async def test_a_walk_goes_on_behind_the_last_row_it_saw(seven: House) -> None:
    assert await ids_of(seven, listing(limit=3, page=1)) == ["sensor-0", "sensor-1", "sensor-2"]
    await seven.identity.Delete(device_ids("sensor-0"), a_call(seven.maker))
    assert await ids_of(seven, listing(limit=3, page=2)) == ["sensor-3", "sensor-4", "sensor-5"]


async def test_the_total_follows_deletes(seven: House) -> None:
    await seven.identity.Delete(device_ids("sensor-0"), a_call(seven.maker))
    call = a_call(seven.maker)
    await seven.identity.List(listing(limit=1), call)
    assert call.headers["x-total-count"] == "6"


async def test_only_devices_changed_since_then(seven: House) -> None:
    request = listing()
    request.filters.add().updated_since.FromMicroseconds(NOW + 5)
    call = a_call(seven.maker)
    found = await seven.identity.List(request, call)
    assert [one.ids.device_id for one in found.end_devices] == ["sensor-0", "sensor-1"]
    assert call.headers["x-total-count"] == "2"


async def test_masked_fields_and_codes_are_shown(seven: House) -> None:
    wish = v3.EndDevice(ids=device_ids("sensor-3"))
    wish.claim_authentication_code.value = "ABCD"
    await seven.identity.Update(updating(wish, "claim_authentication_code"), a_call(seven.maker))
    request = listing(field_mask={"paths": ["name", "claim_authentication_code.value"]})
    found = (await seven.identity.List(request, a_call(seven.maker))).end_devices
    assert [one.claim_authentication_code.value for one in found] == ["", "", "", "ABCD", "", "", ""]
    assert found[1].name == "name 3"


async def test_a_list_needs_the_right_to_read_devices(seven: House) -> None:
    writer = with_rights(seven.maker, Right.APPLICATION_DEVICES_WRITE)
    for caller in (seven.owner, writer):
        with pytest.raises(PermissionDenied):
            await seven.identity.List(listing(), a_call(caller))


async def test_an_admin_lists_all_devices_but_reads_no_codes(seven: House) -> None:
    admin = await a_user(seven.db, "boss", admin=True)
    call = a_call(admin)
    found = await seven.identity.List(v3.ListEndDevicesRequest(order="-created_at", limit=2), call)
    assert [one.ids.device_id for one in found.end_devices] == ["other", "sensor-0"]
    assert found.end_devices[0].ids.application_ids.application_id == "owner-app"
    assert call.headers["x-total-count"] == "8"
    with pytest.raises(PermissionDenied, match="admin_reads_no_codes"):
        await seven.identity.List(
            v3.ListEndDevicesRequest(field_mask={"paths": ["claim_authentication_code.value"]}), a_call(admin)
        )
    with pytest.raises(PermissionDenied):
        await seven.identity.List(v3.ListEndDevicesRequest(), a_call(seven.maker))
