"""A small world of accounts: an admin, a maker, a stranger, and the services they speak to."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from claimstack.accounts import (
    AccountPolicy,
    Letter,
    OrganizationRegistry,
    UserAccess,
    UserInvitationRegistry,
    UserRegistry,
)
from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.identity import Caller
from claimstack.storage import Database
from claimstack.vault import Vault
from tests.support.people import NOW, a_user

POLICY = AccountPolicy(registration="open", public_url="https://claims.example")
CallOf = Callable[..., Call]


@dataclass
class Postbox:
    """Where letters arrive in tests: a mail server that keeps what it is given."""

    letters: list[Letter] = field(default_factory=list)

    async def __call__(self, letter: Letter) -> None:
        self.letters.append(letter)


@pytest.fixture
def call() -> CallOf:
    """A request by this caller, so many microseconds after noon."""
    return lambda caller, later=0: Call(method="test", now=from_micros(NOW + later), caller=caller)


@pytest.fixture
async def admin(db: Database) -> Caller:
    return await a_user(db, "admin", admin=True)


@pytest.fixture
async def maker(db: Database) -> Caller:
    return await a_user(db, "maker")


@pytest.fixture
async def stranger(db: Database) -> Caller:
    return await a_user(db, "stranger")


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
def users(db: Database, vault: Vault) -> UserRegistry:
    return UserRegistry(db, vault, POLICY, None)


@pytest.fixture
def access(db: Database, vault: Vault) -> UserAccess:
    return UserAccess(db, vault, POLICY, None)


@pytest.fixture
def invitations(db: Database, vault: Vault) -> UserInvitationRegistry:
    return UserInvitationRegistry(db, vault, POLICY, None)


@pytest.fixture
def organizations(db: Database) -> OrganizationRegistry:
    return OrganizationRegistry(db, POLICY)
