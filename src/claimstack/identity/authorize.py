"""May this caller do that, here? One statement finds the entity and everything that gives the caller rights on it.

Rights come from being the entity, from membership, directly or by way of an organization (there bounded by what the
member holds in it), or from being an admin; whatever their source, the credential bounds them.
"""

from collections.abc import Sequence

from claimstack.errors import FailedPrecondition
from claimstack.identity import store
from claimstack.identity.caller import Caller, EntityKind
from claimstack.identity.entity import POSSIBLE, Entity, no_rights, not_found, unauthenticated
from claimstack.identity.rights import ALL_RIGHTS, NO_RIGHTS, USER_RIGHTS, Right, Rights
from claimstack.storage import Reader, Row

# docs/decisions/admin-rights.md: people, organizations and the state of entities; no devices, keys, collaborators.
ADMIN_RIGHTS: dict[EntityKind, Rights] = {
    "application": Rights.of(Right.APPLICATION_INFO, Right.APPLICATION_DELETE),
    "organization": Rights.of(
        Right.ORGANIZATION_INFO,
        Right.ORGANIZATION_SETTINGS_BASIC,
        Right.ORGANIZATION_DELETE,
        Right.ORGANIZATION_APPLICATIONS_LIST,
    ),
    "user": Rights(
        USER_RIGHTS & ~Rights.of(Right.USER_SETTINGS_API_KEYS, Right.USER_NOTIFICATIONS_READ, Right.USER_ALL)
    ),
}


async def authorize(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, *needed: Right, deleted_ok: bool = False
) -> Entity:
    """The entity, if the caller holds every needed right on it.

    Raises `unauthenticated`, `no_…_rights` (also when there is no such entity), `insufficient_…_rights`; and, to those
    who hold rights or are admin, `…_not_found` for what is deleted or never was.
    """
    entity = await entity_for(reader, caller, kind, uid)
    if entity is None:
        raise not_found(kind, uid) if caller.admin else no_rights(kind, uid)
    entity.require(*needed)
    if entity.deleted_at is not None and not deleted_ok:
        raise not_found(kind, uid)
    return entity


async def authorize_restore(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, *needed: Right, since: int
) -> Entity:
    """The deleted entity that the caller may bring back; `since`: what was deleted before is gone for good.

    Raises as `authorize`, and `…_not_deleted`, `restore_window_expired` (FailedPrecondition).
    """
    entity = await authorize(reader, caller, kind, uid, *needed, deleted_ok=True)
    if entity.deleted_at is None:
        name, text = f"{kind}_not_deleted", f"{kind} `{{uid}}` is not deleted"
        raise FailedPrecondition("pkg/identityserver", name, text, uid=uid)
    if entity.deleted_at <= since:
        text = f"{kind} `{{uid}}` was deleted too long ago to be restored"
        raise FailedPrecondition("pkg/identityserver", "restore_window_expired", text, uid=uid)
    return entity


async def entity_for(reader: Reader, caller: Caller, kind: EntityKind, uid: str) -> Entity | None:
    """The entity with the caller's rights on it (perhaps none); None when it never was or is purged."""
    if caller.anonymous:
        raise unauthenticated()
    return _entity(caller, kind, await store.grants(reader, kind, uid, _account(caller)))


async def entity_by_id(reader: Reader, caller: Caller, kind: EntityKind, entity: int) -> Entity | None:
    """As `entity_for`, by surrogate key."""
    if caller.anonymous:
        raise unauthenticated()
    return _entity(caller, kind, await store.grants_by_id(reader, kind, entity, _account(caller)))


async def effective_rights(reader: Reader, caller: Caller, kind: EntityKind, uid: str) -> Rights:
    """The caller's rights on the entity; none on what is deleted, unknown, or asked for anonymously."""
    if caller.anonymous:
        return NO_RIGHTS
    entity = await entity_for(reader, caller, kind, uid)
    return entity.rights if entity and entity.deleted_at is None else NO_RIGHTS


def require_admin(caller: Caller) -> None:
    """`no_user_rights` unless the caller is an admin, acting with an unrestricted credential."""
    if caller.anonymous:
        raise unauthenticated()
    if not caller.admin:
        raise no_rights("user", caller.uid)


def _account(caller: Caller) -> int:
    return 0 if caller.kind == "application" else caller.entity


def _entity(caller: Caller, kind: EntityKind, rows: Sequence[Row]) -> Entity | None:
    if not rows:
        return None
    first = rows[0]
    rights = _rights(caller, kind, first["id"], rows)
    return Entity(kind, first["id"], first["uid"], rights, first["deleted_at"])


def _rights(caller: Caller, kind: EntityKind, entity: int, rows: Sequence[Row]) -> Rights:
    if (caller.kind, caller.entity) == (kind, entity):
        rights = int(ALL_RIGHTS)
    else:
        rights = int(ADMIN_RIGHTS[kind] if caller.admin else NO_RIGHTS)
        for row in rows:
            rights |= (row["granted"] or 0) & _within(caller, row)
    return Rights(rights & POSSIBLE[kind] & caller.ceiling)


def _within(caller: Caller, row: Row) -> int:
    """All of a grant to the caller itself; of a grant to an organization, what the caller holds in that."""
    return ALL_RIGHTS if row["account"] == caller.entity else row["member_rights"] or 0
