"""The verbs of an application's life: create, read, change, delete, restore, purge."""

from collections.abc import Sequence

from claimstack import masks
from claimstack.applications import store
from claimstack.applications.application import ADDRESSES, body_of, check_device_addresses, shown, tell, whole
from claimstack.errors import AlreadyExists, FailedPrecondition, invalid_field
from claimstack.identity import (
    Caller,
    Entity,
    Right,
    add_first_collaborator,
    authorize,
    not_found,
    remove_api_keys_of,
    remove_memberships_on,
    require_admin,
)
from claimstack.storage import Reader, Row, Transaction, lengthy
from claimstack.wire import v3

CONTACTS = ("administrative_contact", "technical_contact")
# What any right on the application lets see: a client needs it to register a device, even with a key for devices alone.
_OPEN = frozenset({"ids", "ids.application_id", "created_at", "updated_at", "deleted_at", *ADDRESSES})
_MICROS_AN_HOUR = 3_600_000_000


async def create_application(
    tx: Transaction, caller: Caller, wish: v3.Application, owner: v3.OrganizationOrUserIdentifiers, now: int
) -> v3.Application:
    """Create it for a user or an organization, who gets all rights on it and is its contact unless others are named."""
    account = await _owner(tx, caller, owner)
    for contact in CONTACTS:
        if not wish.HasField(contact):
            getattr(wish, contact).CopyFrom(owner)
    uid = wish.ids.application_id
    row = await store.add(tx, uid, wish.name, wish.description, body_of(wish), now)
    if row is None:
        raise AlreadyExists("pkg/util/store", "id_taken", "application ID `{id}` is taken", id=uid)
    await add_first_collaborator(tx, "application", row["id"], account.id, now)
    await _check_contacts(tx, caller, row, wish)
    await tell(tx, row, "create", now)
    return shown(row, whole(row), sorted(masks.allowed("ttn.lorawan.v3.ApplicationRegistry/Update")))


async def _owner(tx: Transaction, caller: Caller, owner: v3.OrganizationOrUserIdentifiers) -> Entity:
    if owner.HasField("organization_ids"):
        right, uid = Right.ORGANIZATION_APPLICATIONS_CREATE, owner.organization_ids.organization_id
        return await authorize(tx, caller, "organization", uid, right)
    return await authorize(tx, caller, "user", owner.user_ids.user_id, Right.USER_APPLICATIONS_CREATE)


async def get_application(reader: Reader, caller: Caller, uid: str, paths: Sequence[str]) -> v3.Application:
    """The masked fields."""
    needed = [] if _OPEN.issuperset(paths) else [Right.APPLICATION_INFO]
    entity = await authorize(reader, caller, "application", uid, *needed)
    row = await _found(reader, entity)
    return shown(row, whole(row), paths)


async def update_application(
    tx: Transaction, caller: Caller, wish: v3.Application, paths: Sequence[str], now: int
) -> v3.Application:
    """Change what the mask names; what the wish does not have there is cleared."""
    entity = await authorize(tx, caller, "application", wish.ids.application_id, Right.APPLICATION_SETTINGS_BASIC)
    row = _living(await store.held(tx, entity.id), entity)
    part = whole(row)
    masks.apply(part, wish, paths)
    if any(path.startswith(CONTACTS) for path in paths):
        await _check_contacts(tx, caller, row, part)
    changed = await store.change(tx, entity.id, part.name, part.description, body_of(part), now)
    await tell(tx, row, "update", now, paths)
    return shown(changed or row, part, paths)


async def delete_application(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Delete it, for a time restorably; `application_has_devices` while it has any. Its id stays taken."""
    entity = await authorize(tx, caller, "application", uid, Right.APPLICATION_DELETE)
    row = _living(await store.held(tx, entity.id), entity)
    await _check_no_devices(tx, entity)
    await store.set_deleted(tx, entity.id, now, now)
    await tell(tx, row, "delete", now)


async def restore_application(tx: Transaction, caller: Caller, uid: str, hours: int, now: int) -> None:
    """Take a delete back within that many hours."""
    entity = await authorize(tx, caller, "application", uid, Right.APPLICATION_DELETE, deleted_ok=True)
    row = await store.held(tx, entity.id)
    if row is None or row["deleted_at"] is None:
        return
    if now - row["deleted_at"] > hours * _MICROS_AN_HOUR:
        raise FailedPrecondition(
            "pkg/identityserver",
            "restore_window_expired",
            "application `{application_id}` was deleted more than {hours} hours ago",
            application_id=uid,
            hours=hours,
        )
    await store.set_deleted(tx, entity.id, None, now)
    await tell(tx, row, "restore", now)


@lengthy
async def purge_application(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Remove it for good, with its keys and collaborators. For admins; refused while it has devices."""
    require_admin(caller)
    entity = await authorize(tx, caller, "application", uid, deleted_ok=True)
    row = await store.held(tx, entity.id)
    await _check_no_devices(tx, entity)
    await remove_api_keys_of(tx, "application", entity.id)
    await remove_memberships_on(tx, "application", entity.id)
    await store.remove(tx, entity.id)
    if row is not None:
        await tell(tx, row, "purge", now)


async def check_addresses(reader: Reader, application: int, device: v3.EndDevice) -> None:
    """`…_address_mismatch` when a device names another server than its application does."""
    if any(getattr(device, name) for name in ADDRESSES):
        row = await store.application(reader, application)
        check_device_addresses(bytes(row["body"]) if row else b"", device)


async def check_living(tx: Transaction, entity: Entity) -> None:
    """`application_not_found` when the application was deleted while a device was being put into it.

    To be asked after the device is written: its foreign key then holds the application's row, so that a delete waits.
    """
    if not await store.living(tx, entity.id):
        raise not_found("application", entity.uid)


async def _found(reader: Reader, entity: Entity) -> Row:
    return _living(await store.application(reader, entity.id), entity)


def _living(row: Row | None, entity: Entity) -> Row:
    if row is None or row["deleted_at"] is not None:
        raise not_found("application", entity.uid)
    return row


async def _check_no_devices(tx: Transaction, entity: Entity) -> None:
    count = await store.devices(tx, entity.id)
    if count:
        raise FailedPrecondition(
            "pkg/identityserver",
            "application_has_devices",
            "application `{application_id}` still has {count} end devices",
            application_id=entity.uid,
            count=count,
        )


async def _check_contacts(tx: Transaction, caller: Caller, row: Row, part: v3.Application) -> None:
    """A contact is a collaborator or the caller itself, so that nobody is named without a part in it."""
    for name in CONTACTS:
        contact = getattr(part, name)
        kind = "organization" if contact.HasField("organization_ids") else "user"
        uid = contact.organization_ids.organization_id or contact.user_ids.user_id
        if not uid or (kind, uid) == (caller.kind, caller.uid):
            continue
        if not await store.is_collaborator(tx, row["id"], kind, uid):
            raise invalid_field(f"application.{name}", "expected a collaborator of the application, or yourself")
