"""A refresh token for a new pair (RFC 6749 §6), rotated at each use: an old one that comes back kills the whole family.

Whoever comes second with a token is either a thief or the owner after a thief (RFC 9700 §4.14.2).
"""

from typing import NamedTuple

from claimstack.identity import is_credential
from claimstack.oauth import store
from claimstack.oauth.tokens import (
    ACCESS_LIFE,
    NOT_VALID,
    REFRESH_LIFE,
    USED_TWICE,
    Granted,
    Refused,
    TokenPair,
    micros,
)
from claimstack.storage import Transaction
from claimstack.vault import Token, Vault


class RefreshGrant(NamedTuple):
    """What the client presents."""

    client_id: str
    refresh_token: Token


async def refresh(tx: Transaction, vault: Vault, grant: RefreshGrant, fresh: TokenPair, now: int) -> Granted | Refused:
    """Replace the pair that this refresh token belongs to by the fresh one."""
    row = await store.refresh_token(tx, grant.refresh_token.id)
    stored, pepper = (bytes(row["refresh_hash"]), row["pepper"]) if row else (None, None)
    if not is_credential(vault, grant.refresh_token, stored, pepper) or row is None:
        return NOT_VALID
    if row["client_id"] != grant.client_id:
        return NOT_VALID
    await store.hold_family(tx, row["family"])
    if not await store.replace_tokens(tx, row["id"], now):
        await store.remove_family(tx, row["family"])
        return USED_TWICE
    if row["created_at"] + micros(REFRESH_LIFE) <= now:
        return NOT_VALID
    await store.add_tokens(tx, vault, row, row["family"], fresh, now)
    return Granted(fresh, int(ACCESS_LIFE.total_seconds()))
