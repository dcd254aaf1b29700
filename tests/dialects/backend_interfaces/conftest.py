"""A maker with a device that is at home in the network 000013, and that network."""

import pytest

from claimstack.end_devices import JsEndDeviceRegistry
from claimstack.identity import Caller
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.support.devices import APP_KEY, a_call, a_device, setting
from tests.support.joining import HOME, Network, a_network
from tests.support.people import a_user, an_application


@pytest.fixture
async def admin(db: Database) -> Caller:
    return await a_user(db, "admin", admin=True)


@pytest.fixture
async def maker(db: Database) -> Caller:
    caller = await a_user(db, "maker")
    await an_application(db, "maker-app", caller)
    return caller


@pytest.fixture
async def device(db: Database, vault: Vault, maker: Caller) -> v3.EndDeviceIdentifiers:
    ids = await a_device(db, vault, maker, app_key=APP_KEY)
    await settle(db, vault, maker, v3.EndDevice(ids=ids, net_id=bytes(HOME)), "net_id")
    return ids


@pytest.fixture
async def network(db: Database, vault: Vault, admin: Caller) -> Network:
    return await a_network(db, vault, admin)


async def settle(db: Database, vault: Vault, caller: Caller, part: v3.EndDevice, *paths: str) -> None:
    """Set fields of the Join Server's part."""
    await JsEndDeviceRegistry(db, vault).Set(setting(part, *paths), a_call(caller))
