"""An application's life: create, read, change, delete, restore, purge."""

from typing import Any

import pytest

from claimstack.applications import check_living
from claimstack.errors import AlreadyExists, FailedPrecondition, Invalid, NotFound, PermissionDenied
from claimstack.identity import Caller, Right, authorize
from claimstack.wire import v3
from tests.applications.conftest import House
from tests.support.devices import a_call, a_device
from tests.support.people import NOW, grant, with_rights

HOUR = 3_600_000_000
MAKER = v3.OrganizationOrUserIdentifiers(user_ids=v3.UserIdentifiers(user_id="maker"))
MAKERS = v3.OrganizationOrUserIdentifiers(organization_ids=v3.OrganizationIdentifiers(organization_id="makers"))
IDS = v3.ApplicationIdentifiers(application_id="maker-app")


async def created(
    house: House,
    uid: str = "maker-app",
    *,
    by: Caller | None = None,
    owner: v3.OrganizationOrUserIdentifiers = MAKER,
    **fields: Any,
) -> v3.Application:
    wish = v3.Application(ids=v3.ApplicationIdentifiers(application_id=uid), **fields)
    request = v3.CreateApplicationRequest(application=wish, collaborator=owner)
    return await house.registry.Create(request, a_call(by or house.maker))


def getting(*paths: str, uid: str = "maker-app") -> v3.GetApplicationRequest:
    return v3.GetApplicationRequest(application_ids={"application_id": uid}, field_mask={"paths": paths})


def updating(wish: v3.Application, *paths: str) -> v3.UpdateApplicationRequest:
    wish.ids.application_id = "maker-app"
    return v3.UpdateApplicationRequest(application=wish, field_mask={"paths": paths})


async def test_a_created_application_is_read_back_as_it_was_given(house: House) -> None:
    made = await created(
        house, name="Makers", description="Things", attributes={"site": "north"}, join_server_address="js.example"
    )
    paths = ("name", "description", "attributes", "join_server_address")
    read = await house.registry.Get(getting(*paths), a_call(house.maker))
    assert (read.name, read.description, read.join_server_address) == ("Makers", "Things", "js.example")
    assert (read.ids, read.created_at.ToMicroseconds()) == (IDS, NOW)
    assert (made.name, dict(made.attributes), made.ids) == ("Makers", {"site": "north"}, IDS)


async def test_an_empty_mask_gives_identifiers_and_times(house: House) -> None:
    await created(house, name="Makers")
    read = await house.registry.Get(getting(), a_call(house.maker))
    assert [field.name for field, _ in read.ListFields()] == ["ids", "created_at", "updated_at"]


async def test_the_owner_is_the_contact_unless_another_is_named(house: House) -> None:
    made = await created(house)
    assert (made.administrative_contact, made.technical_contact) == (MAKER, MAKER)


async def test_an_organization_s_members_hold_rights_on_its_applications(house: House) -> None:
    await created(house, owner=MAKERS)
    read = await house.registry.Get(getting("administrative_contact"), a_call(house.maker))
    assert read.administrative_contact == MAKERS


async def test_creating_for_somebody_needs_the_right_to(house: House) -> None:
    with pytest.raises(PermissionDenied, match="no_user_rights"):
        await created(house, by=house.stranger)
    with pytest.raises(PermissionDenied, match="no_organization_rights"):
        await created(house, by=house.stranger, owner=MAKERS)
    with pytest.raises(PermissionDenied, match="APPLICATIONS_CREATE"):
        await created(house, by=with_rights(house.maker, Right.USER_INFO))


async def test_a_taken_id_stays_taken_after_a_delete(house: House) -> None:
    await created(house)
    for _ in range(2):
        with pytest.raises(AlreadyExists, match="pkg/util/store:id_taken"):
            await created(house)
        await house.registry.Delete(IDS, a_call(house.maker))
        await house.registry.Restore(IDS, a_call(house.maker))
    await house.registry.Delete(IDS, a_call(house.maker))
    with pytest.raises(AlreadyExists):
        await created(house)


