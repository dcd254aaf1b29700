"""Changing a password, and temporary ones."""

import asyncio
import os

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.accounts import UserRegistry
from claimstack.errors import FailedPrecondition, Invalid, Unauthenticated
from claimstack.identity import ALL_RIGHTS, ANONYMOUS, Caller, authenticate
from claimstack.identity.logins import log_in
from claimstack.storage import Database
from claimstack.vault import Secret, TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.accounts.conftest import POLICY, CallOf, Postbox
from tests.identity.logins.test_sessions import begun, granted
from tests.support.people import NOW, a_key, text_of

OLD, NEW, TEMPORARY = "correct horse battery", "staple in the middle", "only for a moment"
HOUR = 60 * 60 * 1_000_000


def change(uid: str, old: str, new: str, revoke: bool = False) -> v3.UpdateUserPasswordRequest:
    ids = v3.UserIdentifiers(user_id=uid)
    return v3.UpdateUserPasswordRequest(user_ids=ids, old=old, new=new, revoke_all_access=revoke)


def lost(uid: str) -> v3.CreateTemporaryPasswordRequest:
    return v3.CreateTemporaryPasswordRequest(user_ids=v3.UserIdentifiers(user_id=uid))


async def enters(db: Database, vault: Vault, uid: str, password: str) -> bool:
    try:
        await log_in(db, vault, uid, Secret(password.encode()), new_token(TokenKind.SESSION, os.urandom(56)), NOW)
    except Invalid:
        return False
    return True


@pytest.fixture
async def newcomer(db: Database, users: UserRegistry, call: CallOf) -> Caller:
    user = v3.User(ids=v3.UserIdentifiers(user_id="newcomer"), primary_email_address="n@example.org", password=OLD)
    await users.Create(v3.CreateUserRequest(user=user), call(ANONYMOUS))
    account = await db.fetchval("SELECT id FROM account WHERE uid = 'newcomer'")
    return Caller(kind="user", entity=account, uid="newcomer", credential="session", ceiling=ALL_RIGHTS)


async def with_temporary(users: UserRegistry, call: CallOf, admin: Caller) -> None:
    user = v3.User(ids=v3.UserIdentifiers(user_id="newcomer"), temporary_password=TEMPORARY)
    request = v3.UpdateUserRequest(user=user, field_mask=FieldMask(paths=["temporary_password"]))
    answer = await users.Update(request, call(admin))
    assert answer.temporary_password == ""


async def test_who_knows_the_old_password_sets_a_new_one_without_login(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, newcomer: Caller
) -> None:
    await users.UpdatePassword(change("newcomer", OLD, NEW), call(ANONYMOUS, 7))
    assert await enters(db, vault, "newcomer", NEW)
    assert not await enters(db, vault, "newcomer", OLD)
    assert await db.fetchval("SELECT password_updated_at FROM user_account") == NOW + 7


async def test_a_wrong_password_and_an_unknown_user_are_one_answer(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, newcomer: Caller
) -> None:
    answers = set()
    for uid, old in (("newcomer", "wrong"), ("nobody", OLD), ("newcomer", ""), ("newcomer", TEMPORARY)):
        with pytest.raises(Invalid) as refusal:
            await users.UpdatePassword(change(uid, old, NEW), call(ANONYMOUS))
        answers.add(str(refusal.value))
    assert answers == {"error:pkg/identityserver:incorrect_password (incorrect password)"}
    assert await enters(db, vault, "newcomer", OLD)


async def test_a_new_password_obeys_the_rules(users: UserRegistry, call: CallOf, newcomer: Caller) -> None:
    with pytest.raises(Invalid, match="password_strength"):
        await users.UpdatePassword(change("newcomer", OLD, "short"), call(ANONYMOUS))


