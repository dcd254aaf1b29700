"""Proof Key for Code Exchange (RFC 7636), S256 only: `plain` shows the verifier to whoever sees the request."""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256

# SHA-256 in unpadded base64url is 43 characters; a verifier has 43 to 128 unreserved ones (RFC 7636 §4.1, §4.2).
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def is_challenge(text: str) -> bool:
    """Whether this can be an S256 challenge."""
    return _CHALLENGE.fullmatch(text) is not None


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a verifier."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")


def answers(verifier: str | None, challenge: str | None) -> bool:
    """Whether the verifier answers the challenge.

    Both or neither: a verifier for a code that was asked for without a challenge is refused, too, because it tells that
    somebody took the challenge away on the way (RFC 9700 §2.1.1).
    """
    if verifier is None or challenge is None:
        return verifier is None and challenge is None
    return _VERIFIER.fullmatch(verifier) is not None and hmac.compare_digest(challenge_of(verifier), challenge)
