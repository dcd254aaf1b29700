"""The token endpoint (RFC 6749 §3.2): forms, or the same words as a JSON object; the client in the body or by Basic."""

import json
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from claimstack.oauth.client import Client, client
from claimstack.oauth.exchange import CodeGrant, exchange
from claimstack.oauth.pages.site.form import FORM, BadForm, body_of, media_type, read_fields
from claimstack.oauth.pages.site.site import Site, log
from claimstack.oauth.refresh import RefreshGrant, refresh
from claimstack.oauth.tokens import NOT_VALID, Granted, Refused, TokenPair
from claimstack.storage import Busy
from claimstack.vault import TokenKind, parse_token

_HEADERS = {"cache-control": "no-store", "pragma": "no-cache", "x-content-type-options": "nosniff"}


async def token(site: Site, request: Request) -> Response:
    """`POST /oauth/token`"""
    try:
        words = await _words(request)
        asking = _client(request.headers.get("authorization", ""), words)
        outcome = asking if isinstance(asking, Refused) else await _granted(site, asking, words)
    except BadForm as error:
        return _refusal(Refused("invalid_request", str(error)), error.status)
    except Busy:
        return _refusal(Refused("temporarily_unavailable", "the database does not take work right now"), 503)
    if isinstance(outcome, Granted):
        return JSONResponse(_answer(outcome), headers=_HEADERS)
    log.info("token refused", error=outcome.error, description=outcome.description, remote=site.remote(request))
    return _refusal(outcome, 401 if outcome.error == "invalid_client" else 400)


async def _words(request: Request) -> Mapping[str, str]:
    body, kind = await body_of(request), media_type(request)
    if kind == FORM:
        return read_fields(body)
    if kind != "application/json":
        raise BadForm(415, f"expected content type {FORM} or application/json")
    try:
        words = json.loads(body)
    except (ValueError, RecursionError):
        raise BadForm(400, "the body is not JSON") from None
    if not isinstance(words, dict) or not all(isinstance(word, str) for word in words.values()):
        raise BadForm(400, "expected a JSON object of texts")
    return words


def _client(authorization: str, words: Mapping[str, str]) -> Client | Refused:
    named, secret = words.get("client_id", ""), words.get("client_secret", "")
    if authorization:
        basic = _basic(authorization)
        if basic is None or (named and named != basic[0]):
            return Refused("invalid_client", "the Authorization header is not Basic for this client")
        named, secret = basic
    asking = client(named)
    if asking is None or secret:  # our only client is public: its secret is empty
        return Refused("invalid_client", "unknown client, or wrong secret")
    return asking


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, secret = b64decode(encoded.strip(), validate=True).decode().partition(":")
    except ValueError:
        return None
    return (unquote_plus(name), unquote_plus(secret)) if scheme.lower() == "basic" and colon else None


async def _granted(site: Site, asking: Client, words: Mapping[str, str]) -> Granted | Refused:
    match words.get("grant_type"):
        case "authorization_code":
            return await _exchanged(site, asking, words)
        case "refresh_token":
            return await _refreshed(site, asking, words)
        case None | "":
            return Refused("invalid_request", "grant_type is missing")
    return Refused("unsupported_grant_type", "grant_type must be authorization_code or refresh_token")


async def _exchanged(site: Site, asking: Client, words: Mapping[str, str]) -> Granted | Refused:
    missing = [name for name in ("code", "redirect_uri") if not words.get(name)]
    if missing:
        return Refused("invalid_request", f"{missing[0]} is missing")
    code = parse_token(words["code"])
    if code is None or code.kind is not TokenKind.AUTHORIZATION_CODE:
        return NOT_VALID
    grant = CodeGrant(asking.client_id, code, words["redirect_uri"], words.get("code_verifier") or None)
    return await site.db.transaction(exchange, site.vault, grant, _pair(site), site.now)


async def _refreshed(site: Site, asking: Client, words: Mapping[str, str]) -> Granted | Refused:
    if not words.get("refresh_token"):
        return Refused("invalid_request", "refresh_token is missing")
    presented = parse_token(words["refresh_token"])
    if presented is None or presented.kind is not TokenKind.REFRESH_TOKEN:
        return NOT_VALID
    grant = RefreshGrant(asking.client_id, presented)
    return await site.db.transaction(refresh, site.vault, grant, _pair(site), site.now)


def _pair(site: Site) -> TokenPair:
    return TokenPair(site.fresh(TokenKind.ACCESS_TOKEN), site.fresh(TokenKind.REFRESH_TOKEN))


def _answer(granted: Granted) -> dict[str, str | int]:
    access, refreshing = granted.tokens
    return {
        "access_token": access.text().reveal().decode(),
        "token_type": "bearer",
        "refresh_token": refreshing.text().reveal().decode(),
        "expires_in": granted.expires_in,
    }


def _refusal(refused: Refused, status: int) -> Response:
    headers = _HEADERS | ({"www-authenticate": 'Basic realm="claimstack"'} if status == 401 else {})
    return JSONResponse({"error": refused.error, "error_description": refused.description}, status, headers)
