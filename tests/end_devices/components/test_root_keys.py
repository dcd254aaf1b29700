"""Root keys: sealed at rest, shown to those with the right, and marked when they are shown."""

import pytest

from claimstack.end_devices.components.root_keys import read_mark
from claimstack.errors import Invalid, NotFound, PermissionDenied
from claimstack.identity import Right
from claimstack.vault.rewrap import unopenable
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import APP_KEY, a_call, a_device, admitted, getting, setting
from tests.support.people import NOW, grant, with_rights

NWK_KEY = bytes(range(16, 32))
BOTH = ("root_keys.app_key.key", "root_keys.nwk_key.key")


def keyed(ids: v3.EndDeviceIdentifiers) -> v3.EndDevice:
    keys = v3.RootKeys(
        root_key_id="made-here", app_key=v3.KeyEnvelope(key=APP_KEY), nwk_key=v3.KeyEnvelope(key=NWK_KEY)
    )
    return v3.EndDevice(ids=ids, root_keys=keys)


async def mark(house: House) -> tuple[int | None, str | None]:
    row = await house.db.fetchrow("SELECT root_keys_read_at, root_keys_read_by FROM end_device")
    assert row is not None
    return row[0], row[1]


async def test_root_keys_are_read_back_as_they_were_set(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    request = setting(keyed(ids), "root_keys")
    admitted("JsEndDeviceRegistry/Set", request)
    answer = await house.join.Set(request, a_call(house.maker))
    assert answer.root_keys == keyed(ids).root_keys
    read = await house.join.Get(getting(ids, "root_keys"), a_call(house.maker))
    assert read.root_keys == keyed(ids).root_keys
    some = await house.join.Get(getting(ids, "root_keys.nwk_key.key"), a_call(house.maker))
    assert some.root_keys == v3.RootKeys(nwk_key=v3.KeyEnvelope(key=NWK_KEY))


async def test_root_keys_are_sealed_at_rest(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.join.Set(setting(keyed(ids), "root_keys"), a_call(house.maker))
    rows = await house.db.fetch("SELECT key_sealed AS kept FROM root_key UNION ALL SELECT body FROM end_device_part")
    kept = b"".join(bytes(row["kept"]) for row in rows)
    assert len(rows) == 3
    assert APP_KEY not in kept
    assert NWK_KEY not in kept
    assert [wrong async for wrong in unopenable(house.db, house.vault)] == []


async def test_reading_root_keys_marks_the_device_once_for_each_owner(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    assert await mark(house) == (None, None)
    await house.join.Get(getting(ids, *BOTH), a_call(house.maker, NOW + 1))
    await house.join.Get(getting(ids, *BOTH), a_call(house.maker, NOW + 2))
    assert await mark(house) == (NOW + 1, "1 user maker")
    await house.db.transaction(lambda tx: tx.execute("UPDATE end_device SET epoch = 2"))
    await house.join.Get(getting(ids, *BOTH), a_call(house.maker, NOW + 3))
    assert await mark(house) == (NOW + 3, read_mark(2, house.maker))


async def test_reading_anything_else_leaves_no_mark(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    await house.join.Get(getting(ids, "root_keys.root_key_id", "last_dev_nonce"), a_call(house.maker))
    assert await mark(house) == (None, None)


async def test_keys_that_are_not_there_leave_no_mark(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.join.Set(setting(v3.EndDevice(ids=ids)), a_call(house.maker))
    read = await house.join.Get(getting(ids, *BOTH), a_call(house.maker))
    assert not read.HasField("root_keys")
    assert await mark(house) == (None, None)


async def test_root_keys_need_the_rights_for_keys(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    other = with_rights(house.maker, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE)
    with pytest.raises(PermissionDenied, match="DEVICES_READ_KEYS"):
        await house.join.Get(getting(ids, "root_keys"), a_call(other))
    with pytest.raises(PermissionDenied, match="DEVICES_WRITE_KEYS"):
        await house.join.Set(setting(keyed(ids), *BOTH), a_call(other))
    await house.join.Set(setting(keyed(ids), "root_keys.root_key_id"), a_call(other))
    read = await house.join.Get(getting(ids, "root_keys.root_key_id"), a_call(other))
    assert read.root_keys.root_key_id == "made-here"
    assert await mark(house) == (None, None)


async def test_a_masked_key_that_is_absent_is_deleted(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.join.Set(setting(keyed(ids), "root_keys"), a_call(house.maker))
    await house.join.Set(setting(v3.EndDevice(ids=ids), "root_keys.nwk_key"), a_call(house.maker))
    read = await house.join.Get(getting(ids, "root_keys"), a_call(house.maker))
    assert read.root_keys == v3.RootKeys(root_key_id="made-here", app_key=v3.KeyEnvelope(key=APP_KEY))


async def test_a_key_that_is_not_masked_stays(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    wish = v3.EndDevice(ids=ids, net_id=b"\0\0\x13")
    await house.join.Set(setting(wish, "net_id"), a_call(house.maker))
    read = await house.join.Get(getting(ids, "root_keys", "net_id"), a_call(house.maker))
    assert (read.root_keys.app_key.key, read.net_id) == (APP_KEY, b"\0\0\x13")


async def test_a_key_wrapped_by_its_maker_is_kept_as_it_came(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = v3.EndDevice(ids=ids)
    wish.root_keys.app_key.kek_label = "ours"
    wish.root_keys.app_key.encrypted_key = bytes(24)
    await house.join.Set(setting(wish, "root_keys.app_key"), a_call(house.maker))
    read = await house.join.Get(getting(ids, "root_keys"), a_call(house.maker))
    assert read.root_keys == wish.root_keys


async def test_deleting_the_join_servers_part_takes_the_keys_along(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    await house.join.Delete(ids, a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM root_key") == 0
    with pytest.raises(NotFound, match="pkg/joinserver:device_not_found"):
        await house.join.Get(getting(ids), a_call(house.maker))


async def test_a_device_without_euis_cannot_join(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, dev_eui=b"", join_eui=b"")
    with pytest.raises(Invalid, match="pkg/joinserver:field_value"):
        await house.join.Set(setting(keyed(ids), "root_keys"), a_call(house.maker))


async def test_another_reader_under_the_same_owner_does_not_move_the_mark(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, app_key=APP_KEY)
    await grant(
        house.db, "application", house.maker_app, house.owner, Right.APPLICATION_DEVICES_READ,
        Right.APPLICATION_DEVICES_READ_KEYS,
    )  # fmt: skip
    await house.join.Get(getting(ids, *BOTH), a_call(house.maker, NOW + 1))
    await house.join.Get(getting(ids, *BOTH), a_call(house.owner, NOW + 2))
    assert await mark(house) == (NOW + 1, "1 user maker")
