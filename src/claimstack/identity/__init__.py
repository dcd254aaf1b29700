"""Who asks, and what may they do: credentials, rights, API keys, collaborators."""

from claimstack.identity.access import EntityKeys, EntityMembers
from claimstack.identity.api_keys import (
    KeyWish,
    create_api_key,
    delete_api_key,
    get_api_key,
    list_api_keys,
    update_api_key,
)
from claimstack.identity.auth_info import EntityAccess
from claimstack.identity.authenticate import authenticate, refuse_by_state, unsupported_authorization
from claimstack.identity.authorize import (
    authorize,
    authorize_restore,
    effective_rights,
    entity_by_id,
    entity_for,
    require_admin,
)
from claimstack.identity.caller import ANONYMOUS, Caller, EntityKind
from claimstack.identity.credentials import is_credential, secret_hash
from claimstack.identity.entity import Entity, identifiers_of, no_rights, not_found, rights_on, unauthenticated
from claimstack.identity.memberships import (
    add_first_collaborator,
    delete_collaborator,
    get_collaborator,
    list_collaborators,
    set_collaborator,
)
from claimstack.identity.rights import (
    ALL_RIGHTS,
    APPLICATION_RIGHTS,
    NO_RIGHTS,
    ORGANIZATION_RIGHTS,
    USER_RIGHTS,
    Right,
    Rights,
)
from claimstack.identity.store import Page, add_api_key, remove_api_keys_of, remove_memberships_on
from claimstack.identity.words import account_ids, account_in, micros, timestamp

__all__ = [
    "ALL_RIGHTS",
    "ANONYMOUS",
    "APPLICATION_RIGHTS",
    "NO_RIGHTS",
    "ORGANIZATION_RIGHTS",
    "USER_RIGHTS",
    "Caller",
    "Entity",
    "EntityAccess",
    "EntityKeys",
    "EntityKind",
    "EntityMembers",
    "KeyWish",
    "Page",
    "Right",
    "Rights",
    "account_ids",
    "account_in",
    "add_api_key",
    "add_first_collaborator",
    "authenticate",
    "authorize",
    "authorize_restore",
    "create_api_key",
    "delete_api_key",
    "delete_collaborator",
    "effective_rights",
    "entity_by_id",
    "entity_for",
    "get_api_key",
    "get_collaborator",
    "identifiers_of",
    "is_credential",
    "list_api_keys",
    "list_collaborators",
    "micros",
    "no_rights",
    "not_found",
    "refuse_by_state",
    "remove_api_keys_of",
    "remove_memberships_on",
    "require_admin",
    "rights_on",
    "secret_hash",
    "set_collaborator",
    "timestamp",
    "unauthenticated",
    "unsupported_authorization",
    "update_api_key",
]
