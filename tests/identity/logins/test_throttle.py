"""Attempts over the contract's API are counted like those on the pages."""

import asyncio

import pytest

from claimstack.accounts import AccountPolicy, UserRegistry
from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import ClaimstackError, Invalid, ResourceExhausted
from claimstack.identity import ANONYMOUS, Caller
from claimstack.identity.logins.throttle import FORGOTTEN, PAIR, SIGN_UP, admit, refund, subjects
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.support.people import NOW, a_user

PASSWORD = "correct horse battery"
MAKER = v3.UserIdentifiers(user_id="maker")


@pytest.fixture
def users(db: Database, vault: Vault) -> UserRegistry:
    return UserRegistry(db, vault, AccountPolicy(registration="open"), None)


def call(remote: str = "192.0.2.1", caller: Caller = ANONYMOUS, later: int = 0) -> Call:
    return Call(method="test", now=from_micros(NOW + later), caller=caller, remote=remote)


def change(old: str, new: str = "staple in the middle") -> v3.UpdateUserPasswordRequest:
    return v3.UpdateUserPasswordRequest(user_ids=MAKER, old=old, new=new)


def sign_up(uid: str) -> v3.CreateUserRequest:
    ids = v3.UserIdentifiers(user_id=uid)
    return v3.CreateUserRequest(user=v3.User(ids=ids, primary_email_address=f"{uid}@b.example", password=PASSWORD))


async def test_guesses_at_a_password_end_in_a_retry_hint_and_the_right_one_waits(users: UserRegistry) -> None:
    await users.Create(sign_up("maker"), call())
    for _ in range(PAIR.attempts):
        with pytest.raises(Invalid, match="incorrect_password"):
            await users.UpdatePassword(change("wrong"), call())
    with pytest.raises(ResourceExhausted, match="too_many_attempts") as refusal:
        await users.UpdatePassword(change(PASSWORD), call())
    assert refusal.value.retry_after == PAIR.window // 1_000_000 + 1
    await users.UpdatePassword(change(PASSWORD), call("198.51.100.7"))
    await users.UpdatePassword(change("staple in the middle", PASSWORD), call(later=PAIR.window))


async def test_right_passwords_use_nothing_up(users: UserRegistry) -> None:
    await users.Create(sign_up("maker"), call())
    old, new = PASSWORD, "staple in the middle"
    for _ in range(PAIR.attempts + 1):
        await users.UpdatePassword(change(old, new), call())
        old, new = new, old


async def test_sign_ups_from_one_address_have_an_end_and_admins_have_none(
    db: Database, vault: Vault, users: UserRegistry
) -> None:
    await a_user(db, "taken")
    for _ in range(SIGN_UP.attempts):
        with pytest.raises(ClaimstackError, match="id_taken"):
            await users.Create(sign_up("taken"), call())
    with pytest.raises(ResourceExhausted, match="too_many_attempts"):
        await users.Create(sign_up("free"), call())
    admin = await a_user(db, "admin", admin=True)
    await users.Create(sign_up("free"), call(caller=admin))


async def test_letters_about_lost_passwords_have_an_end(db: Database, vault: Vault) -> None:
    async def mail(letter: object) -> None:
        raise AssertionError("nobody is to get a letter")

    users = UserRegistry(db, vault, AccountPolicy(), mail)
    request = v3.CreateTemporaryPasswordRequest(user_ids=v3.UserIdentifiers(user_id="nobody"))
    for _ in range(FORGOTTEN.attempts):
        await users.CreateTemporaryPassword(request, call())
    with pytest.raises(ResourceExhausted, match="too_many_attempts"):
        await users.CreateTemporaryPassword(request, call())


async def test_a_count_survives_the_refusal_and_is_exact_however_many_come_at_once(db: Database, vault: Vault) -> None:
    against = subjects(vault, "maker", "192.0.2.1")
    answers = await asyncio.gather(*(admit(db, against, NOW) for _ in range(30)), return_exceptions=True)
    assert sum(answer is None for answer in answers) == PAIR.attempts
    await refund(db, against)
    with pytest.raises(ResourceExhausted):
        await admit(db, against, NOW)
