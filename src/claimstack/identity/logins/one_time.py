"""Tokens for one use that travel in links: `<id>.<secret>`, the secret 32 random bytes in base32, kept hashed."""

import base64
import re
from typing import NamedTuple

from claimstack.vault import Secret, Vault

SECRET_BYTES = 32
_FORM = re.compile(r"([A-Z2-7]{1,64}|[0-9]{1,18})\.([A-Z2-7]{52})")


class OneTime(NamedTuple):
    """A one-time token in its parts; `use` keeps those of different purpose apart."""

    use: str
    id: str
    secret: Secret

    @classmethod
    def new(cls, use: str, id: str, random: bytes) -> "OneTime":  # noqa: A002
        """Make one from 32 random bytes."""
        if len(random) != SECRET_BYTES:
            raise ValueError(f"expected {SECRET_BYTES} random bytes")
        return cls(use, id, Secret(base64.b32encode(random).rstrip(b"=")))

    @classmethod
    def parse(cls, use: str, text: str) -> "OneTime | None":
        """Read the text of one; None when it has not the form."""
        match = _FORM.fullmatch(text)
        return cls(use, match[1], Secret(match[2].encode())) if match else None

    def text(self) -> Secret:
        """What goes into the link: once, to whom it is for."""
        return Secret(f"{self.id}.".encode() + self.secret.reveal())

    def hash(self, vault: Vault) -> bytes:
        """HMAC-SHA-256 under the newest pepper; the id is kept beside, so it is not part of it."""
        return vault.hash(self.secret, self.use.encode())

    def matches(self, vault: Vault, stored: bytes, pepper: int) -> bool:
        """Whether this is the token with that hash; in constant time."""
        return vault.matches(self.secret, stored, pepper, self.use.encode())
