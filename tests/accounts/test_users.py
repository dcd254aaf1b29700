"""Users: sign up, look, change, delete."""

import asyncio
import os
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.accounts import AccountPolicy, UserInvitationRegistry, UserRegistry
from claimstack.accounts.users import update_user
from claimstack.errors import (
    AlreadyExists,
    FailedPrecondition,
    Invalid,
    NotFound,
    PermissionDenied,
    Unauthenticated,
)
from claimstack.identity import ALL_RIGHTS, ANONYMOUS, Caller, Right, authenticate
from claimstack.identity.logins import log_in
from claimstack.storage import Database
from claimstack.vault import Secret, TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.accounts.conftest import POLICY, CallOf
from tests.identity.logins.test_sessions import begun
from tests.support.people import NOW, a_key, a_user, an_application, an_organization, text_of, with_rights
from tests.support.races import Deed, overlapping

PASSWORD = "correct horse battery"
DAY = 24 * 60 * 60 * 1_000_000


def ids(uid: str) -> v3.UserIdentifiers:
    return v3.UserIdentifiers(user_id=uid)


def sign_up(uid: str = "newcomer", invitation: str = "", **fields: Any) -> v3.CreateUserRequest:
    words = {"primary_email_address": f"{uid}@example.org", "password": PASSWORD, **fields}
    return v3.CreateUserRequest(user=v3.User(ids=ids(uid), **words), invitation_token=invitation)


def change(uid: str, *paths: str, **fields: Any) -> v3.UpdateUserRequest:
    return v3.UpdateUserRequest(user=v3.User(ids=ids(uid), **fields), field_mask=FieldMask(paths=paths))


def ask(uid: str, *paths: str) -> v3.GetUserRequest:
    return v3.GetUserRequest(user_ids=ids(uid), field_mask=FieldMask(paths=paths))


# ------------------------------------------------------------------ create


async def test_who_signed_up_can_log_in(db: Database, vault: Vault, users: UserRegistry, call: CallOf) -> None:
    made = await users.Create(sign_up(name="New Comer", attributes={"team": "a"}), call(ANONYMOUS))
    assert (made.ids.user_id, made.name, made.state, made.attributes["team"]) == (
        "newcomer", "New Comer", v3.STATE_APPROVED, "a",
    )  # fmt: skip
    assert made.password == ""
    token = new_token(TokenKind.SESSION, os.urandom(56))
    assert (await log_in(db, vault, "newcomer", Secret(PASSWORD.encode()), token, NOW)).uid == "newcomer"


async def test_the_password_is_nowhere_in_the_database(db: Database, users: UserRegistry, call: CallOf) -> None:
    await users.Create(sign_up(), call(ANONYMOUS))
    for table in ("account", "user_account", "event"):
        for row in await db.fetch(f"SELECT * FROM {table}"):
            assert not any(PASSWORD in str(value) or PASSWORD.encode() in _bytes(value) for value in row)
    assert str(await db.fetchval("SELECT password_hash FROM user_account")).startswith("$argon2id$")


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


async def test_a_sign_up_cannot_make_itself_an_admin_or_approved(
    db: Database, vault: Vault, call: CallOf, maker: Caller
) -> None:
    users = UserRegistry(db, vault, AccountPolicy(registration="approval"), None)
    for number, caller in enumerate((ANONYMOUS, maker)):
        request = sign_up(
            f"newcomer-{number}", admin=True, state=v3.STATE_APPROVED, temporary_password=PASSWORD,
            state_description="fine", require_password_update=True,
        )  # fmt: skip
        made = await users.Create(request, call(caller))
        assert (made.admin, made.state, made.state_description) == (False, v3.STATE_REQUESTED, "")
        assert not made.require_password_update
        assert not made.HasField("temporary_password_expires_at")


async def test_an_admin_makes_users_in_any_mode_and_as_it_likes(
    db: Database, vault: Vault, call: CallOf, admin: Caller
) -> None:
    users = UserRegistry(db, vault, AccountPolicy(registration="closed"), None)
    plain = await users.Create(sign_up("plain"), call(admin))
    assert (plain.state, plain.admin) == (v3.STATE_APPROVED, False)
    special = await users.Create(sign_up("special", admin=True, state=v3.STATE_FLAGGED), call(admin))
    assert (special.state, special.admin) == (v3.STATE_FLAGGED, True)
    with pytest.raises(PermissionDenied, match="user_registration_disabled"):
        await users.Create(sign_up("other"), call(ANONYMOUS))


async def test_users_and_organizations_share_their_ids_and_deleted_ones_stay_taken(
    db: Database, users: UserRegistry, call: CallOf, maker: Caller
) -> None:
    await an_organization(db, "makers", maker)
    await users.Delete(ids("maker"), call(maker))
    for uid in ("makers", "maker"):
        with pytest.raises(AlreadyExists, match="pkg/util/store:id_taken"):
            await users.Create(sign_up(uid), call(ANONYMOUS))


