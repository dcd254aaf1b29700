"""Organizations."""

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.accounts import OrganizationAccess, OrganizationRegistry
from claimstack.errors import (
    AlreadyExists,
    FailedPrecondition,
    Invalid,
    NotFound,
    PermissionDenied,
    Unauthenticated,
)
from claimstack.identity import ALL_RIGHTS, ANONYMOUS, Caller, Right, account_ids, authenticate, effective_rights
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.accounts.conftest import CallOf
from tests.support.people import NOW, a_key, a_user, an_application, an_organization, grant, text_of, with_rights

DAY = 24 * 60 * 60 * 1_000_000
MAKERS = v3.OrganizationIdentifiers(organization_id="makers")


def create(
    uid: str = "makers", owner: str = "maker", kind: str = "user", **fields: Any
) -> v3.CreateOrganizationRequest:
    organization = v3.Organization(ids=v3.OrganizationIdentifiers(organization_id=uid), **fields)
    return v3.CreateOrganizationRequest(organization=organization, collaborator=account_ids(kind, owner))


def ask(*paths: str) -> v3.GetOrganizationRequest:
    return v3.GetOrganizationRequest(organization_ids=MAKERS, field_mask=FieldMask(paths=paths))


def change(*paths: str, **fields: Any) -> v3.UpdateOrganizationRequest:
    organization = v3.Organization(ids=MAKERS, **fields)
    return v3.UpdateOrganizationRequest(organization=organization, field_mask=FieldMask(paths=paths))


async def listed(organizations: OrganizationRegistry, call: Any, **words: Any) -> list[str]:
    found = await organizations.List(v3.ListOrganizationsRequest(**words), call)
    return [one.ids.organization_id for one in found.organizations]


async def test_who_creates_an_organization_owns_it(
    db: Database, organizations: OrganizationRegistry, call: CallOf, maker: Caller
) -> None:
    made = await organizations.Create(create(name="Makers", attributes={"city": "ulm"}), call(maker))
    assert (made.ids.organization_id, made.name, made.attributes["city"]) == ("makers", "Makers", "ulm")
    assert made.administrative_contact.user_ids.user_id == made.technical_contact.user_ids.user_id == "maker"
    assert await effective_rights(db, maker, "organization", "makers") == ALL_RIGHTS


async def test_an_organization_is_made_for_oneself_or_by_an_admin(
    organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller, admin: Caller
) -> None:
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await organizations.Create(create(), call(stranger))
    with pytest.raises(PermissionDenied, match="insufficient_user_rights"):
        await organizations.Create(create(), call(with_rights(maker, Right.USER_INFO)))
    with pytest.raises(Unauthenticated):
        await organizations.Create(create(), call(ANONYMOUS))
    await organizations.Create(create(), call(admin))
    with pytest.raises(Invalid, match="no organizations as members"):
        await organizations.Create(create("others", "makers", "organization"), call(maker))


async def test_ids_are_shared_with_users_and_stay_taken(
    organizations: OrganizationRegistry, call: CallOf, maker: Caller
) -> None:
    await organizations.Create(create(), call(maker))
    await organizations.Delete(MAKERS, call(maker))
    for uid in ("maker", "makers"):
        with pytest.raises(AlreadyExists, match="id_taken"):
            await organizations.Create(create(uid), call(maker))


async def test_members_get_what_they_ask_and_strangers_nothing(
    db: Database, organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller
) -> None:
    await organizations.Create(create(name="Makers", description="We make"), call(maker))
    found = await organizations.Get(ask("name"), call(maker))
    assert (found.name, found.description) == ("Makers", "")
    with pytest.raises(PermissionDenied, match="no_organization_rights"):
        await organizations.Get(ask("name"), call(stranger))


async def test_an_update_changes_what_the_mask_names(
    organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller
) -> None:
    await organizations.Create(create(name="Makers", description="We make"), call(maker))
    await organizations.Update(
        change("name", "ids", "attributes", name="New", attributes={"city": "ulm"}), call(maker, 3)
    )
    found = await organizations.Get(ask("name", "description", "attributes"), call(maker))
    assert (found.name, found.description, found.attributes["city"]) == ("New", "We make", "ulm")
    assert (found.created_at.ToMicroseconds(), found.updated_at.ToMicroseconds()) == (NOW, NOW + 3)
    with pytest.raises(PermissionDenied, match="no_organization_rights"):
        await organizations.Update(change("name", name="x"), call(stranger))
    with pytest.raises(Invalid, match="field_mask"):
        await organizations.Update(change(), call(maker))


async def test_lists_show_ones_own_and_an_admin_all(
    db: Database, organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller, admin: Caller
) -> None:
    org = await an_organization(db, "makers", maker)
    await an_organization(db, "others", stranger)
    await grant(db, "organization", org.entity, stranger, Right.ORGANIZATION_INFO)
    assert await listed(organizations, call(maker)) == ["makers"]
    assert await listed(organizations, call(stranger), order="-organization_id") == ["others", "makers"]
    assert await listed(organizations, call(admin), order="organization_id") == ["makers", "others"]
    assert await listed(organizations, call(admin), collaborator=account_ids("user", "maker")) == ["makers"]
    assert await listed(organizations, call(maker), collaborator=account_ids("organization", "makers")) == []
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await listed(organizations, call(stranger), collaborator=account_ids("user", "maker"))
    with pytest.raises(Unauthenticated):
        await listed(organizations, call(ANONYMOUS))
    asked = call(stranger)
    assert await listed(organizations, asked, limit=1, page=2) == ["others"]
    assert asked.headers["x-total-count"] == "2"


