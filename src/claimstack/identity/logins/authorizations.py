"""What a user granted to OAuth clients (RFC 6749): consents and the tokens issued on them, to see and to take back."""

from claimstack.errors import NotFound
from claimstack.events import Event, post
from claimstack.identity import words
from claimstack.identity.authorize import authorize
from claimstack.identity.caller import Caller
from claimstack.identity.entity import Entity
from claimstack.identity.logins import store
from claimstack.identity.rights import Right, Rights
from claimstack.identity.store import Page
from claimstack.storage import Reader, Row, Transaction
from claimstack.wire import v3


async def list_authorizations(
    reader: Reader, caller: Caller, uid: str, page: Page
) -> tuple[list[v3.OAuthClientAuthorization], int]:
    """The user's consents, and how many there are."""
    user = await _user(reader, caller, uid)
    rows, total = await store.authorizations(reader, user.id, page)
    return [_authorization(row, uid) for row in rows], total


async def list_tokens(
    reader: Reader, caller: Caller, uid: str, client_id: str, page: Page
) -> tuple[list[v3.OAuthAccessToken], int]:
    """The tokens of one client in force, without secrets, and how many there are."""
    user = await _user(reader, caller, uid)
    rows, total = await store.access_tokens(reader, user.id, client_id, page)
    return [token_words(row) for row in rows], total


async def delete_authorization(tx: Transaction, caller: Caller, uid: str, client_id: str, now: int) -> None:
    """Take a consent back, with every token issued on it; `authorization_not_found`."""
    user = await _user(tx, caller, uid)
    if not await store.remove_authorization(tx, user.id, client_id):
        text = "client `{client_id}` is not authorized by user `{user_id}`"
        raise NotFound("pkg/identityserver/store", "authorization_not_found", text, client_id=client_id, user_id=uid)
    await _tell(tx, user, "oauth.authorization.delete", now)


async def delete_token(tx: Transaction, caller: Caller, uid: str, client_id: str, token_id: str, now: int) -> None:
    """Delete a token with its refresh token; a token may always delete itself; `access_token_not_found`."""
    if (caller.credential, caller.credential_id, caller.uid) == ("access_token", token_id, uid):
        user = await authorize(tx, caller, "user", uid)
    else:
        user = await _user(tx, caller, uid)
    if not await store.remove_token_family(tx, user.id, client_id, token_id):
        text = "access token `{access_token_id}` not found"
        raise NotFound("pkg/identityserver/store", "access_token_not_found", text, access_token_id=token_id)
    await _tell(tx, user, "oauth.token.delete", now)


def token_words(row: Row) -> v3.OAuthAccessToken:
    """A token in the contract's words; its secrets are known to nobody here."""
    return v3.OAuthAccessToken(
        user_ids=v3.UserIdentifiers(user_id=row["uid"]),
        client_ids=v3.ClientIdentifiers(client_id=row["client_id"]),
        id=row["token_id"],
        rights=Rights(row["rights"]).collapsed(),  # type: ignore[arg-type]
        created_at=words.timestamp(row["created_at"]),
        expires_at=words.timestamp(row["expires_at"]),
        user_session_id=row["session_id"] or "",
    )


async def _user(reader: Reader, caller: Caller, uid: str) -> Entity:
    return await authorize(reader, caller, "user", uid, Right.USER_AUTHORIZED_CLIENTS)


def _authorization(row: Row, uid: str) -> v3.OAuthClientAuthorization:
    return v3.OAuthClientAuthorization(
        user_ids=v3.UserIdentifiers(user_id=uid),
        client_ids=v3.ClientIdentifiers(client_id=row["client_id"]),
        rights=Rights(row["rights"]).collapsed(),  # type: ignore[arg-type]
        created_at=words.timestamp(row["created_at"]),
        updated_at=words.timestamp(row["updated_at"]),
    )


async def _tell(tx: Transaction, user: Entity, name: str, now: int) -> None:
    visible = (int(Right.USER_AUTHORIZED_CLIENTS),)
    await post(tx, Event(name, now, "user", user.id, user.identifiers(), visible))
