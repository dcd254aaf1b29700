"""Tokens in the form the field knows: `<prefix>.<id>.<secret>`.

Prefix: unpadded base32 of three letters. Id: 24 random bytes (39 characters). Secret: 32 random bytes (52 characters).
The whole is 98 characters long; the id is public, the secret is kept only as a keyed hash.
"""

import base64
import re
from enum import Enum
from typing import NamedTuple

from claimstack.vault.secret import Secret

ID_BYTES, SECRET_BYTES = 24, 32
MOST_CHARACTERS = 128


class TokenKind(Enum):
    """What a token is for; the value is its prefix."""

    API_KEY = "NNSXS"
    ACCESS_TOKEN = "MFRWG"  # noqa: S105 - a public prefix
    REFRESH_TOKEN = "OJSWM"  # noqa: S105
    AUTHORIZATION_CODE = "MF2XI"
    SESSION = "ONZW4"


_KINDS = {kind.value: kind for kind in TokenKind}
_FORM = re.compile(r"([A-Z2-7]{5})\.([A-Z2-7]{8,64})\.([A-Z2-7]{8,64})")


class Token(NamedTuple):
    """A token in its parts. `text()` shows the secret: once, to whom it belongs."""

    kind: TokenKind
    id: str
    secret: Secret

    def text(self) -> Secret:
        """The full text, as the caller sends it."""
        return Secret(f"{self.kind.value}.{self.id}.{self.secret.reveal().decode()}".encode())


def new_token(kind: TokenKind, random: bytes) -> Token:
    """Make a token from 56 random bytes."""
    if len(random) != ID_BYTES + SECRET_BYTES:
        raise ValueError(f"expected {ID_BYTES + SECRET_BYTES} random bytes")
    return Token(kind, _base32(random[:ID_BYTES]), Secret(_base32(random[ID_BYTES:]).encode()))


def parse_token(text: str) -> Token | None:
    """Read a token's form; None when it has none."""
    match = _FORM.fullmatch(text) if len(text) <= MOST_CHARACTERS else None
    kind = _KINDS.get(match[1]) if match else None
    return Token(kind, match[2], Secret(match[3].encode())) if match and kind else None


def _base32(value: bytes) -> str:
    return base64.b32encode(value).decode().rstrip("=")
