"""Secrets: the KEK, sealing at rest, peppered hashes, tokens, passwords. Nothing secret leaves here by accident."""

from claimstack.vault.kek import KekError, KekFile
from claimstack.vault.passwords import hash_password, password_matches
from claimstack.vault.secret import Secret
from claimstack.vault.token import Token, TokenKind, new_token, parse_token
from claimstack.vault.vault import Sealed, Vault, has_pepper, open_vault

__all__ = [
    "KekError",
    "KekFile",
    "Sealed",
    "Secret",
    "Token",
    "TokenKind",
    "Vault",
    "has_pepper",
    "hash_password",
    "new_token",
    "open_vault",
    "parse_token",
    "password_matches",
]