async def test_a_mail_address_is_one_users_in_whatever_case(users: UserRegistry, call: CallOf, maker: Caller) -> None:
    with pytest.raises(AlreadyExists, match="email_taken"):
        await users.Create(sign_up(primary_email_address="MAKER@example.com"), call(ANONYMOUS))


async def test_of_many_who_want_an_id_at_once_one_gets_it(users: UserRegistry, call: CallOf, db: Database) -> None:
    attempts = (users.Create(sign_up(primary_email_address=f"{n}@example.org"), call(ANONYMOUS)) for n in range(6))
    answers = await asyncio.gather(*attempts, return_exceptions=True)
    assert sum(isinstance(answer, v3.User) for answer in answers) == 1
    assert sum(isinstance(answer, AlreadyExists) for answer in answers) == 5
    assert await db.fetchval("SELECT count(*) FROM account") == 1


async def test_a_weak_password_is_refused(users: UserRegistry, call: CallOf) -> None:
    with pytest.raises(Invalid, match="password_strength"):
        await users.Create(sign_up(password="short"), call(ANONYMOUS))


async def test_an_invitation_opens_the_door_once_and_validates_the_address(
    db: Database, vault: Vault, call: CallOf, admin: Caller, invitations: UserInvitationRegistry
) -> None:
    users = UserRegistry(db, vault, AccountPolicy(registration="invitation"), None)
    with pytest.raises(Invalid, match="invitation_token_required"):
        await users.Create(sign_up(), call(ANONYMOUS))
    sent = await invitations.Send(v3.SendInvitationRequest(email="Newcomer@example.org"), call(admin))
    made = await users.Create(sign_up(invitation=sent.token), call(ANONYMOUS))
    assert made.state == v3.STATE_APPROVED
    assert made.primary_email_address_validated_at.ToMicroseconds() == NOW
    with pytest.raises(Invalid, match="invitation_token_invalid"):
        await users.Create(sign_up("second", invitation=sent.token), call(ANONYMOUS))


# ------------------------------------------------------------------ get, list


async def test_a_user_gets_ids_moments_and_what_it_asks(users: UserRegistry, call: CallOf, maker: Caller) -> None:
    found = await users.Get(ask("maker", "primary_email_address", "state"), call(maker))
    assert (found.ids.user_id, found.primary_email_address) == ("maker", "maker@example.com")
    assert found.HasField("created_at")
    assert found.HasField("updated_at")
    bare = await users.Get(ask("maker"), call(maker))
    assert (bare.ids.user_id, bare.primary_email_address, bare.state) == ("maker", "", 0)


async def test_others_see_what_is_public_and_nothing_else(
    users: UserRegistry, call: CallOf, maker: Caller, stranger: Caller
) -> None:
    await users.Update(change("maker", "name", name="Maker"), call(maker))
    assert (await users.Get(ask("maker", "name", "profile_picture"), call(stranger))).name == "Maker"
    for path in ("primary_email_address", "state", "admin", "attributes", "contact_info", "password_updated_at"):
        with pytest.raises(PermissionDenied, match="no_user_rights"):
            await users.Get(ask("maker", path), call(stranger))
    for paths in ((), ("name",), ("state",)):
        with pytest.raises(Unauthenticated):
            await users.Get(ask("maker", *paths), call(ANONYMOUS))


async def test_a_user_that_is_not_there_is_not_found(users: UserRegistry, call: CallOf, stranger: Caller) -> None:
    with pytest.raises(NotFound, match="user_not_found"):
        await users.Get(ask("nobody", "name"), call(stranger))
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await users.Get(ask("nobody", "state"), call(stranger))


async def test_only_admins_list_users(users: UserRegistry, call: CallOf, admin: Caller, maker: Caller) -> None:
    for caller, error in (
        (maker, PermissionDenied),
        (ANONYMOUS, Unauthenticated),
        (with_rights(admin), PermissionDenied),
    ):
        with pytest.raises(error):
            await users.List(v3.ListUsersRequest(), call(caller))
    asked = call(admin)
    request = v3.ListUsersRequest(order="-user_id", limit=1, field_mask=FieldMask(paths=["admin"]))
    found = await users.List(request, asked)
    assert [one.ids.user_id for one in found.users] == ["maker"]
    assert asked.headers["x-total-count"] == "2"


