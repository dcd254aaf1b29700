"""Lists and searches of applications: what a caller may see."""

from typing import Any

import pytest

from claimstack.errors import PermissionDenied, Unauthenticated
from claimstack.identity import ANONYMOUS, Caller, Right, Rights
from claimstack.wire import v3
from tests.applications.conftest import House
from tests.applications.test_register import MAKER, MAKERS, created
from tests.support.devices import a_call
from tests.support.people import grant, with_rights


@pytest.fixture
async def shelf(house: House) -> House:
    """`alpha` of the maker, `beta` of its organization, `gamma` of the stranger."""
    await created(house, "alpha", name="Zulu", attributes={"site": "North"})
    await created(house, "beta-1", owner=MAKERS, name="Yankee", description="100%")
    stranger = v3.OrganizationOrUserIdentifiers(user_ids={"user_id": "stranger"})
    await created(house, "gamma", by=house.stranger, owner=stranger, name="Xray")
    return house


async def listed(house: House, caller: Caller, **fields: Any) -> list[str]:
    found = await house.registry.List(v3.ListApplicationsRequest(**fields), a_call(caller))
    return [one.ids.application_id for one in found.applications]


async def found(house: House, caller: Caller, **fields: Any) -> list[str]:
    answer = await house.search.SearchApplications(v3.SearchApplicationsRequest(**fields), a_call(caller))
    return [one.ids.application_id for one in answer.applications]


async def test_a_list_shows_all_that_the_caller_has_rights_on(shelf: House) -> None:
    assert await listed(shelf, shelf.maker) == ["alpha", "beta-1"]
    assert await listed(shelf, shelf.stranger) == ["gamma"]
    assert await listed(shelf, shelf.makers) == ["beta-1"]
    assert await listed(shelf, shelf.admin) == ["alpha", "beta-1", "gamma"]


async def test_a_list_of_a_collaborator_shows_its_own(shelf: House) -> None:
    assert await listed(shelf, shelf.maker, collaborator=MAKER) == ["alpha"]
    assert await listed(shelf, shelf.maker, collaborator=MAKERS) == ["beta-1"]
    with pytest.raises(PermissionDenied, match="no_organization_rights"):
        await listed(shelf, shelf.stranger, collaborator=MAKERS)
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await listed(shelf, shelf.stranger, collaborator=MAKER)


async def test_pages_orders_and_total(shelf: House) -> None:
    assert await listed(shelf, shelf.admin, order="name") == ["gamma", "beta-1", "alpha"]
    assert await listed(shelf, shelf.admin, order="-application_id", limit=2) == ["gamma", "beta-1"]
    call = a_call(shelf.admin)
    answer = await shelf.registry.List(v3.ListApplicationsRequest(limit=2, page=2), call)
    assert [one.ids.application_id for one in answer.applications] == ["gamma"]
    assert call.headers["x-total-count"] == "3"


async def test_deleted_applications_are_listed_when_asked_for(shelf: House) -> None:
    await shelf.registry.Delete(v3.ApplicationIdentifiers(application_id="alpha"), a_call(shelf.maker))
    assert await listed(shelf, shelf.maker) == ["beta-1"]
    answer = await shelf.registry.List(v3.ListApplicationsRequest(deleted=True), a_call(shelf.maker))
    assert [one.ids.application_id for one in answer.applications] == ["alpha"]
    assert answer.applications[0].HasField("deleted_at")


async def test_a_collaborator_without_the_right_to_see_it_does_not(shelf: House) -> None:
    app = await shelf.db.fetchval("SELECT id FROM application WHERE uid = 'gamma'")
    await grant(shelf.db, "application", app, shelf.maker, Right.APPLICATION_DEVICES_READ)
    assert await listed(shelf, shelf.maker) == ["alpha", "beta-1"]


async def test_a_credential_bounds_what_a_list_shows(shelf: House) -> None:
    lists_only = with_rights(shelf.maker, Right.USER_APPLICATIONS_LIST)
    request = v3.ListApplicationsRequest(field_mask={"paths": ["name"]})
    answer = await shelf.registry.List(request, a_call(lists_only))
    assert [(one.ids.application_id, one.name) for one in answer.applications] == [("alpha", ""), ("beta-1", "")]
    full = await shelf.registry.List(request, a_call(shelf.maker))
    assert [one.name for one in full.applications] == ["Zulu", "Yankee"]
    with pytest.raises(PermissionDenied, match="APPLICATIONS_LIST"):
        await listed(shelf, with_rights(shelf.maker, Right.APPLICATION_INFO))
    with pytest.raises(Unauthenticated):
        await listed(shelf, ANONYMOUS)


async def test_a_key_of_an_application_sees_just_that(shelf: House) -> None:
    app = await shelf.db.fetchval("SELECT id FROM application WHERE uid = 'alpha'")
    key = Caller(
        kind="application", entity=app, uid="alpha", credential="api_key", ceiling=Rights.of(Right.APPLICATION_INFO)
    )
    assert await listed(shelf, key) == ["alpha"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"id_contains": "ETA"}, ["beta-1"]),
        ({"name_contains": "zul"}, ["alpha"]),
        ({"description_contains": "0%"}, ["beta-1"]),
        ({"description_contains": "_"}, []),
        ({"query": "yan"}, ["beta-1"]),
        ({"attributes_contain": {"site": "north"}}, ["alpha"]),
        ({"attributes_contain": {"site": "south"}}, []),
        ({"id_contains": "a", "order": "-application_id", "limit": 1}, ["beta-1"]),
        ({"query": "xray"}, []),
    ],
)
async def test_what_is_found(shelf: House, fields: dict[str, Any], expected: list[str]) -> None:
    assert await found(shelf, shelf.maker, **fields) == expected


async def test_the_total_counts_all_that_was_found(shelf: House) -> None:
    by_id = v3.SearchApplicationsRequest(limit=1, id_contains="a")
    by_attribute = v3.SearchApplicationsRequest(limit=1, page=2, attributes_contain={"site": "nor"})
    for request, total in ((by_id, "2"), (by_attribute, "1")):
        call = a_call(shelf.maker)
        await shelf.search.SearchApplications(request, call)
        assert call.headers["x-total-count"] == total
