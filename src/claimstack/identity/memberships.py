"""Collaborators of applications and members of organizations: accounts with rights on them.

Nobody grants or takes what they do not hold, and someone with all rights always stays.
"""

from claimstack.errors import FailedPrecondition, NotFound, invalid_field
from claimstack.events import Event, post
from claimstack.identity import store, words
from claimstack.identity.authorize import authorize, entity_for
from claimstack.identity.caller import Caller, EntityKind
from claimstack.identity.entity import Entity, no_rights, rights_on
from claimstack.identity.rights import APPLICATION_RIGHTS, ORGANIZATION_RIGHTS, Right, Rights
from claimstack.storage import Reader, Row, Transaction
from claimstack.wire import v3

_MANAGES: dict[EntityKind, Right] = {
    "application": Right.APPLICATION_SETTINGS_COLLABORATORS,
    "organization": Right.ORGANIZATION_SETTINGS_MEMBERS,
}
_FULL: dict[EntityKind, Rights] = {"application": APPLICATION_RIGHTS, "organization": ORGANIZATION_RIGHTS}


async def set_collaborator(
    tx: Transaction, caller: Caller, kind: EntityKind, uid: str, collaborator: v3.Collaborator, now: int
) -> None:
    """Give the account exactly these rights; no rights: take it off the list."""
    if not collaborator.rights:
        await delete_collaborator(tx, caller, kind, uid, collaborator.ids, now)
        return
    entity = await authorize(tx, caller, kind, uid, _MANAGES[kind])
    account = await _account(tx, kind, collaborator.ids)
    await store.hold(tx, kind, entity.id)
    rights = rights_on(kind, collaborator.rights)
    entity.require_all(rights ^ await store.membership(tx, kind, entity.id, account["id"]))
    await store.set_membership(tx, kind, entity.id, account["id"], rights, now)
    await _someone_stays(tx, entity)
    await _tell(tx, entity, "update", collaborator, now)


async def delete_collaborator(
    tx: Transaction, caller: Caller, kind: EntityKind, uid: str, ids: v3.OrganizationOrUserIdentifiers, now: int
) -> None:
    """Take the account off the list. A user may always leave by itself."""
    entity = await _leaving(tx, caller, kind, uid, ids)
    account = await _account(tx, kind, ids, deleted_ok=True)
    await store.hold(tx, kind, entity.id)
    held = await store.membership(tx, kind, entity.id, account["id"])
    if not held:
        raise _not_found(kind, uid, ids)
    if (caller.kind, caller.uid) != words.account_in(ids):
        entity.require_all(held)
    await store.remove_membership(tx, kind, entity.id, account["id"])
    await _someone_stays(tx, entity)
    await _tell(tx, entity, "delete", v3.Collaborator(ids=ids), now)


async def get_collaborator(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, ids: v3.OrganizationOrUserIdentifiers
) -> v3.GetCollaboratorResponse:
    """The rights of one account; `collaborator_not_found`. A user may always ask about itself."""
    entity = await _leaving(reader, caller, kind, uid, ids)
    account = await _account(reader, kind, ids, deleted_ok=True)
    held = Rights(await store.membership(reader, kind, entity.id, account["id"]))
    if not held:
        raise _not_found(kind, uid, ids)
    return v3.GetCollaboratorResponse(ids=ids, rights=held.collapsed())  # type: ignore[arg-type]


async def list_collaborators(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, page: store.Page
) -> tuple[list[v3.Collaborator], int]:
    """The collaborators of one page and how many there are."""
    entity = await authorize(reader, caller, kind, uid, _MANAGES[kind])
    rows, total = await store.members(reader, kind, entity.id, page)
    return [_collaborator(row) for row in rows], total


async def add_first_collaborator(tx: Transaction, kind: EntityKind, entity: int, account: int, now: int) -> None:
    """Who creates an entity, or whom it is created for, holds every right on it."""
    await store.set_membership(tx, kind, entity, account, rights_on(kind, [Right.ALL]), now)


async def _leaving(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, ids: v3.OrganizationOrUserIdentifiers
) -> Entity:
    """Who is named by the ids needs no right beyond being on the list."""
    if (caller.kind, caller.uid) != words.account_in(ids):
        return await authorize(reader, caller, kind, uid, _MANAGES[kind])
    entity = await entity_for(reader, caller, kind, uid)
    if entity is None or not entity.rights:
        raise no_rights(kind, uid)
    return await authorize(reader, caller, kind, uid)


async def _account(
    reader: Reader, kind: EntityKind, ids: v3.OrganizationOrUserIdentifiers, *, deleted_ok: bool = False
) -> Row:
    account_kind, account_uid = words.account_in(ids)
    if kind == "organization" and account_kind == "organization":
        raise invalid_field("collaborator.ids", "expected a user: organizations have no organizations as members")
    row = await store.account(reader, account_kind, account_uid, deleted_ok=deleted_ok)
    if row is None:
        raise NotFound("pkg/identityserver/store", "account_not_found", "account `{uid}` not found", uid=account_uid)
    return row


async def _someone_stays(tx: Transaction, entity: Entity) -> None:
    if not await store.full_members(tx, entity.kind, entity.id, _FULL[entity.kind]):
        raise FailedPrecondition(
            "pkg/identityserver",
            f"{entity.kind}_needs_collaborator",
            f"every {entity.kind} needs at least one collaborator with all rights",
        )


def _collaborator(row: Row) -> v3.Collaborator:
    rights = Rights(row["rights"]).collapsed()
    return v3.Collaborator(ids=words.account_ids(row["kind"], row["uid"]), rights=rights)  # type: ignore[arg-type]


def _not_found(kind: EntityKind, uid: str, ids: v3.OrganizationOrUserIdentifiers) -> NotFound:
    return NotFound(
        "pkg/identityserver/store",
        "membership_not_found",
        f"account `{{account_id}}` is not a member of {kind} `{{entity_id}}`",
        account_id=words.account_in(ids)[1],
        entity_id=uid,
    )


async def _tell(tx: Transaction, entity: Entity, deed: str, collaborator: v3.Collaborator, now: int) -> None:
    name = f"{entity.kind}.collaborator.{deed}"
    visibility = (int(_MANAGES[entity.kind]),)
    await post(tx, Event(name, now, entity.kind, entity.id, entity.identifiers(), visibility, payload=collaborator))
