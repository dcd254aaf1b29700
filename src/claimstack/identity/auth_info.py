"""What a caller came with and what that may do: EntityAccess of ttn.lorawan.v3. Clients call it to try a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from google.protobuf.empty_pb2 import Empty

from claimstack.identity import store, words
from claimstack.identity.caller import Caller
from claimstack.identity.entity import identifiers_of, unauthenticated
from claimstack.identity.logins import authorizations, sessions
from claimstack.identity.logins import store as logins_store
from claimstack.identity.rights import Right
from claimstack.storage import Database, Reader
from claimstack.wire import v3

if TYPE_CHECKING:  # calls imports this room
    from claimstack.calls import Call


class EntityAccess:
    """Tells callers about themselves."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def AuthInfo(self, request: Empty, call: Call) -> v3.AuthInfoResponse:
        """The caller's own credential, without its secret."""
        return await self._db.read(auth_info, call.caller)


async def auth_info(reader: Reader, caller: Caller) -> v3.AuthInfoResponse:
    """The credential that the caller came with; `unauthenticated` without one."""
    if caller.kind is None:
        raise unauthenticated()
    info = v3.AuthInfoResponse(is_admin=caller.admin)
    if caller.admin:
        info.universal_rights.rights.append(Right.SEND_INVITES)  # type: ignore[arg-type]
    if caller.credential == "api_key":
        await _api_key(reader, caller, info)
    elif caller.credential == "access_token":
        row = await logins_store.access_token(reader, caller.credential_id)
        info.oauth_access_token.CopyFrom(authorizations.token_words(row) if row else v3.OAuthAccessToken())
    elif caller.credential == "session":
        row = await logins_store.session(reader, caller.credential_id)
        info.user_session.CopyFrom(sessions.session_words(row, row["uid"]) if row else v3.UserSession())
    return info


async def _api_key(reader: Reader, caller: Caller, info: v3.AuthInfoResponse) -> None:
    kind = caller.kind or "user"
    row = await store.api_key(reader, kind, caller.entity, caller.credential_id)
    if row is not None:
        info.api_key.api_key.CopyFrom(words.api_key(row))
    info.api_key.entity_ids.CopyFrom(identifiers_of(kind, caller.uid))
