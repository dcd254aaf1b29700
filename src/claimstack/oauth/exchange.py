"""A code for tokens (RFC 6749 §4.1.3). A code works once: its second use revokes what the first one got (§4.1.2)."""

from typing import NamedTuple

from claimstack.identity import is_credential
from claimstack.oauth import pkce, store
from claimstack.oauth.tokens import ACCESS_LIFE, NOT_VALID, USED_TWICE, Granted, Refused, TokenPair
from claimstack.storage import Row, Transaction
from claimstack.vault import Token, Vault


class CodeGrant(NamedTuple):
    """What the client presents."""

    client_id: str
    code: Token
    redirect_uri: str
    code_verifier: str | None


async def exchange(tx: Transaction, vault: Vault, grant: CodeGrant, fresh: TokenPair, now: int) -> Granted | Refused:
    """Spend the code and put the fresh pair into force."""
    row = await store.code(tx, grant.code.id)
    if row is None or not _fits(vault, row, grant):
        return NOT_VALID
    await store.hold_family(tx, grant.code.id)
    # The guarded update decides who was first; nobody reads first and writes then.
    if not await store.spend_code(tx, grant.code.id, now):
        await store.remove_family(tx, grant.code.id)
        return USED_TWICE
    if row["expires_at"] <= now:
        return NOT_VALID
    await store.add_tokens(tx, vault, row, grant.code.id, fresh, now)
    return Granted(fresh, int(ACCESS_LIFE.total_seconds()))


def _fits(vault: Vault, row: Row, grant: CodeGrant) -> bool:
    # The verifier is looked at before "used before?": who only overheard a code can revoke nothing with it.
    return (
        is_credential(vault, grant.code, bytes(row["secret_hash"]), row["pepper"])
        and row["client_id"] == grant.client_id
        and row["redirect_uri"] == grant.redirect_uri
        and pkce.answers(grant.code_verifier, row["code_challenge"])
    )
