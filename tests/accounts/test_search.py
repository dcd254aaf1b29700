"""Search among users and organizations."""

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.accounts import search_accounts, search_organizations, search_users
from claimstack.errors import NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ANONYMOUS, Caller, Right, account_in
from claimstack.storage import Database, Transaction
from claimstack.wire import v3
from tests.support.people import a_user, an_application, an_organization, grant


async def described(db: Database, uid: str, name: str, description: str = "", **attributes: str) -> None:
    body = v3.User(attributes=attributes).SerializeToString()  # organizations have the same field number

    async def verb(tx: Transaction) -> None:
        sql = "UPDATE account SET name = $2, description = $3, body = $4 WHERE uid = $1"
        await tx.execute(sql, uid, name, description, body)

    await db.transaction(verb)


async def users(db: Database, caller: Caller, **words: Any) -> list[str]:
    found, total = await search_users(db, caller, v3.SearchUsersRequest(order="user_id", **words))
    assert total >= len(found)
    return [one.ids.user_id for one in found]


async def accounts(db: Database, caller: Caller, query: str, **words: Any) -> list[str]:
    found = await search_accounts(db, caller, v3.SearchAccountsRequest(query=query, **words))
    return [account_in(one)[1] for one in found.account_ids]


async def test_users_are_found_by_id_name_and_description_in_either_case(
    db: Database, admin: Caller, maker: Caller, stranger: Caller
) -> None:
    await described(db, "maker", "Ada Lovelace", "Analytical ENGINES")
    assert await users(db, admin, id_contains="AKE") == ["maker"]
    assert await users(db, admin, name_contains="love") == ["maker"]
    assert await users(db, admin, description_contains="engines") == ["maker"]
    assert await users(db, admin, query="lovelace") == ["maker"]
    assert await users(db, admin, query="r") == ["maker", "stranger"]
    assert await users(db, admin, id_contains="maker", name_contains="nobody") == []


async def test_wildcards_stand_for_themselves(db: Database, admin: Caller, maker: Caller) -> None:
    await described(db, "maker", "100 % a_b \\ c")
    for text in ("%", "_", "\\", "a_b", "0 %"):
        assert await users(db, admin, name_contains=text) == ["maker"]
    for text in ("%%", "__", "a%b", "\\%"):
        assert await users(db, admin, name_contains=text) == []


async def test_users_are_found_by_state_and_attributes(db: Database, admin: Caller, maker: Caller) -> None:
    await a_user(db, "waiting", state=v3.STATE_REQUESTED)
    await described(db, "maker", "", "", team="Radio", city="ulm")
    await described(db, "waiting", "", "", team="radio two")
    assert await users(db, admin, state=[v3.STATE_REQUESTED]) == ["waiting"]
    assert await users(db, admin, attributes_contain={"team": "radio"}) == ["maker", "waiting"]
    assert await users(db, admin, attributes_contain={"team": "radio", "city": "u"}) == ["maker"]
    page, total = await search_users(
        db, admin, v3.SearchUsersRequest(order="user_id", limit=1, page=2, attributes_contain={"team": "radio"})
    )
    assert ([one.ids.user_id for one in page], total) == (["waiting"], 2)


async def test_only_admins_search_for_users(db: Database, maker: Caller) -> None:
    with pytest.raises(PermissionDenied, match="search_forbidden"):
        await users(db, maker)
    with pytest.raises(Unauthenticated):
        await users(db, ANONYMOUS)


async def test_organizations_are_found_among_ones_own(
    db: Database, admin: Caller, maker: Caller, stranger: Caller
) -> None:
    await an_organization(db, "makers", maker)
    await an_organization(db, "other-makers", stranger)
    await described(db, "makers", "The Makers", "", team="radio")

    async def found(caller: Caller, **words: Any) -> list[str]:
        request = v3.SearchOrganizationsRequest(order="organization_id", **words)
        return [one.ids.organization_id for one in (await search_organizations(db, caller, request))[0]]

    assert await found(maker, id_contains="makers") == ["makers"]
    assert await found(maker, attributes_contain={"team": "rad"}) == ["makers"]
    assert await found(maker, attributes_contain={"team": "x"}) == []
    assert await found(admin, id_contains="makers") == ["makers", "other-makers"]
    request = v3.SearchOrganizationsRequest(query="the makers", field_mask=FieldMask(paths=["name"]))
    assert (await search_organizations(db, maker, request))[0][0].name == "The Makers"


async def test_accounts_are_found_by_part_of_the_id_but_not_by_a_letter(
    db: Database, maker: Caller, stranger: Caller
) -> None:
    await an_organization(db, "makers", maker)
    assert await accounts(db, stranger, "mak") == ["maker", "makers"]
    assert await accounts(db, stranger, "mak", only_users=True) == ["maker"]
    assert await accounts(db, stranger, "ma") == []
    assert await accounts(db, stranger, "") == []
    assert await accounts(db, stranger, "_") == []
    assert await accounts(db, stranger, "%a%") == []
    with pytest.raises(Unauthenticated):
        await accounts(db, ANONYMOUS, "mak")


async def test_collaborators_are_found_and_those_who_could_be(db: Database, maker: Caller, stranger: Caller) -> None:
    app = await an_application(db, "maker-app", maker)
    member = await a_user(db, "member")
    await grant(db, "application", app, member, Right.APPLICATION_INFO)
    of = {"application_ids": v3.ApplicationIdentifiers(application_id="maker-app")}
    assert await accounts(db, maker, "", **of) == ["maker", "member"]
    assert await accounts(db, maker, "emb", **of) == ["member"]
    assert await accounts(db, maker, "str", complement_collaborators=True, **of) == ["stranger"]
    assert await accounts(db, maker, "mem", complement_collaborators=True, **of) == []
    for caller, error in ((stranger, "no_application_rights"), (member, "insufficient_application_rights")):
        with pytest.raises(PermissionDenied, match=error):
            await accounts(db, caller, "", **of)


async def test_gateways_and_clients_are_not_kept_here(db: Database, maker: Caller) -> None:
    with pytest.raises(NotFound, match="gateway_not_found"):
        await accounts(db, maker, "", gateway_ids=v3.GatewayIdentifiers(gateway_id="a-gateway"))


async def test_deleted_accounts_are_found_only_when_asked_for(db: Database, admin: Caller, maker: Caller) -> None:
    async def verb(tx: Transaction) -> None:
        await tx.execute("UPDATE account SET deleted_at = 1 WHERE uid = 'maker'")

    await db.transaction(verb)
    assert await users(db, admin, id_contains="maker") == []
    assert await users(db, admin, id_contains="maker", deleted=True) == ["maker"]
    assert await accounts(db, admin, "maker") == []
