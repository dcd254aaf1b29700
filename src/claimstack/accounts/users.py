"""Users: sign up, look, change, delete, bring back, remove for good. One verb, one transaction."""

from collections.abc import Sequence
from typing import NamedTuple

from claimstack.accounts import store
from claimstack.accounts.invitations import accept_invitation
from claimstack.accounts.policy import MICROSECOND, AccountPolicy
from claimstack.accounts.user import ADMIN_ONLY, NEVER_SET, PUBLIC, user_body, user_row, user_words, whole_user
from claimstack.errors import AlreadyExists, FailedPrecondition, PermissionDenied, invalid_field
from claimstack.events import Event, post
from claimstack.identity import (
    ALL_RIGHTS,
    Caller,
    Entity,
    Page,
    Right,
    authorize,
    authorize_restore,
    identifiers_of,
    no_rights,
    not_found,
    remove_api_keys_of,
    require_admin,
    unauthenticated,
)
from claimstack.identity.logins import remove_access
from claimstack.masks import apply
from claimstack.storage import Reader, Row, Transaction, lengthy
from claimstack.vault import Vault
from claimstack.wire import v3


class Draft(NamedTuple):
    """A user to be: the contract's words, the hashes of its passwords, the invitation it came with."""

    user: v3.User
    password_hash: str
    temporary_hash: str | None = None
    invitation: str = ""


async def create_user(
    tx: Transaction, vault: Vault, policy: AccountPolicy, caller: Caller, draft: Draft, now: int
) -> v3.User:
    """Sign somebody up, as far as the registration mode allows; admins create whom they like.

    `id_taken`, `email_taken` (AlreadyExists), `invitation_token_required`, `user_registration_disabled`, and what
    `accept_invitation` raises.
    """
    user, uid = v3.User.FromString(draft.user.SerializeToString()), draft.user.ids.user_id
    if not caller.admin:
        for path in ADMIN_ONLY:
            user.ClearField(path)
        user.state = policy.state_of_new_user(by_admin=False, invited=bool(draft.invitation))
    elif user.state == v3.STATE_REQUESTED:  # zero: an admin who said nothing means an approved user
        user.state = v3.STATE_APPROVED
    await _free(tx, uid, user.primary_email_address)
    account = await store.add_account(tx, "user", uid, user.name, user.description, user_body(user), now)
    if draft.invitation and await accept_invitation(tx, vault, draft.invitation, user, account, now):
        user.primary_email_address_validated_at.FromMicroseconds(now)
    await store.add_user(tx, account, user_row(user), draft.password_hash, now)
    if draft.temporary_hash is not None and caller.admin:
        life = policy.temporary_password_life // MICROSECOND
        await store.set_temporary_password(tx, account, draft.temporary_hash, now + life, now)
    await _tell(tx, account, uid, "create", now)
    return whole_user(await _row(tx, account, uid))


async def get_user(reader: Reader, caller: Caller, uid: str, paths: Sequence[str]) -> v3.User:
    """The asked fields; what every user may see of every other needs no rights."""
    if caller.anonymous:
        raise unauthenticated()
    if PUBLIC.issuperset(paths):
        row = await store.account_by_uid(reader, "user", uid)
        if row is None or row["deleted_at"] is not None:
            raise not_found("user", uid)
        return user_words(row, paths)
    user = await authorize(reader, caller, "user", uid, Right.USER_INFO)
    return user_words(await _row(reader, user.id, uid), paths)


async def list_users(
    reader: Reader, caller: Caller, wanted: store.Wanted, paths: Sequence[str], page: Page
) -> tuple[list[v3.User], int]:
    """All users, for admins only."""
    require_admin(caller)
    rows, total = await store.listed(reader, "user", wanted, page, lambda row: whole_user(row).attributes)
    return [user_words(row, paths) for row in rows], total


