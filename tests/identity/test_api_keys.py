"""API keys, through the blocks that the Access services are made of."""

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import ClaimstackError, Invalid, NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ANONYMOUS, Caller, EntityKeys, Right, Rights, authenticate
from claimstack.identity.words import timestamp
from claimstack.storage import Database
from claimstack.vault import Vault, parse_token
from claimstack.wire import v3
from tests.support.people import NOW, a_user, an_application, an_organization, grant, with_rights

APP = v3.ApplicationIdentifiers(application_id="maker-app")
INFO, KEYS = Right.APPLICATION_INFO, Right.APPLICATION_SETTINGS_API_KEYS


def call(caller: Caller) -> Call:
    return Call(method="test", now=from_micros(NOW), caller=caller)


def wish(*rights: Right, name: str = "key", expires_at: int | None = None) -> v3.CreateApplicationAPIKeyRequest:
    request = v3.CreateApplicationAPIKeyRequest(application_ids=APP, name=name, rights=rights)  # type: ignore[arg-type]
    if expires_at is not None:
        request.expires_at.CopyFrom(timestamp(expires_at))
    return request


def change(key: v3.APIKey, *paths: str) -> v3.UpdateApplicationAPIKeyRequest:
    return v3.UpdateApplicationAPIKeyRequest(application_ids=APP, api_key=key, field_mask=FieldMask(paths=paths))


@pytest.fixture
def keys(db: Database, vault: Vault) -> EntityKeys:
    return EntityKeys(db, vault, "application")


@pytest.fixture
async def maker(db: Database) -> Caller:
    caller = await a_user(db, "maker")
    await an_application(db, "maker-app", caller)
    return caller


async def lesser(db: Database, maker: Caller, *rights: Right) -> Caller:
    """A collaborator with these rights."""
    app = int(await db.fetchval("SELECT id FROM application"))
    other = await a_user(db, "lesser")
    await grant(db, "application", app, other, *rights)
    return other


async def test_a_new_key_works_and_its_secret_is_shown_once(
    db: Database, vault: Vault, keys: EntityKeys, maker: Caller
) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    assert made.key.startswith("NNSXS.")
    assert (made.name, list(made.rights)) == ("key", [INFO])
    caller = await authenticate(db, vault, made.key, NOW)
    assert (caller.kind, caller.uid, caller.ceiling) == ("application", "maker-app", Rights.of(INFO))
    read = await keys.get(call(maker), "maker-app", made.id)
    listed = await keys.list(call(maker), "maker-app", v3.ListApplicationAPIKeysRequest())
    assert read.key == listed.api_keys[0].key == ""
    assert read.id == listed.api_keys[0].id == made.id


