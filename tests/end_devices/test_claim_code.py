"""The claim authentication code: value and window together, on the Identity Server as on the Join Server."""

from typing import Any

import pytest

from claimstack.end_devices.claim_code import code_hash, code_in
from claimstack.errors import Invalid, PermissionDenied
from claimstack.identity import Right
from claimstack.vault import Secret
from claimstack.vault.rewrap import unopenable
from claimstack.wire import v3
from tests.end_devices.conftest import House
from tests.support.devices import DEV_EUI, a_call, a_device, admitted, getting, setting, updating
from tests.support.people import NOW, with_rights

CODE = "claim_authentication_code"


def coded(ids: v3.EndDeviceIdentifiers, value: str, valid_from: int = 0, valid_to: int = 0) -> v3.EndDevice:
    device = v3.EndDevice(ids=ids)
    device.claim_authentication_code.value = value
    if valid_from:
        device.claim_authentication_code.valid_from.FromMicroseconds(valid_from)
    if valid_to:
        device.claim_authentication_code.valid_to.FromMicroseconds(valid_to)
    return device


async def test_a_code_is_read_back_with_its_window(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    wish = coded(ids, "AbCd", NOW, NOW + 5)
    request = updating(wish, f"{CODE}.value", f"{CODE}.valid_from", f"{CODE}.valid_to")
    admitted("EndDeviceRegistry/Update", request)
    await house.identity.Update(request, a_call(house.maker))
    read = await house.identity.Get(getting(ids, CODE), a_call(house.maker))
    assert read.claim_authentication_code == wish.claim_authentication_code
    value = await house.identity.Get(getting(ids, f"{CODE}.value"), a_call(house.maker))
    assert value.claim_authentication_code == v3.EndDeviceAuthenticationCode(value="AbCd")


async def test_a_code_is_kept_hashed_for_the_gate_and_sealed_for_labels(house: House) -> None:
    await a_device(house.db, house.vault, house.maker, code="ABCDEFGH")
    row = await house.db.fetchrow("SELECT code_hash, pepper, code_sealed FROM claim_code")
    assert row is not None
    assert bytes(row["code_hash"]) == code_hash(house.vault, DEV_EUI, Secret(b"ABCDEFGH"), row["pepper"])
    assert b"ABCDEFGH" not in bytes(row["code_sealed"])
    assert [wrong async for wrong in unopenable(house.db, house.vault)] == []


async def test_any_path_of_the_code_writes_value_and_window_together(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    await house.identity.Update(updating(coded(ids, "ABCD", NOW, NOW + 5), CODE), a_call(house.maker))
    await house.identity.Update(updating(coded(ids, "EFGH"), f"{CODE}.value"), a_call(house.maker))
    read = await house.identity.Get(getting(ids, CODE), a_call(house.maker))
    assert read.claim_authentication_code == v3.EndDeviceAuthenticationCode(value="EFGH")


async def test_unsetting_the_code_disallows_claiming(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, code="ABCD")
    request = updating(v3.EndDevice(ids=ids), CODE)
    admitted("EndDeviceRegistry/Update", request)
    await house.identity.Update(request, a_call(house.maker))
    assert await house.db.fetchval("SELECT count(*) FROM claim_code") == 0
    read = await house.identity.Get(getting(ids, CODE), a_call(house.maker))
    assert not read.HasField("claim_authentication_code")


async def test_an_update_of_something_else_keeps_the_code(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, code="ABCD")
    await house.identity.Update(updating(v3.EndDevice(ids=ids, name="x"), "name"), a_call(house.maker))
    read = await house.identity.Get(getting(ids, CODE), a_call(house.maker))
    assert read.claim_authentication_code.value == "ABCD"


async def test_old_clients_write_and_read_the_same_code_on_the_join_server(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker)
    request = setting(coded(ids, "ABCD", NOW), f"{CODE}.value", f"{CODE}.valid_from")
    admitted("JsEndDeviceRegistry/Set", request)
    await house.join.Set(request, a_call(house.maker))
    for register in (house.join, house.identity):
        read = await register.Get(getting(ids, CODE), a_call(house.maker))
        assert read.claim_authentication_code == coded(ids, "ABCD", NOW).claim_authentication_code
    assert b"ABCD" not in bytes(await house.db.fetchval("SELECT body FROM end_device_part"))


async def test_reading_a_code_needs_no_right_for_keys(house: House) -> None:
    ids = await a_device(house.db, house.vault, house.maker, code="ABCD")
    reader = with_rights(house.maker, Right.APPLICATION_DEVICES_READ)
    read = await house.identity.Get(getting(ids, f"{CODE}.value"), a_call(reader))
    assert read.claim_authentication_code.value == "ABCD"
    with pytest.raises(PermissionDenied):
        await house.identity.Get(getting(ids, f"{CODE}.value"), a_call(house.stranger))


async def test_a_device_without_euis_takes_no_code(house: House) -> None:
    with pytest.raises(Invalid, match=CODE):
        await a_device(house.db, house.vault, house.maker, code="ABCD", dev_eui=b"", join_eui=b"")
    assert await house.db.fetchval("SELECT count(*) FROM end_device") == 0


@pytest.mark.parametrize(
    ("value", "window"),
    [
        ("", {"valid_from": NOW}),
        ("", {"valid_to": NOW}),
        ("ABCD", {"valid_from": NOW, "valid_to": NOW - 1}),
        ("AB-CD", {}),
        ("ABCD\n", {}),
        ("Ä", {}),
        ("A" * 33, {}),
    ],
)
def test_what_makes_no_sense_is_refused(value: str, window: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refusal:
        code_in(coded(v3.EndDeviceIdentifiers(), value, **window))
    assert (refusal.value.namespace, refusal.value.name) == ("pkg/identityserver", CODE)


def test_a_window_of_one_moment_is_a_window() -> None:
    code = code_in(coded(v3.EndDeviceIdentifiers(), "A" * 32, NOW, NOW))
    assert code is not None
    assert (code.valid_from, code.valid_to) == (NOW, NOW)


def test_no_value_and_no_window_is_no_code() -> None:
    assert code_in(v3.EndDevice()) is None
