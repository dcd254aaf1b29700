"""How a credential is checked: a keyed hash of its secret, tied to its kind and public id; never the secret itself."""

from claimstack.vault import Token, Vault

NOTHING = bytes(32)


def secret_hash(vault: Vault, token: Token) -> bytes:
    """HMAC-SHA-256 under the newest pepper (`vault.pepper_version`); 32 bytes."""
    return vault.hash(token.secret, *_context(token))


def is_credential(vault: Vault, token: Token, stored: bytes | None, pepper: int | None) -> bool:
    """Whether the token's secret has this hash. An unknown id (None) costs the same work and is never right."""
    known = stored is not None and pepper is not None
    same = vault.matches(token.secret, stored or NOTHING, pepper or vault.pepper_version, *_context(token))
    return same and known


def _context(token: Token) -> tuple[bytes, bytes]:
    return token.kind.value.encode(), token.id.encode()