async def test_the_secret_is_not_in_the_database(db: Database, keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    token = parse_token(made.key)
    assert token is not None
    row = await db.fetchrow("SELECT * FROM api_key")
    assert row is not None
    for column in row:
        text = column if isinstance(column, bytes) else str(column).encode()
        assert token.secret.reveal() not in text


async def test_nobody_makes_a_key_that_can_do_more_than_themselves(
    db: Database, keys: EntityKeys, maker: Caller
) -> None:
    other = await lesser(db, maker, INFO, KEYS)
    await keys.create(call(other), "maker-app", wish(INFO))
    with pytest.raises(PermissionDenied) as refusal:
        await keys.create(call(other), "maker-app", wish(INFO, Right.APPLICATION_DEVICES_READ))
    assert refusal.value.name == "insufficient_application_rights"
    assert refusal.value.attributes["missing"] == "RIGHT_APPLICATION_DEVICES_READ"


async def test_a_bounded_credential_makes_only_keys_within_its_bounds(keys: EntityKeys, maker: Caller) -> None:
    bounded = with_rights(maker, INFO, KEYS)
    with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
        await keys.create(call(bounded), "maker-app", wish(Right.APPLICATION_ALL))


async def test_all_rights_mean_those_that_apply_to_the_entity(keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(Right.ALL))
    assert list(made.rights) == [Right.APPLICATION_ALL]


async def test_rights_of_another_kind_are_refused(keys: EntityKeys, maker: Caller) -> None:
    with pytest.raises(Invalid, match="rights that application keys"):
        await keys.create(call(maker), "maker-app", wish(INFO, Right.GATEWAY_INFO))


async def test_who_may_not_manage_keys_sees_none(db: Database, keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    other, stranger = await lesser(db, maker, INFO), await a_user(db, "stranger")
    for caller, error in (
        (other, "insufficient_"),
        (stranger, "no_application_rights"),
        (ANONYMOUS, "unauthenticated"),
    ):
        for attempt in (
            keys.create(call(caller), "maker-app", wish(INFO)),
            keys.list(call(caller), "maker-app", v3.ListApplicationAPIKeysRequest()),
            keys.get(call(caller), "maker-app", made.id),
            keys.update(call(caller), "maker-app", change(v3.APIKey(id=made.id), "name")),
            keys.delete(call(caller), "maker-app", made.id),
        ):
            with pytest.raises((PermissionDenied, Unauthenticated), match=error):
                await attempt


async def test_a_deleted_key_is_refused_at_once(db: Database, vault: Vault, keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    await keys.delete(call(maker), "maker-app", made.id)
    with pytest.raises(Unauthenticated, match="api_key_not_found"):
        await authenticate(db, vault, made.key, NOW)
    with pytest.raises(NotFound, match="api_key_not_found"):
        await keys.delete(call(maker), "maker-app", made.id)


async def test_an_update_without_rights_deletes_the_key(
    db: Database, vault: Vault, keys: EntityKeys, maker: Caller
) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    answer = await keys.update(call(maker), "maker-app", change(v3.APIKey(id=made.id), "rights"))
    assert answer == v3.APIKey()
    with pytest.raises(Unauthenticated, match="api_key_not_found"):
        await authenticate(db, vault, made.key, NOW)


async def test_an_update_changes_what_the_mask_names_and_nothing_else(keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO, expires_at=NOW + 5_000_000))
    asked = v3.APIKey(id=made.id, name="renamed", rights=[Right.APPLICATION_LINK])  # type: ignore[list-item]
    renamed = await keys.update(call(maker), "maker-app", change(asked, "name"))
    assert (renamed.name, list(renamed.rights), renamed.expires_at) == ("renamed", [INFO], made.expires_at)
    unlimited = await keys.update(call(maker), "maker-app", change(asked, "expires_at"))
    assert not unlimited.HasField("expires_at")
    other = await keys.update(call(maker), "maker-app", change(asked, "rights"))
    assert list(other.rights) == [Right.APPLICATION_LINK]


async def test_an_old_client_without_a_mask_changes_name_and_rights(keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    asked = v3.APIKey(id=made.id, name="renamed", rights=[Right.APPLICATION_LINK])  # type: ignore[list-item]
    changed = await keys.update(call(maker), "maker-app", change(asked))
    assert (changed.name, list(changed.rights)) == ("renamed", [Right.APPLICATION_LINK])


async def test_a_lesser_collaborator_neither_raises_nor_cripples_a_greater_key(
    db: Database, keys: EntityKeys, maker: Caller
) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO, Right.APPLICATION_DEVICES_READ))
    other = await lesser(db, maker, INFO, KEYS)
    for rights in ([INFO], [INFO, Right.APPLICATION_DEVICES_READ, Right.APPLICATION_DEVICES_WRITE]):
        asked = v3.APIKey(id=made.id, rights=rights)  # type: ignore[arg-type]
        with pytest.raises(PermissionDenied, match="insufficient_application_rights"):
            await keys.update(call(other), "maker-app", change(asked, "rights"))


async def test_a_key_ends_when_it_was_said_to(db: Database, vault: Vault, keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO, expires_at=NOW + 10))
    await authenticate(db, vault, made.key, NOW + 9)
    with pytest.raises(Unauthenticated, match="api_key_expired"):
        await authenticate(db, vault, made.key, NOW + 10)