@pytest.mark.parametrize("order", ["user_id", "name", "primary_email_address", "state", "admin", "created_at"])
async def test_users_are_listed_in_every_order(
    users: UserRegistry, call: CallOf, admin: Caller, maker: Caller, order: str
) -> None:
    await users.Update(change("maker", "name", name="Maker"), call(maker, 5))
    up = await users.List(v3.ListUsersRequest(order=order), call(admin))
    down = await users.List(v3.ListUsersRequest(order=f"-{order}"), call(admin))
    assert [one.ids.user_id for one in up.users] == [one.ids.user_id for one in reversed(down.users)]
    assert len(up.users) == 2


# ------------------------------------------------------------------ update


async def test_an_update_changes_what_the_mask_names_and_nothing_else(
    users: UserRegistry, call: CallOf, maker: Caller
) -> None:
    first = change("maker", "name", "attributes", name="Maker", description="no", attributes={"team": "a"})
    changed = await users.Update(first, call(maker, 1))
    assert (changed.name, changed.attributes["team"], changed.description) == ("Maker", "a", "")
    await users.Update(change("maker", "description", description="yes"), call(maker, 2))
    found = await users.Get(ask("maker", "name", "description", "attributes"), call(maker))
    assert (found.name, found.description, found.attributes["team"]) == ("Maker", "yes", "a")
    assert found.updated_at.ToMicroseconds() == NOW + 2
    assert found.created_at.ToMicroseconds() == NOW


async def test_a_masked_field_that_is_absent_is_cleared(users: UserRegistry, call: CallOf, maker: Caller) -> None:
    await users.Update(change("maker", "name", name="Maker"), call(maker))
    await users.Update(change("maker", "name"), call(maker))
    assert (await users.Get(ask("maker", "name"), call(maker))).name == ""


@pytest.mark.parametrize(
    "path",
    [
        "admin", "state", "state_description", "require_password_update", "primary_email_address_validated_at",
        "temporary_password", "temporary_password_created_at", "temporary_password_expires_at",
    ],
)  # fmt: skip
async def test_what_is_an_admins_nobody_else_changes(
    db: Database, users: UserRegistry, call: CallOf, maker: Caller, path: str
) -> None:
    with pytest.raises(PermissionDenied) as refusal:
        await users.Update(change("maker", "name", path, name="x", admin=True), call(maker))
    assert (refusal.value.name, refusal.value.attributes) == ("update_user_admin_field", {"field": path})
    assert (await users.Get(ask("maker", "name"), call(maker))).name == ""


async def test_an_admin_suspends_a_user_who_is_out_at_once(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, admin: Caller, maker: Caller
) -> None:
    session, _ = await begun(db, vault, maker)
    key = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    request = change("maker", "state", "state_description", state=v3.STATE_SUSPENDED, state_description="spam")
    assert (await users.Update(request, call(admin))).state_description == "spam"
    with pytest.raises(Unauthenticated, match="token_not_found"):
        await authenticate(db, vault, text_of(session), NOW)
    with pytest.raises(PermissionDenied, match="user_suspended"):
        await authenticate(db, vault, text_of(key), NOW)


async def test_a_new_address_is_not_yet_validated_and_not_anothers(
    users: UserRegistry, call: CallOf, admin: Caller, maker: Caller, stranger: Caller
) -> None:
    validated = v3.User()
    validated.primary_email_address_validated_at.FromMicroseconds(NOW)
    request = change("maker", "primary_email_address_validated_at")
    request.user.primary_email_address_validated_at.CopyFrom(validated.primary_email_address_validated_at)
    await users.Update(request, call(admin))
    with pytest.raises(AlreadyExists, match="email_taken"):
        await users.Update(
            change("maker", "primary_email_address", primary_email_address="Stranger@example.com"), call(maker)
        )
    await users.Update(change("maker", "primary_email_address", primary_email_address="new@example.com"), call(maker))
    found = await users.Get(ask("maker", "primary_email_address", "primary_email_address_validated_at"), call(maker))
    assert found.primary_email_address == "new@example.com"
    assert not found.HasField("primary_email_address_validated_at")
    with pytest.raises(Invalid, match="primary_email_address"):
        await users.Update(change("maker", "primary_email_address"), call(maker))


async def test_a_bounded_key_does_not_redirect_the_mail(users: UserRegistry, call: CallOf, maker: Caller) -> None:
    key = with_rights(maker, Right.USER_SETTINGS_BASIC)
    await users.Update(change("maker", "name", name="Maker"), call(key))
    with pytest.raises(PermissionDenied):
        await users.Update(change("maker", "primary_email_address", primary_email_address="a@b.example"), call(key))


async def test_nobody_changes_another(users: UserRegistry, call: CallOf, maker: Caller, stranger: Caller) -> None:
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await users.Update(change("maker", "name", name="x"), call(stranger))