async def update_user(
    tx: Transaction, policy: AccountPolicy, caller: Caller, asked: v3.User, temporary_hash: str | None,
    paths: Sequence[str], now: int,
) -> v3.User:  # fmt: skip
    """Change the masked fields; `update_user_admin_field` for what is an admin's, `last_admin`, `email_taken`."""
    uid = asked.ids.user_id
    entity = await authorize(tx, caller, "user", uid, Right.USER_SETTINGS_BASIC)
    _check_paths(caller, entity, paths)
    await store.touch(tx, entity.id, now)
    before = whole_user(await _row(tx, entity.id, uid))
    user = _changed(before, asked, paths)
    if user.primary_email_address != before.primary_email_address:
        await _free(tx, "", user.primary_email_address, but=entity.id)
    if before.admin and not (user.admin and user.state == v3.STATE_APPROVED):
        await _another_admin(tx, entity.id)
    await store.change_account(tx, entity.id, user.name, user.description, user_body(user), now)
    await store.change_user(tx, entity.id, user_row(user))
    if temporary_hash is not None:
        life = policy.temporary_password_life // MICROSECOND
        await store.set_temporary_password(tx, entity.id, temporary_hash, now + life, now)
    if user.state not in (v3.STATE_APPROVED, v3.STATE_FLAGGED):
        await remove_access(tx, entity.id)
    await _tell(tx, entity.id, uid, "update", now)
    return user_words(await _row(tx, entity.id, uid), [path for path in paths if path != "temporary_password"])


async def delete_user(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Delete softly: nobody gets in any more, the id stays taken, keys sleep until a restore."""
    user = await authorize(tx, caller, "user", uid, Right.USER_DELETE)
    if bool((await _row(tx, user.id, uid))["admin"]):
        await _another_admin(tx, user.id)
    await store.mark_deleted(tx, user.id, now)
    await remove_access(tx, user.id)
    await _tell(tx, user.id, uid, "delete", now)


async def restore_user(tx: Transaction, policy: AccountPolicy, caller: Caller, uid: str, now: int) -> None:
    """Bring a deleted user back, for admins, while the time for that lasts."""
    require_admin(caller)
    user = await authorize_restore(tx, caller, "user", uid, since=policy.restorable_since(now))
    await store.mark_deleted(tx, user.id, None)
    await _tell(tx, user.id, uid, "restore", now)


@lengthy
async def purge_user(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Remove a user for good, deleted before or not, for admins. The id is free then; the surrogate never is."""
    require_admin(caller)
    user = await authorize(tx, caller, "user", uid, deleted_ok=True)
    if user.deleted_at is None and bool((await _row(tx, user.id, uid))["admin"]):
        await _another_admin(tx, user.id)
    await remove_api_keys_of(tx, "user", user.id)
    await store.purge(tx, user.id)
    await _tell(tx, user.id, uid, "purge", now)


def _check_paths(caller: Caller, entity: Entity, paths: Sequence[str]) -> None:
    if not paths:
        raise invalid_field("field_mask", "expected at least one path")
    for path in paths:
        if path in ADMIN_ONLY and not caller.admin:
            text = "only admins can change the `{field}` field of a user"
            raise PermissionDenied("pkg/identityserver", "update_user_admin_field", text, field=path)
    # A new address is a new way in (mails with passwords go there): not for a bounded key.
    if "primary_email_address" in paths and not caller.ceiling.covers(ALL_RIGHTS):
        raise no_rights("user", entity.uid)


def _changed(before: v3.User, asked: v3.User, paths: Sequence[str]) -> v3.User:
    user = v3.User()
    user.CopyFrom(before)
    apply(user, asked, [path for path in paths if path not in NEVER_SET])
    if not user.primary_email_address:
        raise invalid_field("user.primary_email_address", "expected a mail address")
    if user.primary_email_address != before.primary_email_address and "primary_email_address_validated_at" not in paths:
        user.ClearField("primary_email_address_validated_at")
    return user


async def _free(reader: Reader, uid: str, email: str, but: int = 0) -> None:
    if uid and await store.uid_taken(reader, uid):
        raise AlreadyExists("pkg/util/store", "id_taken", "ID `{id}` already taken", id=uid)
    if await store.email_taken(reader, email, but):
        raise AlreadyExists("pkg/identityserver/store", "email_taken", "this mail address is in use already")


async def _another_admin(tx: Transaction, account: int) -> None:
    await store.hold_admins(tx)
    if not await store.other_admins(tx, account, v3.STATE_APPROVED):
        raise FailedPrecondition("pkg/identityserver", "last_admin", "this is the last admin: make another one first")


async def _row(reader: Reader, account: int, uid: str) -> Row:
    row = await store.account(reader, "user", account)
    if row is None:
        raise not_found("user", uid)
    return row


async def _tell(tx: Transaction, account: int, uid: str, deed: str, now: int) -> None:
    visible = (int(Right.USER_INFO),)
    await post(tx, Event(f"user.{deed}", now, "user", account, identifiers_of("user", uid), visible))
