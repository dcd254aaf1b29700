"""Building blocks of the Access services (UserAccess, OrganizationAccess, ApplicationAccess): three lines an RPC.

Each service names its entity; the requests of the three kinds have the same fields otherwise.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from google.protobuf.empty_pb2 import Empty

from claimstack.identity import api_keys, memberships, words
from claimstack.identity.authorize import authorize
from claimstack.identity.caller import EntityKind
from claimstack.identity.store import Page
from claimstack.storage import Database
from claimstack.vault import TokenKind, Vault, new_token
from claimstack.wire import v3

if TYPE_CHECKING:  # calls imports this room
    from claimstack.calls import Call

_UNMASKED = frozenset({"name", "rights"})  # what clients without a mask (before 3.14) mean


class EntityKeys:
    """Rights and API keys of one kind of entity. `request` is that kind's request message."""

    def __init__(self, db: Database, vault: Vault, kind: EntityKind) -> None:
        self._db, self._vault, self._kind = db, vault, kind

    async def rights(self, call: Call, uid: str) -> v3.Rights:
        """The caller's rights on the entity, spelled out."""
        entity = await authorize(self._db, call.caller, self._kind, uid)
        return v3.Rights(rights=entity.rights.numbers())  # type: ignore[arg-type]

    async def create(self, call: Call, uid: str, request: Any) -> v3.APIKey:
        """Make a key; its secret is in the answer."""
        expires_at = words.micros(request.expires_at) if request.HasField("expires_at") else None
        wish = api_keys.KeyWish(request.name, tuple(request.rights), expires_at)
        token = new_token(TokenKind.API_KEY, os.urandom(56))
        return await self._db.transaction(
            api_keys.create_api_key, self._vault, call.caller, self._kind, uid, wish, token, call.micros
        )

    async def list(self, call: Call, uid: str, request: Any) -> v3.APIKeys:
        """One page of keys; the total goes into the header."""
        page = Page.asked(request.limit, request.page, request.order)
        keys, total = await self._db.read(api_keys.list_api_keys, call.caller, self._kind, uid, page)
        call.total(total)
        return v3.APIKeys(api_keys=keys)

    async def get(self, call: Call, uid: str, key_id: str) -> v3.APIKey:
        """One key."""
        return await self._db.read(api_keys.get_api_key, call.caller, self._kind, uid, key_id)

    async def update(self, call: Call, uid: str, request: Any) -> v3.APIKey:
        """Change a key as the mask says."""
        paths = frozenset(request.field_mask.paths) or _UNMASKED
        return await self._db.transaction(
            api_keys.update_api_key, call.caller, self._kind, uid, request.api_key, paths, call.micros
        )

    async def delete(self, call: Call, uid: str, key_id: str) -> Empty:
        """Delete a key."""
        await self._db.transaction(api_keys.delete_api_key, call.caller, self._kind, uid, key_id, call.micros)
        return Empty()


class EntityMembers:
    """Collaborators of one kind of entity."""

    def __init__(self, db: Database, kind: EntityKind) -> None:
        self._db, self._kind = db, kind

    async def get(self, call: Call, uid: str, ids: v3.OrganizationOrUserIdentifiers) -> v3.GetCollaboratorResponse:
        """The rights of one collaborator."""
        return await self._db.read(memberships.get_collaborator, call.caller, self._kind, uid, ids)

    async def set(self, call: Call, uid: str, collaborator: v3.Collaborator) -> Empty:
        """Add, change or (without rights) remove a collaborator."""
        await self._db.transaction(
            memberships.set_collaborator, call.caller, self._kind, uid, collaborator, call.micros
        )
        return Empty()

    async def list(self, call: Call, uid: str, request: Any) -> v3.Collaborators:
        """One page of collaborators; the total goes into the header."""
        page = Page.asked(request.limit, request.page, request.order)
        found, total = await self._db.read(memberships.list_collaborators, call.caller, self._kind, uid, page)
        call.total(total)
        return v3.Collaborators(collaborators=found)

    async def delete(self, call: Call, uid: str, ids: v3.OrganizationOrUserIdentifiers) -> Empty:
        """Remove a collaborator."""
        await self._db.transaction(memberships.delete_collaborator, call.caller, self._kind, uid, ids, call.micros)
        return Empty()