async def test_ids_and_moments_are_not_changed_by_an_echo(users: UserRegistry, call: CallOf, maker: Caller) -> None:
    request = change("maker", "ids", "created_at", "deleted_at", "name", name="Maker")
    request.user.deleted_at.FromMicroseconds(1)
    await users.Update(request, call(maker, 1))
    found = await users.Get(ask("maker", "name", "deleted_at"), call(maker))
    assert (found.name, found.HasField("deleted_at"), found.created_at.ToMicroseconds()) == ("Maker", False, NOW)


# ------------------------------------------------------------------ admins


async def test_the_last_admin_stays(users: UserRegistry, call: CallOf, admin: Caller, maker: Caller) -> None:
    for attempt in (
        users.Update(change("admin", "admin"), call(admin)),
        users.Update(change("admin", "state", state=v3.STATE_SUSPENDED), call(admin)),
        users.Delete(ids("admin"), call(admin)),
        users.Purge(ids("admin"), call(admin)),
    ):
        with pytest.raises(FailedPrecondition, match="last_admin"):
            await attempt
    await users.Update(change("maker", "admin", admin=True), call(admin))
    await users.Delete(ids("admin"), call(admin))


async def test_of_two_admins_who_step_down_at_once_one_stays(db: Database, admin: Caller) -> None:
    other = await a_user(db, "other", admin=True)

    def stepping_down(one: Caller) -> Deed:
        asked = v3.User(ids=ids(one.uid))
        return lambda tx: update_user(tx, POLICY, one, asked, None, ["admin"], NOW)

    answers = await overlapping(db, stepping_down(admin), stepping_down(other))
    assert sum(isinstance(answer, FailedPrecondition) for answer in answers) == 1
    assert await db.fetchval("SELECT count(*) FROM user_account WHERE admin") == 1


# ------------------------------------------------------------------ delete, restore, purge


async def test_a_deleted_user_is_out_at_once_and_comes_back_with_its_keys(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, admin: Caller, maker: Caller
) -> None:
    session, _ = await begun(db, vault, maker)
    key = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    await an_application(db, "maker-app", maker)
    await users.Delete(ids("maker"), call(maker))
    for token in (session, key):
        with pytest.raises(Unauthenticated):
            await authenticate(db, vault, text_of(token), NOW)
    with pytest.raises(NotFound, match="user_not_found"):
        await users.Get(ask("maker", "state"), call(admin))
    deleted = await users.List(v3.ListUsersRequest(deleted=True), call(admin))
    assert [one.ids.user_id for one in deleted.users] == ["maker"]
    await users.Restore(ids("maker"), call(admin, DAY - 1))
    assert (await authenticate(db, vault, text_of(key), NOW)).uid == "maker"
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, text_of(session), NOW)


async def test_a_restore_is_an_admins_and_has_its_time(
    users: UserRegistry, call: CallOf, admin: Caller, maker: Caller
) -> None:
    with pytest.raises(FailedPrecondition, match="user_not_deleted"):
        await users.Restore(ids("maker"), call(admin))
    await users.Delete(ids("maker"), call(maker))
    with pytest.raises(PermissionDenied):
        await users.Restore(ids("maker"), call(maker))
    with pytest.raises(FailedPrecondition, match="restore_window_expired"):
        await users.Restore(ids("maker"), call(admin, DAY))


async def test_a_purged_user_leaves_its_id_but_never_its_surrogate(
    db: Database, vault: Vault, users: UserRegistry, call: CallOf, admin: Caller, maker: Caller
) -> None:
    key = await a_key(db, vault, "user", maker.entity, ALL_RIGHTS)
    await an_application(db, "maker-app", maker)
    with pytest.raises(PermissionDenied):
        await users.Purge(ids("maker"), call(maker))
    await users.Purge(ids("maker"), call(admin))
    with pytest.raises(Unauthenticated):
        await authenticate(db, vault, text_of(key), NOW)
    assert await db.fetchval("SELECT count(*) FROM api_key") == 0
    assert await db.fetchval("SELECT count(*) FROM membership") == 0
    await users.Create(sign_up("maker"), call(ANONYMOUS))
    again = await db.fetchval("SELECT id FROM account WHERE uid = 'maker'")
    assert again > maker.entity


async def test_nobody_deletes_another(users: UserRegistry, call: CallOf, maker: Caller, stranger: Caller) -> None:
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await users.Delete(ids("maker"), call(stranger))


async def test_deeds_are_told(db: Database, users: UserRegistry, call: CallOf, admin: Caller) -> None:
    await users.Create(sign_up(), call(ANONYMOUS))
    await users.Update(change("newcomer", "name", name="x"), call(admin))
    await users.Delete(ids("newcomer"), call(admin))
    await users.Restore(ids("newcomer"), call(admin))
    await users.Purge(ids("newcomer"), call(admin))
    names = [row["name"] for row in await db.fetch("SELECT name FROM event ORDER BY id")]
    assert names == [f"user.{deed}" for deed in ("create", "update", "delete", "restore", "purge")]
