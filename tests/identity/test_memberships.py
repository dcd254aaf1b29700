"""Collaborators of applications, members of organizations."""

import pytest

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import FailedPrecondition, Invalid, NotFound, PermissionDenied
from claimstack.identity import (
    APPLICATION_RIGHTS,
    Caller,
    EntityMembers,
    Right,
    Rights,
    account_ids,
    delete_collaborator,
    effective_rights,
)
from claimstack.storage import Database
from claimstack.wire import v3
from tests.support.people import NOW, a_user, an_application, an_organization, grant, with_rights
from tests.support.races import Deed, overlapping

INFO, COLLABORATORS = Right.APPLICATION_INFO, Right.APPLICATION_SETTINGS_COLLABORATORS


def call(caller: Caller) -> Call:
    return Call(method="test", now=from_micros(NOW), caller=caller)


def collaborator(of: Caller, *rights: Right) -> v3.Collaborator:
    return v3.Collaborator(ids=account_ids(str(of.kind), of.uid), rights=rights)  # type: ignore[arg-type]


@pytest.fixture
async def maker(db: Database) -> Caller:
    caller = await a_user(db, "maker")
    await an_application(db, "maker-app", caller)
    return caller


@pytest.fixture
def members(db: Database) -> EntityMembers:
    return EntityMembers(db, "application")


async def test_a_collaborator_has_exactly_the_rights_last_given(
    db: Database, members: EntityMembers, maker: Caller
) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, INFO, Right.APPLICATION_DEVICES_READ))
    await members.set(call(maker), "maker-app", collaborator(owner, INFO))
    assert await effective_rights(db, owner, "application", "maker-app") == Rights.of(INFO)
    found = await members.get(call(maker), "maker-app", account_ids("user", "owner"))
    assert (found.ids.user_ids.user_id, list(found.rights)) == ("owner", [INFO])


async def test_no_rights_take_a_collaborator_off_the_list(db: Database, members: EntityMembers, maker: Caller) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, INFO))
    await members.set(call(maker), "maker-app", collaborator(owner))
    assert not await effective_rights(db, owner, "application", "maker-app")
    with pytest.raises(NotFound, match="membership_not_found"):
        await members.get(call(maker), "maker-app", account_ids("user", "owner"))


async def test_an_organization_can_collaborate_on_an_application_but_not_on_an_organization(
    db: Database, members: EntityMembers, maker: Caller
) -> None:
    org, other = await an_organization(db, "makers", maker), await an_organization(db, "others", maker)
    await members.set(call(maker), "maker-app", collaborator(org, Right.APPLICATION_ALL))
    assert await effective_rights(db, org, "application", "maker-app") == APPLICATION_RIGHTS
    with pytest.raises(Invalid, match="organizations have no organizations"):
        await EntityMembers(db, "organization").set(call(maker), "makers", collaborator(other, Right.ORGANIZATION_INFO))


async def test_nobody_grants_what_they_do_not_hold(db: Database, members: EntityMembers, maker: Caller) -> None:
    helper, friend = await a_user(db, "assistant"), await a_user(db, "friend")
    await members.set(call(maker), "maker-app", collaborator(helper, INFO, COLLABORATORS))
    await members.set(call(helper), "maker-app", collaborator(friend, INFO))
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await members.set(call(helper), "maker-app", collaborator(friend, INFO, Right.APPLICATION_DEVICES_READ))
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await members.set(call(helper), "maker-app", collaborator(helper, Right.APPLICATION_ALL))


async def test_nobody_takes_from_another_what_they_do_not_hold(
    db: Database, members: EntityMembers, maker: Caller
) -> None:
    helper = await a_user(db, "assistant")
    await members.set(call(maker), "maker-app", collaborator(helper, INFO, COLLABORATORS))
    for attempt in (
        members.set(call(helper), "maker-app", collaborator(maker, INFO)),
        members.delete(call(helper), "maker-app", account_ids("user", "maker")),
    ):
        with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
            await attempt


async def test_the_last_collaborator_with_all_rights_stays(db: Database, members: EntityMembers, maker: Caller) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, INFO))
    for attempt in (
        members.delete(call(maker), "maker-app", account_ids("user", "maker")),
        members.set(call(maker), "maker-app", collaborator(maker, INFO, COLLABORATORS)),
    ):
        with pytest.raises(FailedPrecondition, match="application_needs_collaborator"):
            await attempt
    assert await effective_rights(db, maker, "application", "maker-app") == APPLICATION_RIGHTS
    await members.set(call(maker), "maker-app", collaborator(owner, Right.APPLICATION_ALL))
    await members.delete(call(maker), "maker-app", account_ids("user", "maker"))
    assert not await effective_rights(db, maker, "application", "maker-app")


