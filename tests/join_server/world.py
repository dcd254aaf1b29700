"""A maker's devices, all with one AppKey and at home in network 000013, and two nodes that join them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from claimstack.end_devices import JsEndDeviceRegistry
from claimstack.identity import Caller
from claimstack.join_server import Joins, Terms, Wish
from claimstack.lorawan import AES128Key, DevAddr, JoinEUI, MACVersion
from claimstack.lorawan.otaa import JoinRequest, KeyCipher
from claimstack.storage import Database, open_database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.support.devices import APP_KEY, DEV_EUI, JOIN_EUI, a_call, a_device, numbered, setting
from tests.support.joining import HOME, OWN, join_request
from tests.support.people import NOW, a_user, an_application

APP = KeyCipher(AES128Key(APP_KEY))


async def a_maker(db: Database) -> Caller:
    """A maker with an application."""
    caller = await a_user(db, "maker")
    await an_application(db, "maker-app", caller)
    return caller


async def some_devices(db: Database, vault: Vault, maker: Caller, count: int) -> None:
    """Devices `numbered(0)` and on."""
    registry = JsEndDeviceRegistry(db, vault)
    for number in range(count):
        ids = await a_device(db, vault, maker, f"sensor-{number}", dev_eui=numbered(number), app_key=APP_KEY)
        await registry.Set(setting(v3.EndDevice(ids=ids, net_id=bytes(HOME)), "net_id"), a_call(maker))


def a_wish(dev_nonce: int, *, dev_eui: bytes = DEV_EUI, key: bytes = APP_KEY, at: int = 0) -> Wish:
    """A join of LoRaWAN 1.0.3 that the network 000013 passes on, `at` microseconds after noon."""
    return Wish(
        request=JoinRequest.from_bytes(join_request(dev_nonce, key, dev_eui)),
        join_eui=JoinEUI(JOIN_EUI),
        version=MACVersion.V1_0_3,
        net_id=HOME,
        terms=Terms(DevAddr.from_hex("26000001"), 0, 1),
        kek_labels=frozenset(),
        session_key_id=dev_eui + at.to_bytes(8, "big"),
        now=NOW + at,
    )


@asynccontextmanager
async def two_nodes(db: Database, vault: Vault) -> AsyncIterator[tuple[Joins, Joins]]:
    """Two ways to the same database, as two servers have them."""
    other = await open_database(db.url)
    try:
        yield Joins(db, vault, OWN), Joins(other, vault, OWN)
    finally:
        await other.close()
