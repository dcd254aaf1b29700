"""The world that each claiming test begins with."""

import pytest

from claimstack.storage import Database
from claimstack.vault import Vault
from tests.claiming.world import World, a_world


@pytest.fixture
async def world(db: Database, vault: Vault) -> World:
    """A maker with an authorized application, an owner and a stranger with applications of their own."""
    return await a_world(db, vault)
