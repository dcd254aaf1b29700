"""The Authorization header that a peer may be known by instead of a certificate (RFC 9110 §11.6.2)."""

import base64
import binascii
import contextlib

from claimstack.vault import Secret, Vault

_CONTEXT = b"peer authorization"


def canonical(value: str) -> Secret:
    """The header's value in one spelling: schemes have no case, Basic has one base64 for a user and password."""
    scheme, _, rest = value.strip().partition(" ")
    rest = rest.strip()
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, ValueError):  # not Basic as we know it: compared as it stands
            rest = base64.b64encode(base64.b64decode(rest, validate=True)).decode()
    return Secret(f"{scheme.lower()} {rest}".encode("utf-8", "surrogateescape"))


def header_hash(vault: Vault, value: str, pepper: int | None = None) -> bytes:
    """The keyed hash that the table keeps: 32 bytes."""
    return vault.hash(canonical(value), _CONTEXT, pepper=pepper)