async def test_of_two_owners_who_leave_at_once_one_stays(db: Database, members: EntityMembers, maker: Caller) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, Right.APPLICATION_ALL))

    def leaving(one: Caller) -> Deed:
        return lambda tx: delete_collaborator(tx, one, "application", "maker-app", account_ids("user", one.uid), NOW)

    answers = await overlapping(db, leaving(maker), leaving(owner))
    assert sum(isinstance(answer, FailedPrecondition) for answer in answers) == 1
    assert await db.fetchval("SELECT count(*) FROM membership") == 1


async def test_everybody_may_look_at_and_leave_their_own_place(
    db: Database, members: EntityMembers, maker: Caller
) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, Right.APPLICATION_DEVICES_READ))
    ids = account_ids("user", "owner")
    assert list((await members.get(call(owner), "maker-app", ids)).rights) == [Right.APPLICATION_DEVICES_READ]
    await members.delete(call(owner), "maker-app", ids)
    assert not await effective_rights(db, owner, "application", "maker-app")


async def test_a_stranger_learns_nothing_of_collaborators(db: Database, members: EntityMembers, maker: Caller) -> None:
    stranger = await a_user(db, "stranger")
    for uid in ("maker-app", "no-such-app"):
        for attempt in (
            members.list(call(stranger), uid, v3.ListApplicationCollaboratorsRequest()),
            members.get(call(stranger), uid, account_ids("user", "stranger")),
            members.delete(call(stranger), uid, account_ids("user", "stranger")),
            members.set(call(stranger), uid, collaborator(stranger, Right.APPLICATION_ALL)),
        ):
            with pytest.raises(PermissionDenied, match="no_application_rights"):
                await attempt


async def test_an_unknown_account_cannot_collaborate(members: EntityMembers, maker: Caller) -> None:
    nobody = v3.Collaborator(ids=account_ids("user", "nobody"), rights=[v3.RIGHT_APPLICATION_INFO])
    with pytest.raises(NotFound, match="account_not_found"):
        await members.set(call(maker), "maker-app", nobody)


async def test_a_bounded_key_of_an_owner_hands_out_only_its_bounds(
    db: Database, members: EntityMembers, maker: Caller
) -> None:
    owner = await a_user(db, "owner")
    key = with_rights(maker, INFO, COLLABORATORS)
    await members.set(call(key), "maker-app", collaborator(owner, INFO))
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await members.set(call(key), "maker-app", collaborator(owner, Right.APPLICATION_ALL))


async def test_lists_have_an_order_pages_and_a_total(db: Database, members: EntityMembers, maker: Caller) -> None:
    for uid in ("zoe", "adam"):
        await members.set(call(maker), "maker-app", collaborator(await a_user(db, uid), INFO))
    asked = call(maker)

    async def listed(**words: object) -> list[str]:
        request = v3.ListApplicationCollaboratorsRequest(**words)  # type: ignore[arg-type]
        found = await members.list(asked, "maker-app", request)
        return [one.ids.user_ids.user_id for one in found.collaborators]

    assert await listed() == ["maker", "zoe", "adam"]
    assert await listed(order="id") == ["adam", "maker", "zoe"]
    assert await listed(order="-id") == ["zoe", "maker", "adam"]
    assert (await listed(order="-rights"))[0] == "maker"
    assert await listed(order="id", limit=1, page=3) == ["zoe"]
    assert asked.headers["x-total-count"] == "3"


async def test_an_admin_puts_nobody_on_the_list(db: Database, members: EntityMembers, maker: Caller) -> None:
    admin = await a_user(db, "admin", admin=True)
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await members.set(call(admin), "maker-app", collaborator(admin, INFO))


async def test_members_of_organizations_are_kept_the_same_way(db: Database, maker: Caller) -> None:
    org, member = await an_organization(db, "makers", maker), await a_user(db, "member")
    members = EntityMembers(db, "organization")
    await members.set(call(maker), "makers", collaborator(member, Right.ORGANIZATION_INFO))
    assert await effective_rights(db, member, "organization", "makers") == Rights.of(Right.ORGANIZATION_INFO)
    with pytest.raises(FailedPrecondition, match="organization_needs_collaborator"):
        await members.delete(call(maker), "makers", account_ids("user", "maker"))
    await grant(db, "organization", org.entity, member, *Right)
    await members.delete(call(maker), "makers", account_ids("user", "maker"))


async def test_changes_are_told(db: Database, members: EntityMembers, maker: Caller) -> None:
    owner = await a_user(db, "owner")
    await members.set(call(maker), "maker-app", collaborator(owner, INFO))
    await members.delete(call(maker), "maker-app", account_ids("user", "owner"))
    names = [row["name"] for row in await db.fetch("SELECT name FROM event ORDER BY id")]
    assert names == ["application.collaborator.update", "application.collaborator.delete"]
