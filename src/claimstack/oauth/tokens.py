"""What the token endpoint gives and refuses (RFC 6749 §5), and how long each thing lives."""

from datetime import timedelta
from typing import NamedTuple

from claimstack.clock import MICROSECOND
from claimstack.vault import Token

CODE_LIFE = timedelta(minutes=5)
ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=90)
"""A refresh token that rests this long is dead; each use makes a new one (RFC 9700 §4.14)."""


def micros(life: timedelta) -> int:
    """A length of time as the database counts it."""
    return life // MICROSECOND


class TokenPair(NamedTuple):
    """A fresh access token and its refresh token, not yet given to anybody."""

    access: Token
    refresh: Token


class Granted(NamedTuple):
    """The pair that is now valid, and for how many seconds its access token is."""

    tokens: TokenPair
    expires_in: int


class Refused(NamedTuple):
    """An error code of RFC 6749 §5.2 and one line for the developer."""

    error: str
    description: str


NOT_VALID = Refused("invalid_grant", "the grant is unknown, expired, revoked, or was made for another client")
USED_TWICE = Refused("invalid_grant", "the grant was used before; every token that came from it is revoked")
