"""A person allows a client to act for them: consent is remembered, and a code made that is good once, for 5 minutes."""

from typing import NamedTuple

from claimstack.events import Event, post
from claimstack.identity import Caller, Right, identifiers_of, secret_hash
from claimstack.oauth import store
from claimstack.oauth.authorization_request import AuthorizationRequest
from claimstack.oauth.tokens import CODE_LIFE, REFRESH_LIFE, micros
from claimstack.storage import Reader, Transaction
from claimstack.vault import Token, Vault

# Codes are kept for a day after their end, so that one that comes back late is still recognised.
KEEP_CODES = 24 * 60 * 60 * 1_000_000


class Person(NamedTuple):
    """Who is logged in, and by which session (surrogate key)."""

    caller: Caller
    session: int


async def allow(
    tx: Transaction, vault: Vault, person: Person, request: AuthorizationRequest, code: Token, now: int
) -> None:
    """Remember the consent and put the fresh code into force, bound to client, redirect URI and challenge."""
    account, asking = person.caller.entity, request.client
    await store.sweep(tx, account, now - KEEP_CODES, now - micros(REFRESH_LIFE))
    await store.keep_consent(tx, account, asking.client_id, asking.rights, now)
    await store.add_code(
        tx, code.id, account, person.session, request, secret_hash(vault, code), vault.pepper_version,
        now, now + micros(CODE_LIFE),
    )  # fmt: skip
    await post(tx, Event("oauth.authorize", now, "user", account, identifiers_of("user", person.caller.uid),
                         (Right.USER_AUTHORIZED_CLIENTS,)))  # fmt: skip


async def allowed_since(reader: Reader, account: int, request: AuthorizationRequest) -> int | None:
    """When the person last allowed this client all that it asks for now; None when never."""
    row = await store.consent(reader, account, request.client.client_id)
    return row["updated_at"] if row and not request.client.rights & ~row["rights"] else None
