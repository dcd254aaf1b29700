"""Organizations: create, look, change, delete, bring back, remove for good. Whoever creates one owns it."""

from collections.abc import Sequence

from claimstack.accounts import store
from claimstack.accounts.policy import AccountPolicy
from claimstack.errors import AlreadyExists, invalid_field
from claimstack.events import Event, post
from claimstack.identity import (
    Caller,
    Page,
    Right,
    account_in,
    add_first_collaborator,
    authorize,
    authorize_restore,
    identifiers_of,
    not_found,
    remove_api_keys_of,
    remove_memberships_on,
    require_admin,
    timestamp,
    unauthenticated,
)
from claimstack.masks import apply, select
from claimstack.storage import Reader, Row, Transaction, lengthy
from claimstack.wire import v3

_BODY = ("attributes", "contact_info", "administrative_contact", "technical_contact", "fanout_notifications")
_ALWAYS = ("ids", "created_at", "updated_at")
_NEVER_SET = frozenset({"ids", "ids.organization_id", "created_at", "updated_at", "deleted_at"})


async def create_organization(
    tx: Transaction, caller: Caller, asked: v3.Organization, collaborator: v3.OrganizationOrUserIdentifiers, now: int
) -> v3.Organization:
    """Make an organization that this user owns; `id_taken` by a user or an organization."""
    kind, owner = account_in(collaborator)
    if kind != "user":
        raise invalid_field("collaborator", "expected a user: organizations have no organizations as members")
    user = await authorize(tx, caller, "user", owner, Right.USER_ORGANIZATIONS_CREATE)
    uid = asked.ids.organization_id
    if await store.uid_taken(tx, uid):
        raise AlreadyExists("pkg/util/store", "id_taken", "ID `{id}` already taken", id=uid)
    organization = v3.Organization()
    organization.CopyFrom(asked)
    for contact in ("administrative_contact", "technical_contact"):
        if not organization.HasField(contact):
            getattr(organization, contact).CopyFrom(collaborator)
    name, description = organization.name, organization.description
    made = await store.add_account(tx, "organization", uid, name, description, _body(organization), now)
    await add_first_collaborator(tx, "organization", made, user.id, now)
    await _tell(tx, made, uid, "create", now)
    return _whole(await _row(tx, made, uid))


async def get_organization(reader: Reader, caller: Caller, uid: str, paths: Sequence[str]) -> v3.Organization:
    """The asked fields."""
    organization = await authorize(reader, caller, "organization", uid, Right.ORGANIZATION_INFO)
    return _words(await _row(reader, organization.id, uid), paths)


async def list_organizations(
    reader: Reader, caller: Caller, of: v3.OrganizationOrUserIdentifiers, wanted: store.Wanted,
    paths: Sequence[str], page: Page,
) -> tuple[list[v3.Organization], int]:  # fmt: skip
    """The organizations of a user (the caller, if none is named); an admin who names nobody gets all."""
    member = await _member(reader, caller, of)
    if member is None:
        return [], 0
    rows, total = await store.listed(
        reader, "organization", wanted._replace(member=member), page, lambda row: _whole(row).attributes
    )
    return [_words(row, paths) for row in rows], total


async def update_organization(
    tx: Transaction, caller: Caller, asked: v3.Organization, paths: Sequence[str], now: int
) -> v3.Organization:
    """Change the masked fields."""
    if not paths:
        raise invalid_field("field_mask", "expected at least one path")
    uid = asked.ids.organization_id
    entity = await authorize(tx, caller, "organization", uid, Right.ORGANIZATION_SETTINGS_BASIC)
    await store.touch(tx, entity.id, now)
    organization = _whole(await _row(tx, entity.id, uid))
    apply(organization, asked, [path for path in paths if path not in _NEVER_SET])
    name, description = organization.name, organization.description
    await store.change_account(tx, entity.id, name, description, _body(organization), now)
    await _tell(tx, entity.id, uid, "update", now)
    return _words(await _row(tx, entity.id, uid), paths)


async def delete_organization(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Delete softly: its members lose what they had through it at once; the id stays taken."""
    entity = await authorize(tx, caller, "organization", uid, Right.ORGANIZATION_DELETE)
    await store.mark_deleted(tx, entity.id, now)
    await _tell(tx, entity.id, uid, "delete", now)


async def restore_organization(tx: Transaction, policy: AccountPolicy, caller: Caller, uid: str, now: int) -> None:
    """Bring a deleted organization back, while the time for that lasts."""
    entity = await authorize_restore(
        tx, caller, "organization", uid, Right.ORGANIZATION_DELETE, since=policy.restorable_since(now)
    )
    await store.mark_deleted(tx, entity.id, None)
    await _tell(tx, entity.id, uid, "restore", now)


@lengthy
async def purge_organization(tx: Transaction, caller: Caller, uid: str, now: int) -> None:
    """Remove an organization for good, deleted before or not, for admins."""
    require_admin(caller)
    entity = await authorize(tx, caller, "organization", uid, deleted_ok=True)
    await remove_api_keys_of(tx, "organization", entity.id)
    await remove_memberships_on(tx, "organization", entity.id)
    await store.purge(tx, entity.id)
    await _tell(tx, entity.id, uid, "purge", now)


async def _member(reader: Reader, caller: Caller, of: v3.OrganizationOrUserIdentifiers) -> int | None:
    """Whose organizations are meant: a user's surrogate, 0 for everybody's, None for nobody's."""
    if caller.anonymous:
        raise unauthenticated()
    kind, uid = account_in(of)
    if kind == "organization":
        return None
    if kind == "" and caller.admin:
        return 0
    if kind == "" and caller.kind != "user":
        return None
    user = await authorize(reader, caller, "user", uid or caller.uid, Right.USER_ORGANIZATIONS_LIST)
    return user.id


def _whole(row: Row) -> v3.Organization:
    organization = v3.Organization.FromString(bytes(row["body"]))
    organization.ids.organization_id = row["uid"]
    organization.name, organization.description = row["name"], row["description"]
    for name in ("created_at", "updated_at", "deleted_at"):
        if row[name] is not None:
            getattr(organization, name).CopyFrom(timestamp(row[name]))
    return organization


def _words(row: Row, paths: Sequence[str]) -> v3.Organization:
    return select(_whole(row), [*_ALWAYS, *(path for path in paths if path not in _ALWAYS)])


def _body(organization: v3.Organization) -> bytes:
    return select(organization, _BODY).SerializeToString()


async def _row(reader: Reader, account: int, uid: str) -> Row:
    row = await store.account(reader, "organization", account)
    if row is None:
        raise not_found("organization", uid)
    return row


async def _tell(tx: Transaction, account: int, uid: str, deed: str, now: int) -> None:
    visible = (int(Right.ORGANIZATION_INFO),)
    ids = identifiers_of("organization", uid)
    await post(tx, Event(f"organization.{deed}", now, "organization", account, ids, visible))
