"""The session cookie (RFC 6265bis), and which requests may use it: those that a page of this very origin made.

On HTTPS it is `__Host-claimstack`, which no other host and no plain HTTP can set; on plain HTTP (a trial on localhost)
a cookie without that prefix. The token in it is checked against the database on every request.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.requests import cookie_parser
from starlette.responses import Response

from claimstack.identity.logins import SESSION_LIFE
from claimstack.vault import Token, TokenKind, parse_token

SECURE, PLAIN = "__Host-claimstack", "claimstack_session"
_SCHEMES = {SECURE: "https", PLAIN: "http"}


def session_token(headers: Mapping[str, str]) -> str | None:
    """The session token that the API may take from a request with these headers (names in lower case), or None.

    None, too, when the request did not come from a page of this origin: another site cannot use somebody's session.
    """
    for name, scheme in _SCHEMES.items():
        token = _cookie(headers.get("cookie", ""), name)
        if token and same_origin(headers, f"{scheme}://{headers.get('host', '')}"):
            return token
    return None


def page_token(headers: Mapping[str, str], secure: bool) -> str | None:
    """The session token of a request for a page; whether the request may change anything is asked apart."""
    return _cookie(headers.get("cookie", ""), SECURE if secure else PLAIN)


def same_origin(headers: Mapping[str, str], *origins: str) -> bool:
    """Whether a page of this origin made the request.

    `Sec-Fetch-Site` decides where it is sent (a page cannot forge it); where it is not (plain HTTP, old browsers), the
    `Origin` that goes with every POST. Neither: not a browser that we could believe.
    """
    site = headers.get("sec-fetch-site")
    return site == "same-origin" if site else headers.get("origin", "") in origins


def set_session(response: Response, token: Token, secure: bool) -> None:
    """Send the session's cookie with this answer."""
    response.set_cookie(
        SECURE if secure else PLAIN,
        token.text().reveal().decode(),
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def clear_session(response: Response, secure: bool) -> None:
    """Make the browser forget the session's cookie."""
    response.delete_cookie(SECURE if secure else PLAIN, path="/", secure=secure, httponly=True, samesite="lax")


def own_origins(public_url: str, host: str) -> tuple[str, str]:
    """The origins that pages of this server have: by the public URL, and by the name that the browser used."""
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{parts.netloc}", f"{parts.scheme}://{host}"


def _cookie(header: str, name: str) -> str | None:
    value = cookie_parser(header).get(name, "")
    token = parse_token(value)
    return value if token and token.kind is TokenKind.SESSION else None