async def test_a_key_cannot_be_made_for_the_past(keys: EntityKeys, maker: Caller) -> None:
    with pytest.raises(Invalid, match="expires_at"):
        await keys.create(call(maker), "maker-app", wish(INFO, expires_at=NOW))


async def test_a_key_of_another_entity_is_unknown(db: Database, keys: EntityKeys, maker: Caller) -> None:
    await an_application(db, "other-app", maker)
    made = await keys.create(call(maker), "other-app", wish(INFO))
    asked = change(v3.APIKey(id=made.id, rights=[INFO]), "rights")  # type: ignore[list-item]
    attempts = (
        keys.get(call(maker), "maker-app", made.id),
        keys.update(call(maker), "maker-app", asked),
        keys.delete(call(maker), "maker-app", made.id),
    )
    for attempt in attempts:
        with pytest.raises(NotFound, match="api_key_not_found"):
            await attempt


async def test_lists_have_an_order_pages_and_a_total(keys: EntityKeys, maker: Caller) -> None:
    for name in ("b", "c", "a"):
        await keys.create(call(maker), "maker-app", wish(INFO, name=name))
    asked = call(maker)
    request = v3.ListApplicationAPIKeysRequest(order="-name", limit=2, page=1)
    first = await keys.list(asked, "maker-app", request)
    assert [key.name for key in first.api_keys] == ["c", "b"]
    assert asked.headers["x-total-count"] == "3"
    second = await keys.list(asked, "maker-app", v3.ListApplicationAPIKeysRequest(order="-name", limit=2, page=2))
    assert [key.name for key in second.api_keys] == ["a"]
    unordered = await keys.list(asked, "maker-app", v3.ListApplicationAPIKeysRequest())
    assert [key.name for key in unordered.api_keys] == ["b", "c", "a"]


async def test_keys_of_users_and_organizations_are_made_the_same_way(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    await an_organization(db, "makers", maker)
    of_user = await EntityKeys(db, vault, "user").create(
        call(maker), "maker", v3.CreateUserAPIKeyRequest(rights=[v3.RIGHT_ALL])
    )
    of_organization = await EntityKeys(db, vault, "organization").create(
        call(maker), "makers", v3.CreateOrganizationAPIKeyRequest(rights=[v3.RIGHT_APPLICATION_ALL])
    )
    assert (await authenticate(db, vault, of_user.key, NOW)).uid == "maker"
    assert (await authenticate(db, vault, of_organization.key, NOW)).kind == "organization"
    assert list(of_organization.rights) == [Right.APPLICATION_ALL]


async def test_an_admin_makes_no_keys_for_others(db: Database, vault: Vault) -> None:
    maker, admin = await a_user(db, "maker"), await a_user(db, "admin", admin=True)
    await an_application(db, "maker-app", maker)
    await an_organization(db, "makers", maker)
    for kind, uid in (("user", "maker"), ("organization", "makers"), ("application", "maker-app")):
        with pytest.raises(ClaimstackError, match=f"insufficient_{kind}_rights"):
            await EntityKeys(db, vault, kind).create(call(admin), uid, wish(INFO))  # type: ignore[arg-type]


async def test_each_deed_is_told_without_the_secret(db: Database, keys: EntityKeys, maker: Caller) -> None:
    made = await keys.create(call(maker), "maker-app", wish(INFO))
    await keys.update(call(maker), "maker-app", change(v3.APIKey(id=made.id, name="x"), "name"))
    await keys.delete(call(maker), "maker-app", made.id)
    rows = await db.fetch("SELECT name, body FROM event ORDER BY id")
    assert [row["name"] for row in rows] == [f"application.api-key.{deed}" for deed in ("create", "update", "delete")]
    secret = made.key.rpartition(".")[2].encode()
    assert not any(secret in bytes(row["body"]) for row in rows)


async def test_the_callers_rights_are_spelled_out(db: Database, keys: EntityKeys, maker: Caller) -> None:
    other = await lesser(db, maker, INFO, KEYS)
    assert list((await keys.rights(call(other), "maker-app")).rights) == [INFO, KEYS]
    assert Right.APPLICATION_DEVICES_READ in (await keys.rights(call(maker), "maker-app")).rights
