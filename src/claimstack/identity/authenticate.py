"""Who asks? Turns a token into its author; one statement a credential, nothing cached.

An unknown id and a wrong secret get the same answer after the same work.
"""

from claimstack.errors import PermissionDenied, Unauthenticated
from claimstack.identity import store
from claimstack.identity.caller import Caller, Credential, EntityKind
from claimstack.identity.credentials import is_credential
from claimstack.identity.rights import ALL_RIGHTS, Rights
from claimstack.storage import Reader, Row
from claimstack.vault import Token, TokenKind, Vault, parse_token
from claimstack.wire import v3

_STATES: dict[int, tuple[str, str]] = {
    v3.STATE_REQUESTED: ("user_requested", "user account approval is pending"),
    v3.STATE_REJECTED: ("user_rejected", "user account was rejected"),
    v3.STATE_SUSPENDED: ("user_suspended", "user account was suspended"),
}


async def authenticate(reader: Reader, vault: Vault, token_text: str, now_micros: int) -> Caller:
    """The author of a request that carries this token.

    Unauthenticated `invalid_authorization` (no token), `unsupported_authorization` (a token of another use),
    `api_key_not_found`, `api_key_expired`, `token_not_found`, `token_expired`; PermissionDenied `user_requested`,
    `user_rejected`, `user_suspended`.
    """
    token = parse_token(token_text)
    if token is None:
        raise Unauthenticated("pkg/identityserver", "invalid_authorization", "invalid authorization")
    if token.kind is TokenKind.API_KEY:
        return await _by_api_key(reader, vault, token, now_micros)
    if token.kind is TokenKind.ACCESS_TOKEN:
        return await _by_access_token(reader, vault, token, now_micros)
    if token.kind is TokenKind.SESSION:
        return await _by_session(reader, vault, token, now_micros)
    raise unsupported_authorization()


def unsupported_authorization() -> Unauthenticated:
    """A scheme other than Bearer, or a token that authorizes no requests."""
    return Unauthenticated("pkg/identityserver", "unsupported_authorization", "unsupported authorization method")


def refuse_by_state(state: int) -> None:
    """`user_requested`, `user_rejected` or `user_suspended` for a user who is not approved (or flagged)."""
    if state in _STATES:
        name, text = _STATES[state]
        raise PermissionDenied("pkg/identityserver", name, text)


async def _by_api_key(reader: Reader, vault: Vault, token: Token, now: int) -> Caller:
    row = _checked(vault, token, await store.api_key_credential(reader, token.id), "api_key")
    _not_expired(row, now, "api_key")
    return _caller(row, row["entity_kind"], "api_key", token.id, Rights(row["rights"]))


async def _by_access_token(reader: Reader, vault: Vault, token: Token, now: int) -> Caller:
    row = _checked(vault, token, await store.access_token_credential(reader, token.id), "token")
    _not_expired(row, now, "token")
    return _caller(row, "user", "access_token", token.id, Rights(row["rights"]), row["client_id"])


async def _by_session(reader: Reader, vault: Vault, token: Token, now: int) -> Caller:
    row = _checked(vault, token, await store.session_credential(reader, token.id), "token")
    _not_expired(row, now, "token")
    return _caller(row, "user", "session", token.id, ALL_RIGHTS)


def _checked(vault: Vault, token: Token, row: Row | None, noun: str) -> Row:
    stored, pepper = (bytes(row["secret_hash"]), row["pepper"]) if row else (None, None)
    if not is_credential(vault, token, stored, pepper) or row is None:
        raise Unauthenticated("pkg/identityserver", f"{noun}_not_found", f"{noun.replace('_', ' ')} not found")
    return row


def _not_expired(row: Row, now: int, noun: str) -> None:
    if row["expires_at"] is not None and row["expires_at"] <= now:
        raise Unauthenticated("pkg/identityserver", f"{noun}_expired", f"{noun.replace('_', ' ')} expired")


def _caller(
    row: Row, kind: EntityKind, credential: Credential, credential_id: str, ceiling: Rights, client_id: str = ""
) -> Caller:
    if kind == "user":
        refuse_by_state(row["state"])
    return Caller(
        kind=kind,
        entity=row["entity"],
        uid=row["uid"],
        admin=bool(row["admin"]) and ceiling.covers(ALL_RIGHTS),
        credential=credential,
        credential_id=credential_id,
        ceiling=ceiling,
        client_id=client_id,
    )
