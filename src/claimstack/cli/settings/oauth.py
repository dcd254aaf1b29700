"""Logging in by OAuth 2: authorization code with PKCE (RFC 6749, RFC 7636), and refresh.

The client is `cli`, without a secret; its redirect URIs are relative to the server's OAuth mount:
`local-callback` sends the browser on to this machine, `code` shows the code to be pasted.
"""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from claimstack.cli.client import hints
from claimstack.cli.client.connection import Answer, Connection, LostAnswer, NotHTTP, Unreachable
from claimstack.cli.client.contract import quote
from claimstack.cli.client.failures import Failure
from claimstack.cli.settings.configuration import Configuration, split_address, tls_context
from claimstack.cli.settings.credentials import Credentials

CLIENT_ID = "cli"
CODE_PREFIX = "MF2XI."
EARLY = timedelta(seconds=10)


def verifier() -> str:
    """A fresh PKCE code verifier: 43 characters, 256 bits."""
    return urlsafe_b64encode(os.urandom(32)).decode().rstrip("=")


def authorize_url(server: str, redirect_uri: str, code_verifier: str, state: str = "") -> str:
    """The page where the user allows the login."""
    challenge = urlsafe_b64encode(sha256(code_verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": CLIENT_ID,
        "redirect_uri": redirect_uri,
        "response_type": "code",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "state": state,
    }
    pairs = "&".join(f"{key}={quote(value)}" for key, value in query.items() if value)
    return f"{server.rstrip('/')}/authorize?{pairs}"


def looks_like_code(text: str) -> bool:
    """Whether a pasted text has the form of an authorization code."""
    return text.startswith(CODE_PREFIX) and len(text.split(".")) == 3


def exchange(configuration: Configuration, code: str, redirect_uri: str, code_verifier: str) -> Any:
    """Tokens for an authorization code."""
    return token(
        configuration,
        grant_type="authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        code_verifier=code_verifier,
    )


def refresh_if_expired(configuration: Configuration, credentials: Credentials) -> None:
    """Renew the stored tokens if they are about to end; Failure if the server will not."""
    stored = credentials.oauth_token
    if not _is_expired(str(stored.get("expiry") or "")):
        return
    fresh = token(
        configuration,
        grant_type="refresh_token",
        refresh_token=str(stored.get("refresh_token") or ""),
    )
    fresh["refresh_token"] = fresh["refresh_token"] or stored.get("refresh_token")
    credentials.keep(oauth_token=fresh, api_key=credentials.api_key, hosts=credentials.hosts)


def _is_expired(expiry: str) -> bool:
    if not expiry or expiry.startswith("0001-"):
        return False
    moment = datetime.fromisoformat(expiry.replace("Z", "+00:00"))
    return moment <= datetime.now(UTC) + EARLY


def token(configuration: Configuration, **form: str) -> dict[str, Any]:
    """Ask the token endpoint; the answer in the form of the credentials file."""
    form = {"client_id": CLIENT_ID, "client_secret": "", **form}
    body = "&".join(f"{key}={quote(value)}" for key, value in form.items()).encode()
    answer = _post(configuration, body)
    try:
        words = json.loads(answer.read())
    except ValueError:
        words = None
    if not isinstance(words, dict) or answer.status >= 400 or "access_token" not in words:
        raise _refusal(words if isinstance(words, dict) else {}, answer.status)
    expiry = datetime.now(UTC) + timedelta(seconds=int(words.get("expires_in") or 3600))
    return {
        "access_token": words["access_token"],
        "token_type": words.get("token_type", "bearer"),
        "refresh_token": words.get("refresh_token", ""),
        "expiry": expiry.isoformat().replace("+00:00", "Z"),
    }


def _post(configuration: Configuration, body: bytes) -> Answer:
    scheme, host, port, path = split_url(str(configuration["oauth-server-address"]))
    tls = tls_context(str(configuration["ca"])) if scheme == "https" else None
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    place = f"{host}:{port}"
    try:
        with Connection(host, port, tls) as connection:
            answer = connection.request("POST", f"{path}/token", headers, body)
            answer.read()
            return answer
    except Unreachable as failure:
        raise hints.unreachable(place, tls is not None, failure) from failure
    except NotHTTP as failure:
        raise hints.not_http(place, failure) from failure
    except LostAnswer as lost:
        raise Failure("lost_answer", f"{place}: {lost}") from lost


def split_url(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an http or https address."""
    scheme, _, rest = url.partition("://")
    place, slash, path = rest.partition("/")
    if scheme not in ("http", "https") or not place:
        raise Failure("oauth_server_address", f"{url!r} is not a URL such as https://host/oauth")
    host, port = split_address(place, 443 if scheme == "https" else 80)
    return scheme, host, port, (slash + path).rstrip("/")


def _refusal(words: dict[str, Any], status: int) -> Failure:
    text = words.get("error_description") or words.get("message") or words.get("error")
    return Failure(
        "oauth_token",
        str(text or f"the token endpoint answered with status {status}"),
        "log in again",
    )
