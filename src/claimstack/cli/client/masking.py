"""Requests as they may be shown: every secret in them replaced by its length.

Used by --dump-requests and --dry-run. Claim codes, keys, passwords, tokens, and a QR text, which
carries the code, are secrets.
"""

from __future__ import annotations

from typing import Any

SECRET_NAMES = frozenset({
    "api_key", "key", "encrypted_key", "password", "temporary_password", "new", "old", "token",
    "invitation_token", "authentication_code", "qr_code", "secret", "code", "code_verifier",
    "refresh_token", "access_token", "client_secret", "data", "provisioning_data",
})  # fmt: skip
CODES = frozenset({"claim_authentication_code", "lbs_lns_secret", "target_cups_key"})


def masked(value: Any, name: str = "", inside: str = "") -> Any:
    """A copy of a message whose secrets read `<secret, N characters>`."""
    if isinstance(value, dict):
        return {k: masked(v, k, name) for k, v in value.items()}
    if isinstance(value, list):
        return [masked(item, name, inside) for item in value]
    is_secret = name in SECRET_NAMES or (name == "value" and inside in CODES)
    if is_secret and isinstance(value, str) and value:
        return f"<secret, {len(value)} characters>"
    return value
