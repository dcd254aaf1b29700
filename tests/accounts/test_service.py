"""What the services of users add to their verbs: keys, login tokens, configuration."""

import os

import pytest
from google.protobuf.field_mask_pb2 import FieldMask

from claimstack.accounts import AccountPolicy, Is, UserAccess
from claimstack.errors import NotFound, PermissionDenied, Unauthenticated
from claimstack.identity import ANONYMOUS, Caller, Right, authenticate
from claimstack.identity.logins import log_in_by_token
from claimstack.storage import Database
from claimstack.vault import TokenKind, Vault, new_token
from claimstack.wire import v3
from tests.accounts.conftest import POLICY, CallOf, Postbox
from tests.support.people import NOW, text_of, with_rights

MAKER = v3.UserIdentifiers(user_id="maker")


def ask(skip_email: bool = False) -> v3.CreateLoginTokenRequest:
    return v3.CreateLoginTokenRequest(user_ids=MAKER, skip_email=skip_email)


async def enters(db: Database, vault: Vault, token: str) -> str:
    session = new_token(TokenKind.SESSION, os.urandom(56))
    await db.transaction(log_in_by_token, vault, token, session, NOW)
    return (await authenticate(db, vault, text_of(session), NOW)).uid


async def test_everybody_may_ask_how_the_server_is_set_up(call: CallOf) -> None:
    answer = await Is(AccountPolicy("closed")).GetConfiguration(v3.GetIsConfigurationRequest(), call(ANONYMOUS))
    assert not answer.configuration.user_registration.enabled


async def test_a_login_token_is_for_the_user_and_for_an_admin_who_helps(
    db: Database, vault: Vault, access: UserAccess, call: CallOf, maker: Caller, admin: Caller
) -> None:
    for caller in (maker, admin):
        answer = await access.CreateLoginToken(ask(), call(caller))
        assert await enters(db, vault, answer.token) == "maker"


async def test_a_login_token_is_not_for_strangers_nor_for_a_bounded_key(
    access: UserAccess, call: CallOf, maker: Caller, stranger: Caller, admin: Caller
) -> None:
    bounded = with_rights(maker, *(right for right in Right if right is not Right.SEND_INVITES))
    for caller in (stranger, bounded, with_rights(admin, Right.USER_ALL)):
        with pytest.raises(PermissionDenied, match="no_user_rights"):
            await access.CreateLoginToken(ask(), call(caller))
    with pytest.raises(Unauthenticated):
        await access.CreateLoginToken(ask(), call(ANONYMOUS))


async def test_with_mail_the_token_goes_to_the_user(
    db: Database, vault: Vault, call: CallOf, admin: Caller, maker: Caller, postbox: Postbox
) -> None:
    access = UserAccess(db, vault, POLICY, postbox)
    assert (await access.CreateLoginToken(ask(), call(admin))).token == ""
    (letter,) = postbox.letters
    assert letter.to == "maker@example.com"
    assert await enters(db, vault, letter.text.partition("#token=")[2].split()[0]) == "maker"
    assert (await access.CreateLoginToken(ask(skip_email=True), call(admin))).token != ""


async def test_keys_of_users_are_managed_through_the_service(access: UserAccess, call: CallOf, maker: Caller) -> None:
    made = await access.CreateAPIKey(
        v3.CreateUserAPIKeyRequest(user_ids=MAKER, rights=[v3.RIGHT_USER_INFO]), call(maker)
    )
    asked = v3.GetUserAPIKeyRequest(user_ids=MAKER, key_id=made.id)
    assert (await access.GetAPIKey(asked, call(maker))).id == made.id
    renamed = v3.UpdateUserAPIKeyRequest(
        user_ids=MAKER, api_key=v3.APIKey(id=made.id, name="x"), field_mask=FieldMask(paths=["name"])
    )
    assert (await access.UpdateAPIKey(renamed, call(maker))).name == "x"
    keys = await access.ListAPIKeys(v3.ListUserAPIKeysRequest(user_ids=MAKER), call(maker))
    assert [key.name for key in keys.api_keys] == ["x"]
    await access.DeleteAPIKey(v3.DeleteUserAPIKeyRequest(user_ids=MAKER, key_id=made.id), call(maker))
    with pytest.raises(NotFound, match="api_key_not_found"):
        await access.GetAPIKey(asked, call(maker))
    assert Right.USER_INFO in (await access.ListRights(MAKER, call(maker))).rights