async def test_an_update_changes_what_its_mask_names_and_clears_what_is_absent(house: House) -> None:
    await created(house, name="Makers", description="Things", network_server_address="ns.example")
    changed = await house.registry.Update(
        updating(v3.Application(name="New", network_server_address="ignored"), "name", "description"),
        a_call(house.maker, NOW + 5),
    )
    assert (changed.name, changed.description) == ("New", "")
    read = await house.registry.Get(getting("name", "description", "network_server_address"), a_call(house.maker))
    assert (read.name, read.description, read.network_server_address) == ("New", "", "ns.example")
    assert read.updated_at.ToMicroseconds() == NOW + 5


async def test_a_contact_must_take_part(house: House) -> None:
    await created(house)
    wish = v3.Application()
    wish.technical_contact.user_ids.user_id = "stranger"
    with pytest.raises(Invalid, match="technical_contact"):
        await house.registry.Update(updating(wish, "technical_contact"), a_call(house.maker))
    app = await house.db.fetchval("SELECT id FROM application")
    await grant(house.db, "application", app, house.stranger, Right.APPLICATION_INFO)
    await house.registry.Update(updating(wish, "technical_contact"), a_call(house.maker))
    read = await house.registry.Get(getting("technical_contact"), a_call(house.maker))
    assert read.technical_contact.user_ids.user_id == "stranger"


async def test_server_addresses_are_open_to_whoever_has_any_right(house: House) -> None:
    await created(house, name="Makers", network_server_address="ns.example")
    key = with_rights(house.maker, Right.APPLICATION_DEVICES_WRITE)
    read = await house.registry.Get(getting("network_server_address"), a_call(key))
    assert read.network_server_address == "ns.example"
    with pytest.raises(PermissionDenied, match="APPLICATION_INFO"):
        await house.registry.Get(getting("network_server_address", "name"), a_call(key))
    with pytest.raises(PermissionDenied):
        await house.registry.Get(getting("network_server_address"), a_call(house.stranger))


async def test_each_verb_needs_its_right(house: House) -> None:
    await created(house)
    other = with_rights(house.maker, Right.APPLICATION_INFO, Right.APPLICATION_DEVICES_READ)
    for attempt in (
        house.registry.Update(updating(v3.Application(), "name"), a_call(other)),
        house.registry.Delete(IDS, a_call(other)),
        house.registry.Restore(IDS, a_call(other)),
        house.registry.IssueDevEUI(IDS, a_call(other)),
        house.registry.Purge(IDS, a_call(house.maker)),
    ):
        with pytest.raises(PermissionDenied):
            await attempt


async def test_an_application_with_devices_is_not_deleted(house: House) -> None:
    await created(house)
    await a_device(house.db, house.vault, house.maker)
    with pytest.raises(FailedPrecondition) as refusal:
        await house.registry.Delete(IDS, a_call(house.maker))
    assert (refusal.value.name, refusal.value.attributes["count"]) == ("application_has_devices", 1)
    with pytest.raises(FailedPrecondition):
        await house.registry.Purge(IDS, a_call(house.admin))


async def test_a_deleted_application_is_not_found_and_takes_no_devices(house: House) -> None:
    await created(house)
    await house.registry.Delete(IDS, a_call(house.maker))
    with pytest.raises(NotFound, match="application_not_found"):
        await house.registry.Get(getting(), a_call(house.maker))
    with pytest.raises(NotFound, match="application_not_found"):
        await house.registry.Delete(IDS, a_call(house.maker))
    with pytest.raises(NotFound, match="application_not_found"):
        await a_device(house.db, house.vault, house.maker)


async def test_a_delete_can_be_taken_back_within_a_day(house: House) -> None:
    await created(house, name="Makers")
    await house.registry.Delete(IDS, a_call(house.maker, NOW))
    with pytest.raises(FailedPrecondition, match="restore_window_expired"):
        await house.registry.Restore(IDS, a_call(house.maker, NOW + 24 * HOUR + 1))
    await house.registry.Restore(IDS, a_call(house.maker, NOW + 24 * HOUR))
    assert (await house.registry.Get(getting("name"), a_call(house.maker))).name == "Makers"


async def test_a_purged_application_leaves_nothing_and_frees_its_id(house: House) -> None:
    await created(house)
    await house.access.CreateAPIKey(
        v3.CreateApplicationAPIKeyRequest(application_ids=IDS, rights=[v3.RIGHT_APPLICATION_INFO]), a_call(house.maker)
    )
    await house.registry.Delete(IDS, a_call(house.maker))
    await house.registry.Purge(IDS, a_call(house.admin))
    for table in ("application", "api_key"):
        assert await house.db.fetchval(f"SELECT count(*) FROM {table}") == 0
    assert await house.db.fetchval("SELECT count(*) FROM membership WHERE entity_kind = 'application'") == 0
    await created(house, by=house.stranger, owner=v3.OrganizationOrUserIdentifiers(user_ids={"user_id": "stranger"}))


