"""Lists and searches of applications: what a caller may see, page by page."""

from collections.abc import Sequence

from claimstack.applications import store
from claimstack.applications.application import shown, whole
from claimstack.errors import PermissionDenied
from claimstack.identity import Caller, Page, Right, Rights, authorize, unauthenticated
from claimstack.storage import Reader, Row
from claimstack.wire import v3

_INFO = Rights.of(Right.APPLICATION_INFO)
_LIST = Rights.of(Right.USER_APPLICATIONS_LIST, Right.ORGANIZATION_APPLICATIONS_LIST)


async def list_applications(
    reader: Reader, caller: Caller, request: v3.ListApplicationsRequest
) -> tuple[list[v3.Application], int]:
    """One page, and how many there are: of a collaborator, or of all that the caller may see."""
    scope = await _of_collaborator(reader, caller, request.collaborator) if request.HasField("collaborator") else None
    scope = (scope or _visible(caller)).deleted(request.deleted)
    wanted = Page.asked(request.limit, request.page, request.order)
    rows, total = await store.page(reader, scope, wanted)
    return [_shown(caller, row, request.field_mask.paths) for row in rows], total


async def search_applications(
    reader: Reader, caller: Caller, request: v3.SearchApplicationsRequest
) -> tuple[list[v3.Application], int]:
    """One page of those where every given text is contained, and how many there are."""
    scope = _visible(caller).deleted(request.deleted)
    scope = scope.containing(["uid"], request.id_contains).containing(["name"], request.name_contains)
    scope = scope.containing(["description"], request.description_contains)
    scope = scope.containing(["uid", "name", "description"], request.query)
    wanted = Page.asked(request.limit, request.page, request.order)
    if request.attributes_contain:
        found = await store.every(reader, scope, wanted)
        rows = [row for row in found if _has_attributes(row, dict(request.attributes_contain))]
        page, total = rows[wanted.offset : wanted.offset + wanted.limit], len(rows)
    else:
        page, total = await _page(reader, scope, wanted)
    return [_shown(caller, row, request.field_mask.paths) for row in page], total


async def _page(reader: Reader, scope: store.Scope, wanted: Page) -> tuple[list[Row], int]:
    rows, total = await store.page(reader, scope, wanted)
    return list(rows), total


def _visible(caller: Caller) -> store.Scope:
    if caller.anonymous:
        raise unauthenticated()
    if caller.kind == "application":
        return store.Scope.one(caller.entity)
    if not caller.ceiling & _LIST:
        raise _may_not_list(caller)
    return store.Scope() if caller.admin else store.Scope.visible_to(caller.entity, _INFO)


async def _of_collaborator(reader: Reader, caller: Caller, ids: v3.OrganizationOrUserIdentifiers) -> store.Scope:
    if ids.HasField("organization_ids"):
        uid, right = ids.organization_ids.organization_id, Right.ORGANIZATION_APPLICATIONS_LIST
        return store.Scope.of((await authorize(reader, caller, "organization", uid, right)).id)
    return store.Scope.of(
        (await authorize(reader, caller, "user", ids.user_ids.user_id, Right.USER_APPLICATIONS_LIST)).id
    )


def _shown(caller: Caller, row: Row, paths: Sequence[str]) -> v3.Application:
    # A credential that cannot see any application's inside may still learn which there are.
    return shown(row, whole(row), paths if caller.ceiling.has(Right.APPLICATION_INFO) else ())


def _has_attributes(row: Row, wanted: dict[str, str]) -> bool:
    attributes = v3.Application.FromString(bytes(row["body"])).attributes
    return all(key in attributes and text.lower() in attributes[key].lower() for key, text in wanted.items())


def _may_not_list(caller: Caller) -> PermissionDenied:
    return PermissionDenied(
        "pkg/auth/rights",
        f"insufficient_{caller.kind}_rights",
        f"insufficient rights for {caller.kind} `{{uid}}`: missing {{missing}}",
        uid=caller.uid,
        missing=", ".join(_LIST.names()),
    )