async def test_revoking_ends_sessions_and_tokens_and_keeps_keys(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, newcomer: Caller
) -> None:
    session, surrogate = await begun(db, vault, newcomer)
    token = await granted(db, vault, newcomer, surrogate, "a")
    key = await a_key(db, vault, "user", newcomer.entity, ALL_RIGHTS)
    await users.UpdatePassword(change("newcomer", OLD, NEW), call(ANONYMOUS))
    await authenticate(db, vault, text_of(session), NOW)
    await users.UpdatePassword(change("newcomer", NEW, OLD, revoke=True), call(ANONYMOUS))
    for gone in (session, token):
        with pytest.raises(Unauthenticated, match="token_not_found"):
            await authenticate(db, vault, text_of(gone), NOW)
    await authenticate(db, vault, text_of(key), NOW)


async def test_a_temporary_password_is_changed_once_in_time_and_opens_nothing(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, admin: Caller, newcomer: Caller
) -> None:
    await with_temporary(users, call, admin)
    with pytest.raises(FailedPrecondition, match="password_update_required"):
        await enters(db, vault, "newcomer", TEMPORARY)
    with pytest.raises(Invalid, match="incorrect_password"):
        await users.UpdatePassword(change("newcomer", TEMPORARY, NEW), call(ANONYMOUS, 36 * HOUR))
    await users.UpdatePassword(change("newcomer", TEMPORARY, NEW), call(ANONYMOUS, 36 * HOUR - 1))
    assert await enters(db, vault, "newcomer", NEW)
    with pytest.raises(Invalid, match="incorrect_password"):
        await users.UpdatePassword(change("newcomer", TEMPORARY, "another one again"), call(ANONYMOUS))


async def test_the_old_password_still_works_beside_a_temporary_one_and_ends_it(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, admin: Caller, newcomer: Caller
) -> None:
    await with_temporary(users, call, admin)
    assert await enters(db, vault, "newcomer", OLD)
    await users.UpdatePassword(change("newcomer", OLD, NEW), call(ANONYMOUS))
    with pytest.raises(Invalid, match="incorrect_password"):
        await users.UpdatePassword(change("newcomer", TEMPORARY, "another one again"), call(ANONYMOUS))


async def test_of_two_changes_with_one_old_password_one_wins(
    users: UserRegistry, call: CallOf, newcomer: Caller
) -> None:
    attempts = (users.UpdatePassword(change("newcomer", OLD, NEW + str(n)), call(ANONYMOUS)) for n in range(3))
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, Invalid) for answer in answers) == 2


async def test_without_mail_a_lost_password_says_who_can_help_and_nothing_else(
    users: UserRegistry, call: CallOf, newcomer: Caller
) -> None:
    answers = set()
    for uid in ("newcomer", "nobody"):
        with pytest.raises(FailedPrecondition) as refusal:
            await users.CreateTemporaryPassword(lost(uid), call(ANONYMOUS))
        answers.add(str(refusal.value))
    assert len(answers) == 1
    assert "mail_not_configured" in answers.pop()


async def test_with_mail_the_user_gets_a_letter_and_nobody_learns_of_it(
    db: Database, vault: Vault, call: CallOf, newcomer: Caller, postbox: Postbox
) -> None:
    users = UserRegistry(db, vault, POLICY, postbox)
    for uid in ("nobody", "newcomer", "newcomer"):
        await users.CreateTemporaryPassword(lost(uid), call(ANONYMOUS))
    assert [letter.to for letter in postbox.letters] == ["n@example.org"]
    password = postbox.letters[0].text.split("\n\n")[1]
    await users.UpdatePassword(change("newcomer", password, NEW), call(ANONYMOUS))
    assert await enters(db, vault, "newcomer", NEW)


async def test_a_letter_is_sent_again_after_a_while(
    db: Database, vault: Vault, call: CallOf, newcomer: Caller, postbox: Postbox
) -> None:
    users = UserRegistry(db, vault, POLICY, postbox)
    for later in (0, HOUR // 4 - 1, HOUR // 4):
        await users.CreateTemporaryPassword(lost("newcomer"), call(ANONYMOUS, later))
    assert len(postbox.letters) == 2