async def test_a_device_put_in_while_its_application_is_deleted_is_refused(house: House) -> None:
    await created(house)
    entity = await authorize(house.db, house.maker, "application", "maker-app")
    await house.db.transaction(check_living, entity)
    await house.registry.Delete(IDS, a_call(house.maker))
    with pytest.raises(NotFound, match="application_not_found"):
        await house.db.transaction(check_living, entity)


async def test_what_happened_is_told(house: House) -> None:
    await created(house)
    await house.registry.Update(updating(v3.Application(name="New"), "name"), a_call(house.maker))
    await house.registry.Delete(IDS, a_call(house.maker))
    await house.registry.Restore(IDS, a_call(house.maker))
    rows = await house.db.fetch("SELECT name FROM event ORDER BY id")
    deeds = ["create", "update", "delete", "restore"]
    assert [row["name"] for row in rows] == [f"application.{deed}" for deed in deeds]


async def test_keys_and_collaborators_are_those_of_the_application(house: House) -> None:
    await created(house)
    request = v3.CreateApplicationAPIKeyRequest(application_ids=IDS, name="n", rights=[v3.RIGHT_APPLICATION_INFO])
    made = await house.access.CreateAPIKey(request, a_call(house.maker))
    assert made.key.startswith("NNSXS.")
    listed = await house.access.ListAPIKeys(v3.ListApplicationAPIKeysRequest(application_ids=IDS), a_call(house.maker))
    assert [(key.id, key.key) for key in listed.api_keys] == [(made.id, "")]
    one = await house.access.GetAPIKey(
        v3.GetApplicationAPIKeyRequest(application_ids=IDS, key_id=made.id), a_call(house.maker)
    )
    assert one.name == "n"
    people = await house.access.ListCollaborators(
        v3.ListApplicationCollaboratorsRequest(application_ids=IDS), a_call(house.maker)
    )
    assert [who.ids for who in people.collaborators] == [MAKER]
    rights = await house.access.ListRights(IDS, a_call(house.maker))
    assert v3.RIGHT_APPLICATION_DEVICES_WRITE_KEYS in rights.rights


async def test_a_collaborator_comes_and_goes(house: House) -> None:
    await created(house)
    stranger = v3.OrganizationOrUserIdentifiers(user_ids={"user_id": "stranger"})
    who = v3.Collaborator(ids=stranger, rights=[v3.RIGHT_APPLICATION_INFO])
    await house.access.SetCollaborator(
        v3.SetApplicationCollaboratorRequest(application_ids=IDS, collaborator=who), a_call(house.maker)
    )
    asked = v3.GetApplicationCollaboratorRequest(application_ids=IDS, collaborator=stranger)
    assert list((await house.access.GetCollaborator(asked, a_call(house.maker))).rights) == [v3.RIGHT_APPLICATION_INFO]
    await house.access.DeleteCollaborator(
        v3.DeleteApplicationCollaboratorRequest(application_ids=IDS, collaborator_ids=stranger), a_call(house.maker)
    )
    with pytest.raises(NotFound):
        await house.access.GetCollaborator(asked, a_call(house.maker))


async def test_a_key_is_changed_and_deleted(house: House) -> None:
    await created(house)
    request = v3.CreateApplicationAPIKeyRequest(application_ids=IDS, name="n", rights=[v3.RIGHT_APPLICATION_INFO])
    made = await house.access.CreateAPIKey(request, a_call(house.maker))
    change = v3.UpdateApplicationAPIKeyRequest(
        application_ids=IDS, api_key=v3.APIKey(id=made.id, name="m"), field_mask={"paths": ["name"]}
    )
    assert (await house.access.UpdateAPIKey(change, a_call(house.maker))).name == "m"
    gone = v3.DeleteApplicationAPIKeyRequest(application_ids=IDS, key_id=made.id)
    await house.access.DeleteAPIKey(gone, a_call(house.maker))
    with pytest.raises(NotFound, match="api_key_not_found"):
        await house.access.DeleteAPIKey(gone, a_call(house.maker))
