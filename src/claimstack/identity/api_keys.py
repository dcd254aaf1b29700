"""API keys of users, organizations and applications: `NNSXS.<id>.<secret>`, shown once, kept as a keyed hash.

The same verbs for every kind of entity; nobody makes a key that can do more than themselves.
"""

from dataclasses import dataclass

from claimstack.errors import NotFound, invalid_field
from claimstack.events import Event, post
from claimstack.identity import store, words
from claimstack.identity.authorize import authorize
from claimstack.identity.caller import Caller, EntityKind
from claimstack.identity.credentials import secret_hash
from claimstack.identity.entity import Entity, rights_on
from claimstack.identity.rights import Right, Rights
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Token, Vault
from claimstack.wire import v3

_MANAGES: dict[EntityKind, Right] = {
    "application": Right.APPLICATION_SETTINGS_API_KEYS,
    "organization": Right.ORGANIZATION_SETTINGS_API_KEYS,
    "user": Right.USER_SETTINGS_API_KEYS,
}


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What a key is to be: a name for people, the rights' numbers, and until when (microseconds)."""

    name: str
    rights: tuple[int, ...]
    expires_at: int | None = None


async def create_api_key(
    tx: Transaction, vault: Vault, caller: Caller, kind: EntityKind, uid: str, wish: KeyWish, token: Token, now: int
) -> v3.APIKey:
    """Make a key from a fresh token; the answer is the only place where the secret is ever shown."""
    entity = await _managed(tx, caller, kind, uid)
    rights = _wished(entity, wish, now)
    creator = caller.entity if caller.kind == "user" else None
    hashed, pepper = secret_hash(vault, token), vault.pepper_version
    await store.add_api_key(
        tx, kind, entity.id, token.id, wish.name, rights, hashed, pepper, wish.expires_at, creator, now
    )
    made = words.api_key(await _found(tx, entity, token.id))
    await _tell(tx, entity, "create", made, now)
    made.key = token.text().reveal().decode()
    return made


async def list_api_keys(
    reader: Reader, caller: Caller, kind: EntityKind, uid: str, page: store.Page
) -> tuple[list[v3.APIKey], int]:
    """The keys of one page, without secrets, and how many there are."""
    entity = await _managed(reader, caller, kind, uid)
    rows, total = await store.api_keys(reader, kind, entity.id, page)
    return [words.api_key(row) for row in rows], total


async def get_api_key(reader: Reader, caller: Caller, kind: EntityKind, uid: str, key_id: str) -> v3.APIKey:
    """One key, without its secret; `api_key_not_found`."""
    entity = await _managed(reader, caller, kind, uid)
    return words.api_key(await _found(reader, entity, key_id))


async def update_api_key(
    tx: Transaction, caller: Caller, kind: EntityKind, uid: str, key: v3.APIKey, paths: frozenset[str], now: int
) -> v3.APIKey:
    """Change name, rights or expiry as the paths say; a key left without rights is deleted (and answered empty)."""
    entity = await _managed(tx, caller, kind, uid)
    before = words.api_key(await _found(tx, entity, key.id))
    if "rights" in paths and not key.rights:
        await delete_api_key(tx, caller, kind, uid, key.id, now)
        return v3.APIKey()
    wish = _merged(before, key, paths)
    rights = rights_on(kind, wish.rights)
    _check_expiry(wish if "expires_at" in paths else KeyWish("", ()), now)
    # What is added and what is taken away must both be held: a lesser key cannot cripple a greater one either.
    entity.require_all(rights ^ rights_on(kind, before.rights))
    row = await store.change_api_key(tx, kind, entity.id, key.id, wish.name, rights, wish.expires_at, now)
    if row is None:
        raise _not_found(key.id)
    after = words.api_key(row)
    await _tell(tx, entity, "update", after, now)
    return after


async def delete_api_key(tx: Transaction, caller: Caller, kind: EntityKind, uid: str, key_id: str, now: int) -> None:
    """Delete the key; the next request with it is refused."""
    entity = await _managed(tx, caller, kind, uid)
    if not await store.remove_api_key(tx, kind, entity.id, key_id):
        raise _not_found(key_id)
    await _tell(tx, entity, "delete", v3.APIKey(id=key_id), now)


async def _managed(reader: Reader, caller: Caller, kind: EntityKind, uid: str) -> Entity:
    return await authorize(reader, caller, kind, uid, _MANAGES[kind])


def _wished(entity: Entity, wish: KeyWish, now: int) -> Rights:
    rights = rights_on(entity.kind, wish.rights)
    if not rights:
        raise invalid_field("rights", "expected at least one right")
    _check_expiry(wish, now)
    entity.require_all(rights)
    return rights


def _check_expiry(wish: KeyWish, now: int) -> None:
    if wish.expires_at is not None and wish.expires_at <= now:
        raise invalid_field("expires_at", "expected a moment in the future")


def _merged(before: v3.APIKey, asked: v3.APIKey, paths: frozenset[str]) -> KeyWish:
    expiring = asked if "expires_at" in paths else before
    return KeyWish(
        name=asked.name if "name" in paths else before.name,
        rights=tuple(asked.rights if "rights" in paths else before.rights),
        expires_at=words.micros(expiring.expires_at) if expiring.HasField("expires_at") else None,
    )


async def _found(reader: Reader, entity: Entity, key_id: str) -> Row:
    row = await store.api_key(reader, entity.kind, entity.id, key_id)
    if row is None:
        raise _not_found(key_id)
    return row


def _not_found(key_id: str) -> NotFound:
    return NotFound(
        "pkg/identityserver/store", "api_key_not_found", "API key `{api_key_id}` not found", api_key_id=key_id
    )


async def _tell(tx: Transaction, entity: Entity, deed: str, key: v3.APIKey, now: int) -> None:
    name = f"{entity.kind}.api-key.{deed}"
    visibility = (int(_MANAGES[entity.kind]),)
    await post(tx, Event(name, now, entity.kind, entity.id, entity.identifiers(), visibility, payload=key))
