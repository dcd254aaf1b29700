"""The services about logins: UserSessionRegistry and OAuthAuthorizationRegistry of ttn.lorawan.v3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from claimstack.identity.logins import authorizations, sessions
from claimstack.identity.store import Page
from claimstack.storage import Database
from claimstack.wire import v3

if TYPE_CHECKING:  # calls imports this room
    from claimstack.calls import Call


class UserSessionRegistry:
    """Sessions of a user."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def List(self, request: v3.ListUserSessionsRequest, call: Call) -> v3.UserSessions:
        page = Page.asked(request.limit, request.page, request.order)
        uid = request.user_ids.user_id
        found, total = await self._db.read(sessions.list_sessions, call.caller, uid, page)
        call.total(total)
        return v3.UserSessions(sessions=found)

    async def Delete(self, request: v3.UserSessionIdentifiers, call: Call) -> Empty:
        uid = request.user_ids.user_id
        await self._db.transaction(sessions.delete_session, call.caller, uid, request.session_id, call.micros)
        return Empty()


class OAuthAuthorizationRegistry:
    """Consents of a user, and tokens issued on them."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def List(self, request: v3.ListOAuthClientAuthorizationsRequest, call: Call) -> v3.OAuthClientAuthorizations:
        page = Page.asked(request.limit, request.page, request.order)
        uid = request.user_ids.user_id
        found, total = await self._db.read(authorizations.list_authorizations, call.caller, uid, page)
        call.total(total)
        return v3.OAuthClientAuthorizations(authorizations=found)

    async def ListTokens(self, request: v3.ListOAuthAccessTokensRequest, call: Call) -> v3.OAuthAccessTokens:
        page = Page.asked(request.limit, request.page, request.order)
        uid, client = request.user_ids.user_id, request.client_ids.client_id
        found, total = await self._db.read(authorizations.list_tokens, call.caller, uid, client, page)
        call.total(total)
        return v3.OAuthAccessTokens(tokens=found)

    async def Delete(self, request: v3.OAuthClientAuthorizationIdentifiers, call: Call) -> Empty:
        uid, client = request.user_ids.user_id, request.client_ids.client_id
        await self._db.transaction(authorizations.delete_authorization, call.caller, uid, client, call.micros)
        return Empty()

    async def DeleteToken(self, request: v3.OAuthAccessTokenIdentifiers, call: Call) -> Empty:
        uid, client = request.user_ids.user_id, request.client_ids.client_id
        await self._db.transaction(authorizations.delete_token, call.caller, uid, client, request.id, call.micros)
        return Empty()
