"""A caller is told about itself."""

import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import Unauthenticated
from claimstack.identity import ALL_RIGHTS, ANONYMOUS, Caller, EntityAccess, Right, Rights, authenticate
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import v3
from tests.identity.logins.test_authorizations import issued
from tests.identity.logins.test_sessions import begun
from tests.support.people import NOW, a_key, a_user, an_application, text_of


async def told(db: Database, caller: Caller) -> v3.AuthInfoResponse:
    return await EntityAccess(db).AuthInfo(Empty(), Call(method="test", now=from_micros(NOW), caller=caller))


async def test_a_key_is_told_its_id_rights_and_entity(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    app = await an_application(db, "maker-app", maker)
    token = await a_key(db, vault, "application", app, Rights.of(Right.APPLICATION_INFO))
    info = await told(db, await authenticate(db, vault, text_of(token), NOW))
    assert info.api_key.api_key.id == token.id
    assert info.api_key.api_key.key == ""
    assert list(info.api_key.api_key.rights) == [Right.APPLICATION_INFO]
    assert info.api_key.entity_ids.application_ids.application_id == "maker-app"
    assert not info.is_admin


async def test_a_session_is_told_its_user_and_an_admin_that_it_is_one(db: Database, vault: Vault) -> None:
    admin = await a_user(db, "admin", admin=True)
    token, _ = await begun(db, vault, admin)
    info = await told(db, await authenticate(db, vault, text_of(token), NOW))
    assert (info.user_session.user_ids.user_id, info.user_session.session_id) == ("admin", token.id)
    assert info.is_admin
    assert list(info.universal_rights.rights) == [Right.SEND_INVITES]


async def test_an_access_token_is_told_what_logging_out_needs(db: Database, vault: Vault) -> None:
    maker = await a_user(db, "maker")
    token = await issued(db, vault, maker, "cli", "a", ALL_RIGHTS)
    info = (await told(db, await authenticate(db, vault, text_of(token), NOW))).oauth_access_token
    assert (info.user_ids.user_id, info.client_ids.client_id, info.id) == ("maker", "cli", token.id)
    assert (info.access_token, info.refresh_token) == ("", "")


async def test_without_a_credential_there_is_nothing_to_tell(db: Database) -> None:
    with pytest.raises(Unauthenticated, match="unauthenticated"):
        await told(db, ANONYMOUS)
