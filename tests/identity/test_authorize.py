"""May this caller do that, here?"""

import pytest

from claimstack.errors import NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import (
    ALL_RIGHTS,
    ANONYMOUS,
    APPLICATION_RIGHTS,
    Caller,
    Right,
    Rights,
    authorize,
    effective_rights,
    entity_by_id,
    require_admin,
)
from claimstack.storage import Database, Transaction
from tests.support.people import a_user, an_application, an_organization, grant, with_rights


async def soft_delete(tx: Transaction, table: str, entity: int) -> None:
    await tx.execute(f"UPDATE {table} SET deleted_at = 1 WHERE id = $1", entity)


async def test_who_created_an_application_may_do_everything_on_it(db: Database) -> None:
    maker = await a_user(db, "maker")
    app = await an_application(db, "maker-app", maker)
    entity = await authorize(db, maker, "application", "maker-app", Right.APPLICATION_DEVICES_WRITE_KEYS)
    assert (entity.id, entity.uid, entity.rights) == (app, "maker-app", APPLICATION_RIGHTS)


async def test_a_stranger_hears_the_same_of_what_exists_and_what_does_not(db: Database) -> None:
    maker, stranger = await a_user(db, "maker"), await a_user(db, "stranger")
    await an_application(db, "maker-app", maker)
    answers = []
    for uid in ("maker-app", "other-app"):
        with pytest.raises(PermissionDenied) as refusal:
            await authorize(db, stranger, "application", uid, Right.APPLICATION_INFO)
        answers.append((refusal.value.namespace, refusal.value.name, refusal.value.text.replace(uid, "*")))
    assert answers == [("pkg/auth/rights", "no_application_rights", "no rights for application `*`")] * 2


async def test_nobody_in_particular_is_asked_to_log_in(db: Database) -> None:
    with pytest.raises(Unauthenticated, match="pkg/identityserver:unauthenticated"):
        await authorize(db, ANONYMOUS, "application", "maker-app")


async def test_what_is_missing_is_named_to_a_collaborator(db: Database) -> None:
    maker, owner = await a_user(db, "maker"), await a_user(db, "owner")
    app = await an_application(db, "maker-app", maker)
    await grant(db, "application", app, owner, Right.APPLICATION_DEVICES_READ)
    with pytest.raises(PermissionDenied) as refusal:
        await authorize(
            db, owner, "application", "maker-app", Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE
        )
    assert refusal.value.name == "insufficient_application_rights"
    assert refusal.value.attributes == {"uid": "maker-app", "missing": "RIGHT_APPLICATION_DEVICES_WRITE"}


async def test_the_credential_bounds_the_rights_of_its_owner(db: Database) -> None:
    maker = await a_user(db, "maker")
    await an_application(db, "maker-app", maker)
    key = with_rights(maker, Right.APPLICATION_INFO, Right.USER_INFO)
    assert await effective_rights(db, key, "application", "maker-app") == Rights.of(Right.APPLICATION_INFO)
    assert await effective_rights(db, key, "user", "maker") == Rights.of(Right.APPLICATION_INFO, Right.USER_INFO)


async def test_a_member_has_what_both_it_and_the_organization_hold(db: Database) -> None:
    boss, member = await a_user(db, "boss"), await a_user(db, "member")
    org = await an_organization(db, "makers", boss)
    app = await an_application(db, "maker-app", boss)
    await grant(db, "application", app, org, Right.APPLICATION_INFO, Right.APPLICATION_DEVICES_READ)
    await grant(db, "organization", org.entity, member, Right.APPLICATION_INFO, Right.APPLICATION_DELETE)
    assert await effective_rights(db, member, "application", "maker-app") == Rights.of(Right.APPLICATION_INFO)
    assert await effective_rights(db, org, "application", "maker-app") == Rights.of(
        Right.APPLICATION_INFO, Right.APPLICATION_DEVICES_READ
    )


async def test_rights_of_several_ways_add_up(db: Database) -> None:
    boss, member = await a_user(db, "boss"), await a_user(db, "member")
    first, second = await an_organization(db, "first-org", boss), await an_organization(db, "second-org", boss)
    app = await an_application(db, "maker-app", boss)
    await grant(db, "application", app, member, Right.APPLICATION_INFO)
    await grant(db, "application", app, first, Right.APPLICATION_DEVICES_READ)
    await grant(db, "application", app, second, Right.APPLICATION_DEVICES_WRITE)
    for org in (first, second):
        await grant(
            db, "organization", org.entity, member, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE
        )
    assert await effective_rights(db, member, "application", "maker-app") == Rights.of(
        Right.APPLICATION_INFO, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE
    )


