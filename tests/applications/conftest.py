"""The people and services of every test about applications."""

from typing import NamedTuple

import pytest

from claimstack.applications import ApplicationAccess, ApplicationRegistry, ApplicationSearch
from claimstack.identity import Caller
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.support.people import a_user, an_organization


class House(NamedTuple):
    """Everything a test needs, by name."""

    db: Database
    vault: Vault
    maker: Caller
    stranger: Caller
    admin: Caller
    makers: Caller
    registry: ApplicationRegistry
    access: ApplicationAccess
    search: ApplicationSearch


@pytest.fixture
async def house(db: Database, vault: Vault) -> House:
    """A maker with an organization `makers`, a stranger and an admin; the services, with a block of eight DevEUIs."""
    maker = await a_user(db, "maker")
    settings = Settings(dev_eui_block="70B3D57ED0000008/61", dev_eui_limit=5)
    return House(
        db,
        vault,
        maker,
        await a_user(db, "stranger"),
        await a_user(db, "boss", admin=True),
        await an_organization(db, "makers", maker),
        ApplicationRegistry(db, settings),
        ApplicationAccess(db, vault),
        ApplicationSearch(db),
    )