async def test_a_deleted_organization_takes_its_rights_along_and_brings_them_back(
    db: Database, vault: Vault, organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller
) -> None:
    org = await an_organization(db, "makers", maker)
    await grant(db, "organization", org.entity, stranger, *Right)
    await an_application(db, "org-app", org)
    key = await a_key(db, vault, "organization", org.entity, ALL_RIGHTS)
    await organizations.Delete(MAKERS, call(maker))
    assert not await effective_rights(db, stranger, "application", "org-app")
    with pytest.raises(Unauthenticated, match="api_key_not_found"):
        await authenticate(db, vault, text_of(key), NOW)
    with pytest.raises(NotFound, match="organization_not_found"):
        await organizations.Get(ask("name"), call(maker))
    assert await listed(organizations, call(maker)) == []
    assert await listed(organizations, call(maker), deleted=True) == ["makers"]
    await organizations.Restore(MAKERS, call(maker, DAY - 1))
    assert await effective_rights(db, stranger, "application", "org-app")
    assert (await authenticate(db, vault, text_of(key), NOW)).uid == "makers"


async def test_a_restore_has_its_time_and_its_rights(
    db: Database, organizations: OrganizationRegistry, call: CallOf, maker: Caller, stranger: Caller
) -> None:
    await an_organization(db, "makers", maker)
    with pytest.raises(FailedPrecondition, match="organization_not_deleted"):
        await organizations.Restore(MAKERS, call(maker))
    await organizations.Delete(MAKERS, call(maker))
    with pytest.raises(PermissionDenied):
        await organizations.Restore(MAKERS, call(stranger))
    with pytest.raises(FailedPrecondition, match="restore_window_expired"):
        await organizations.Restore(MAKERS, call(maker, DAY))


async def test_only_an_admin_purges_and_then_nothing_is_left(
    db: Database, vault: Vault, organizations: OrganizationRegistry, call: CallOf, maker: Caller, admin: Caller
) -> None:
    org = await an_organization(db, "makers", maker)
    await a_key(db, vault, "organization", org.entity, ALL_RIGHTS)
    await an_application(db, "org-app", org)
    with pytest.raises(PermissionDenied):
        await organizations.Purge(MAKERS, call(maker))
    await organizations.Purge(MAKERS, call(admin))
    for table in ("api_key", "membership"):
        assert await db.fetchval(f"SELECT count(*) FROM {table}") == 0
    made = await organizations.Create(create(), call(maker))
    assert made.ids.organization_id == "makers"


async def test_members_and_keys_are_managed_through_the_service(
    db: Database, vault: Vault, organizations: OrganizationRegistry, call: CallOf, maker: Caller
) -> None:
    await organizations.Create(create(), call(maker))
    await a_user(db, "member")
    access = OrganizationAccess(db, vault)
    member = v3.Collaborator(ids=account_ids("user", "member"), rights=[v3.RIGHT_ORGANIZATION_INFO])
    await access.SetCollaborator(
        v3.SetOrganizationCollaboratorRequest(organization_ids=MAKERS, collaborator=member), call(maker)
    )
    members = await access.ListCollaborators(
        v3.ListOrganizationCollaboratorsRequest(organization_ids=MAKERS, order="id"), call(maker)
    )
    assert [one.ids.user_ids.user_id for one in members.collaborators] == ["maker", "member"]
    found = await access.GetCollaborator(
        v3.GetOrganizationCollaboratorRequest(organization_ids=MAKERS, collaborator=member.ids), call(maker)
    )
    assert list(found.rights) == [Right.ORGANIZATION_INFO]
    await access.DeleteCollaborator(
        v3.DeleteOrganizationCollaboratorRequest(organization_ids=MAKERS, collaborator_ids=member.ids), call(maker)
    )
    key = await access.CreateAPIKey(
        v3.CreateOrganizationAPIKeyRequest(organization_ids=MAKERS, rights=[v3.RIGHT_ORGANIZATION_INFO]), call(maker)
    )
    of_key = v3.GetOrganizationAPIKeyRequest(organization_ids=MAKERS, key_id=key.id)
    assert (await access.GetAPIKey(of_key, call(maker))).id == key.id
    renamed = v3.UpdateOrganizationAPIKeyRequest(
        organization_ids=MAKERS, api_key=v3.APIKey(id=key.id, name="x"), field_mask=FieldMask(paths=["name"])
    )
    assert (await access.UpdateAPIKey(renamed, call(maker))).name == "x"
    keys = await access.ListAPIKeys(v3.ListOrganizationAPIKeysRequest(organization_ids=MAKERS), call(maker))
    assert [one.name for one in keys.api_keys] == ["x"]
    await access.DeleteAPIKey(v3.DeleteOrganizationAPIKeyRequest(organization_ids=MAKERS, key_id=key.id), call(maker))
    assert Right.ORGANIZATION_DELETE in (await access.ListRights(MAKERS, call(maker))).rights
