"""The people and services of every test about end devices: a maker with `maker-app`, an owner with `owner-app`."""

from typing import NamedTuple

import pytest

from claimstack.end_devices import (
    AsEndDeviceRegistry,
    EndDeviceBatchRegistry,
    EndDeviceRegistry,
    EndDeviceRegistrySearch,
    JsEndDeviceRegistry,
    NsEndDeviceRegistry,
)
from claimstack.identity import Caller
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.support.people import a_user, an_application


class House(NamedTuple):
    """Everything a test needs, by name."""

    db: Database
    vault: Vault
    maker: Caller
    owner: Caller
    stranger: Caller
    maker_app: int
    owner_app: int
    identity: EndDeviceRegistry
    batch: EndDeviceBatchRegistry
    search: EndDeviceRegistrySearch
    network: NsEndDeviceRegistry
    application: AsEndDeviceRegistry
    join: JsEndDeviceRegistry


@pytest.fixture
async def house(db: Database, vault: Vault) -> House:
    """A maker, an owner and a stranger; an application each of the first two; the registers."""
    maker, owner, stranger = [await a_user(db, uid) for uid in ("maker", "owner", "stranger")]
    return House(
        db,
        vault,
        maker,
        owner,
        stranger,
        await an_application(db, "maker-app", maker),
        await an_application(db, "owner-app", owner),
        EndDeviceRegistry(db, vault),
        EndDeviceBatchRegistry(db, vault),
        EndDeviceRegistrySearch(db, vault),
        NsEndDeviceRegistry(db, vault),
        AsEndDeviceRegistry(db, vault),
        JsEndDeviceRegistry(db, vault),
    )
