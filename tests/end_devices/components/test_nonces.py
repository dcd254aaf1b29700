"""The nonce history belongs to the EUI pair and outlives the device."""

import pytest

from claimstack.errors import Invalid
from claimstack.lorawan.used_dev_nonces import packed, unpacked
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import DEV_EUI, JOIN_EUI, a_call, a_device, getting, setting

ALL = ("last_dev_nonce", "used_dev_nonces", "last_join_nonce", "last_rj_count_0", "last_rj_count_1")


def test_used_dev_nonces_are_packed_in_order() -> None:
    assert packed([1, 0xFFFF, 0]) == bytes.fromhex("0001FFFF0000")
    assert unpacked(packed([5, 4, 0xABCD])) == [5, 4, 0xABCD]


async def test_nonces_are_read_back_as_they_were_set(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = v3.EndDevice(
        ids=ids, last_dev_nonce=5, used_dev_nonces=[1, 2], last_join_nonce=9, last_rj_count_0=3, last_rj_count_1=4
    )
    await house.join.Set(setting(wish, *ALL), a_call(house.maker))
    read = await house.join.Get(getting(ids, *ALL), a_call(house.maker))
    assert [getattr(read, name) for name in ALL] == [5, [1, 2], 9, 3, 4]
    assert await house.db.fetchval("SELECT body FROM end_device_part") == b""


async def test_only_the_masked_nonces_change(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.join.Set(setting(v3.EndDevice(ids=ids, last_dev_nonce=5), "last_dev_nonce"), a_call(house.maker))
    await house.join.Set(setting(v3.EndDevice(ids=ids, last_join_nonce=6), "last_join_nonce"), a_call(house.maker))
    read = await house.join.Get(getting(ids, *ALL), a_call(house.maker))
    assert (read.last_dev_nonce, read.last_join_nonce) == (5, 6)


async def test_registering_a_device_again_finds_its_history(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.join.Set(setting(v3.EndDevice(ids=ids, last_dev_nonce=5), "last_dev_nonce"), a_call(house.maker))
    await house.identity.Delete(ids, a_call(house.maker))
    again = await a_device(house.db, house.vault, house.owner, "mine", "owner-app", dev_eui=DEV_EUI, join_eui=JOIN_EUI)
    await house.join.Set(setting(v3.EndDevice(ids=again)), a_call(house.owner))
    read = await house.join.Get(getting(again, "last_dev_nonce"), a_call(house.owner))
    assert read.last_dev_nonce == 5


@pytest.mark.parametrize(
    ("name", "value"), [("last_dev_nonce", 0x10000), ("used_dev_nonces", [0x10000]), ("last_join_nonce", 0x1000000)]
)
async def test_a_nonce_that_is_too_large_is_refused(house: House, name: str, value: object) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = v3.EndDevice(ids=ids, **{name: value})  # type: ignore[arg-type]
    with pytest.raises(Invalid, match=name):
        await house.join.Set(setting(wish, name), a_call(house.maker))
