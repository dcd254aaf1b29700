"""What a client asks for at the authorization endpoint (RFC 6749 §4.1.1, RFC 7636 §4.3), judged without a database.

As long as client and redirect URI are not certain, an error is shown to the person; afterwards it goes to the client.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from claimstack.oauth import pkce
from claimstack.oauth.client import Client, client, location

MOST_STATE_CHARACTERS = 2048


class AuthorizationRequest(NamedTuple):
    """A request that may be put before the person."""

    client: Client
    redirect_uri: str
    state: str
    code_challenge: str | None


class Unanswerable(NamedTuple):
    """Nobody can be told but the person: client or redirect URI are not certain."""

    reason: str


class Failed(NamedTuple):
    """An error for the client (RFC 6749 §4.1.2.1)."""

    redirect_uri: str
    state: str
    error: str
    description: str


def read_request(pairs: Sequence[tuple[str, str]]) -> AuthorizationRequest | Unanswerable | Failed:
    """Judge the query of the authorization endpoint."""
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    values = {name: value for name, value in pairs if value}
    asking = client(values.get("client_id", ""))
    if asking is None or "client_id" in twice:
        return Unanswerable("The application that sent you here is not known to this server.")
    redirect_uri = values.get("redirect_uri", "")
    if not asking.accepts(redirect_uri) or "redirect_uri" in twice:
        return Unanswerable(f"{asking.name} asked to send you to an address that is not registered for it.")
    state = "" if "state" in twice else values.get("state", "")
    problem = ("invalid_request", f"repeated parameter: {twice[0]}") if twice else _problem(values)
    if problem:
        return Failed(redirect_uri, state, *problem)
    return AuthorizationRequest(asking, redirect_uri, state, values.get("code_challenge"))


def _problem(values: Mapping[str, str]) -> tuple[str, str] | None:
    challenge, method = values.get("code_challenge"), values.get("code_challenge_method")
    if values.get("response_type") != "code":
        return "unsupported_response_type", "response_type must be code"
    if (challenge or method) and method != "S256":
        return "invalid_request", "code_challenge_method must be S256"
    if method and not pkce.is_challenge(challenge or ""):
        return "invalid_request", "code_challenge must be 43 characters of base64url"
    if len(values.get("state", "")) > MOST_STATE_CHARACTERS:
        return "invalid_request", "state is too long"
    return None


def answer_location(redirect_uri: str, state: str, issuer: str, **words: str) -> str:
    """Where the browser goes with the answer; `iss` tells the client who answered (RFC 9207)."""
    query = {**words, **({"state": state} if state else {}), "iss": issuer}
    return f"{location(redirect_uri)}?{urlencode(query)}"