async def test_a_deleted_organization_gives_its_members_nothing(db: Database) -> None:
    boss, member = await a_user(db, "boss"), await a_user(db, "member")
    org = await an_organization(db, "makers", boss)
    app = await an_application(db, "maker-app", boss)
    await grant(db, "application", app, org, Right.APPLICATION_INFO)
    await grant(db, "organization", org.entity, member, Right.APPLICATION_INFO)
    await db.transaction(soft_delete, "account", org.entity)
    assert not await effective_rights(db, member, "application", "maker-app")


async def test_a_key_of_an_application_reaches_that_one_only(db: Database) -> None:
    maker = await a_user(db, "maker")
    app = await an_application(db, "maker-app", maker)
    await an_application(db, "other-app", maker)
    key = Caller(kind="application", entity=app, uid="maker-app", credential="api_key", ceiling=APPLICATION_RIGHTS)
    assert await effective_rights(db, key, "application", "maker-app") == APPLICATION_RIGHTS
    assert not await effective_rights(db, key, "application", "other-app")
    assert not await effective_rights(db, key, "user", "maker")


async def test_an_application_is_not_mistaken_for_the_account_with_its_number(db: Database) -> None:
    maker = await a_user(db, "maker")
    await an_application(db, "maker-app", maker)
    same_number = Caller(kind="application", entity=maker.entity, uid="x", credential="api_key", ceiling=ALL_RIGHTS)
    assert await effective_rights(db, same_number, "organization", "maker-app") == 0
    assert await effective_rights(db, same_number, "user", "maker") == 0


async def test_a_deleted_entity_is_not_found_except_to_restore_it(db: Database) -> None:
    maker, stranger = await a_user(db, "maker"), await a_user(db, "stranger")
    app = await an_application(db, "maker-app", maker)
    await db.transaction(soft_delete, "application", app)
    with pytest.raises(NotFound, match="application_not_found"):
        await authorize(db, maker, "application", "maker-app")
    assert (await authorize(db, maker, "application", "maker-app", deleted_ok=True)).deleted_at == 1
    with pytest.raises(PermissionDenied, match="no_application_rights"):
        await authorize(db, stranger, "application", "maker-app", deleted_ok=True)


async def test_an_admin_sees_and_deletes_applications_but_reads_no_devices(db: Database) -> None:
    maker, admin = await a_user(db, "maker"), await a_user(db, "admin", admin=True)
    await an_application(db, "maker-app", maker)
    rights = await effective_rights(db, admin, "application", "maker-app")
    assert rights == Rights.of(Right.APPLICATION_INFO, Right.APPLICATION_DELETE)
    with pytest.raises(NotFound, match="application_not_found"):
        await authorize(db, admin, "application", "other-app")


async def test_an_admin_manages_people_but_makes_no_keys_for_them(db: Database) -> None:
    maker, admin = await a_user(db, "maker"), await a_user(db, "admin", admin=True)
    await an_organization(db, "makers", maker)
    on_user = await effective_rights(db, admin, "user", "maker")
    on_organization = await effective_rights(db, admin, "organization", "makers")
    assert on_user.has(Right.USER_SETTINGS_BASIC, Right.USER_DELETE, Right.USER_INFO)
    assert not on_user & Rights.of(Right.USER_SETTINGS_API_KEYS)
    assert on_organization.has(Right.ORGANIZATION_SETTINGS_BASIC, Right.ORGANIZATION_DELETE)
    assert not on_organization & Rights.of(Right.ORGANIZATION_SETTINGS_API_KEYS, Right.ORGANIZATION_SETTINGS_MEMBERS)


async def test_only_an_admin_is_an_admin(db: Database) -> None:
    maker, admin = await a_user(db, "maker"), await a_user(db, "admin", admin=True)
    require_admin(admin)
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        require_admin(maker)
    with pytest.raises(Unauthenticated):
        require_admin(ANONYMOUS)


async def test_an_entity_is_also_found_by_its_surrogate(db: Database) -> None:
    maker = await a_user(db, "maker")
    app = await an_application(db, "maker-app", maker)
    entity = await entity_by_id(db, maker, "application", app)
    assert entity is not None
    assert (entity.uid, entity.rights) == ("maker-app", APPLICATION_RIGHTS)
    assert await entity_by_id(db, maker, "application", app + 1) is None
