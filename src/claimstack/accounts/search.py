"""Search among users and organizations: the account part of EntityRegistrySearch (ttn.lorawan.v3)."""

from claimstack.accounts import store
from claimstack.accounts.organizations import list_organizations
from claimstack.accounts.users import list_users
from claimstack.errors import NotFound, PermissionDenied
from claimstack.identity import Caller, EntityKind, Page, Right, account_ids, authorize, unauthenticated
from claimstack.storage import Reader
from claimstack.wire import v3

SHORTEST_QUERY = 3  # below that, ids match whole: nobody walks through all accounts by their first letters
MOST_ACCOUNTS = 10
_SEES_COLLABORATORS: dict[EntityKind, Right] = {
    "application": Right.APPLICATION_SETTINGS_COLLABORATORS,
    "organization": Right.ORGANIZATION_SETTINGS_MEMBERS,
}


async def search_users(reader: Reader, caller: Caller, request: v3.SearchUsersRequest) -> tuple[list[v3.User], int]:
    """Users that match, for admins; `search_forbidden` for others."""
    if not caller.anonymous and not caller.admin:
        text = "search for users is for admins"
        raise PermissionDenied("pkg/identityserver", "search_forbidden", text)
    wanted = _wanted(request)._replace(states=tuple(request.state))
    page = Page.asked(request.limit, request.page, request.order)
    return await list_users(reader, caller, wanted, request.field_mask.paths, page)


async def search_organizations(
    reader: Reader, caller: Caller, request: v3.SearchOrganizationsRequest
) -> tuple[list[v3.Organization], int]:
    """Organizations that match, among the caller's own (for an admin: among all)."""
    page = Page.asked(request.limit, request.page, request.order)
    nobody = v3.OrganizationOrUserIdentifiers()
    return await list_organizations(reader, caller, nobody, _wanted(request), request.field_mask.paths, page)


async def search_accounts(
    reader: Reader, caller: Caller, request: v3.SearchAccountsRequest
) -> v3.SearchAccountsResponse:
    """Ids of the first ten accounts that match; of an entity: its collaborators, or those who are not."""
    if caller.anonymous:
        raise unauthenticated()
    kind, entity = await _entity(reader, caller, request)
    inside = bool(entity) and not request.complement_collaborators
    if len(request.query) >= SHORTEST_QUERY or inside:
        pattern = store.anywhere(request.query)
    else:
        pattern = store.anywhere(request.query)[1:-1]
    rows = await store.account_ids(
        reader, pattern, request.only_users, kind, entity, request.complement_collaborators, MOST_ACCOUNTS
    )
    return v3.SearchAccountsResponse(account_ids=[account_ids(row["kind"], row["uid"]) for row in rows])


async def _entity(reader: Reader, caller: Caller, request: v3.SearchAccountsRequest) -> tuple[str, int]:
    which = request.WhichOneof("collaborator_of")
    if which is None:
        return "", 0
    if which in ("client_ids", "gateway_ids"):
        kind = which.removesuffix("_ids")
        raise NotFound("pkg/identityserver/store", f"{kind}_not_found", f"there are no {kind}s here")
    of: EntityKind = "application" if which == "application_ids" else "organization"
    uid = request.application_ids.application_id or request.organization_ids.organization_id
    entity = await authorize(reader, caller, of, uid, _SEES_COLLABORATORS[of])
    return of, entity.id


def _wanted(request: v3.SearchUsersRequest | v3.SearchOrganizationsRequest) -> store.Wanted:
    return store.Wanted(
        id_contains=request.id_contains,
        name_contains=request.name_contains,
        description_contains=request.description_contains,
        query=request.query,
        deleted=request.deleted,
        attributes=tuple(request.attributes_contain.items()),
    )
