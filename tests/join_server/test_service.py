"""JoinEUIs that the Join Server answers for, and settings for joins of whole applications."""

import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.errors import NotFound, PermissionDenied
from claimstack.identity import ANONYMOUS, Caller, Right
from claimstack.join_server import ApplicationActivationSettingRegistry, Js
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.vault.rewrap import unopenable
from claimstack.wire import v3
from tests.support.devices import a_call
from tests.support.people import a_user, an_application, with_rights

IDS = v3.ApplicationIdentifiers(application_id="maker-app")
ALL = ["kek_label", "kek", "home_net_id", "application_server_id"]
KEK = bytes(range(16))


async def test_prefixes_and_default_are_the_settings() -> None:
    service = Js(Settings(join_eui_prefixes=("70B3D57ED0000000/36",), default_join_eui="70B3D57ED0000001"))
    prefixes = await service.GetJoinEUIPrefixes(Empty(), a_call(ANONYMOUS))
    assert list(prefixes.prefixes) == [v3.JoinEUIPrefix(join_eui=bytes.fromhex("70B3D57ED0000000"), length=36)]
    default = await service.GetDefaultJoinEUI(Empty(), a_call(ANONYMOUS))
    assert default.join_eui.hex().upper() == "70B3D57ED0000001"


@pytest.fixture
async def maker(db: Database) -> Caller:
    caller = await a_user(db, "maker")
    await an_application(db, "maker-app", caller)
    return caller


def wished() -> v3.ApplicationActivationSettings:
    return v3.ApplicationActivationSettings(
        kek_label="ours", kek=v3.KeyEnvelope(key=KEK), home_net_id=b"\0\0\x13", application_server_id="as.example"
    )


def setting(wish: v3.ApplicationActivationSettings, *paths: str) -> v3.SetApplicationActivationSettingsRequest:
    return v3.SetApplicationActivationSettingsRequest(application_ids=IDS, settings=wish, field_mask={"paths": paths})


def getting(*paths: str) -> v3.GetApplicationActivationSettingsRequest:
    return v3.GetApplicationActivationSettingsRequest(application_ids=IDS, field_mask={"paths": paths})


async def test_settings_are_read_back_as_they_were_set(db: Database, vault: Vault, maker: Caller) -> None:
    service = ApplicationActivationSettingRegistry(db, vault)
    assert await service.Set(setting(wished(), *ALL), a_call(maker)) == wished()
    assert await service.Get(getting(*ALL), a_call(maker)) == wished()
    assert await service.Get(getting("kek_label"), a_call(maker)) == v3.ApplicationActivationSettings(kek_label="ours")


async def test_only_the_masked_settings_change(db: Database, vault: Vault, maker: Caller) -> None:
    service = ApplicationActivationSettingRegistry(db, vault)
    await service.Set(setting(wished(), *ALL), a_call(maker))
    await service.Set(setting(v3.ApplicationActivationSettings(), "kek", "kek_label"), a_call(maker))
    expected = v3.ApplicationActivationSettings(home_net_id=b"\0\0\x13", application_server_id="as.example")
    assert await service.Get(getting(*ALL), a_call(maker)) == expected


async def test_the_kek_is_sealed_at_rest(db: Database, vault: Vault, maker: Caller) -> None:
    await ApplicationActivationSettingRegistry(db, vault).Set(setting(wished(), *ALL), a_call(maker))
    row = await db.fetchrow("SELECT body, kek_sealed FROM activation_settings")
    assert row is not None
    assert KEK not in bytes(row["body"]) + bytes(row["kek_sealed"])
    assert [wrong async for wrong in unopenable(db, vault)] == []


async def test_deleted_settings_are_not_found(db: Database, vault: Vault, maker: Caller) -> None:
    service = ApplicationActivationSettingRegistry(db, vault)
    await service.Set(setting(wished(), *ALL), a_call(maker))
    request = v3.DeleteApplicationActivationSettingsRequest(application_ids=IDS)
    await service.Delete(request, a_call(maker))
    for attempt in (service.Delete(request, a_call(maker)), service.Get(getting(), a_call(maker))):
        with pytest.raises(NotFound, match="application_activation_settings_not_found"):
            await attempt


async def test_settings_need_the_rights_for_keys(db: Database, vault: Vault, maker: Caller) -> None:
    service = ApplicationActivationSettingRegistry(db, vault)
    reader = with_rights(maker, Right.APPLICATION_DEVICES_READ_KEYS)
    plain = with_rights(maker, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE)
    await service.Set(setting(wished(), *ALL), a_call(maker))
    await service.Get(getting(*ALL), a_call(reader))
    for attempt in (
        service.Get(getting(*ALL), a_call(plain)),
        service.Set(setting(wished(), *ALL), a_call(reader)),
        service.Delete(v3.DeleteApplicationActivationSettingsRequest(application_ids=IDS), a_call(reader)),
    ):
        with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
            await attempt
