"""The authorization endpoint (RFC 6749 §3.1): a logged-in person allows a client to act for them, or does not.

Consent is remembered, and then one short question is left. It is never skipped: `cli` is a public client, so
anybody could ask in its name (RFC 8252 §8.6).
"""

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from claimstack.clock import from_micros
from claimstack.identity import Caller
from claimstack.oauth import store
from claimstack.oauth.authorization_request import (
    AuthorizationRequest,
    Failed,
    Unanswerable,
    answer_location,
    read_request,
)
from claimstack.oauth.grant import Person, allow, allowed_since
from claimstack.oauth.pages.login import login_location
from claimstack.oauth.pages.site.form import fields_of
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site, problem, redirect
from claimstack.vault import TokenKind


async def show_consent(site: Site, request: Request) -> Response:
    """`GET /oauth/authorize`"""
    asked = _asked(request)
    if not isinstance(asked, AuthorizationRequest):
        return _refusal(site, asked)
    caller = await site.caller(request)
    if caller is None:
        return redirect(login_location(request))
    since = await allowed_since(site.db, caller.entity, asked)
    return page(
        "consent.html",
        goes_to=asked.redirect_uri,
        client=asked.client,
        caller=caller,
        since=from_micros(since) if since else None,
        host=request.url.netloc,
        here=login_location(request),
    )


async def take_consent(site: Site, request: Request) -> Response:
    """`POST /oauth/authorize`, with `decision` allow or deny; the request itself is judged again."""
    asked = _asked(request)
    if not isinstance(asked, AuthorizationRequest):
        return _refusal(site, asked)
    caller = await site.caller(request)
    if caller is None:
        return redirect(login_location(request))
    fields = await fields_of(request)
    if fields.get("decision") == "allow":
        return await _allowed(site, asked, caller)
    words = {"error": "access_denied", "error_description": "the login was not allowed"}
    return redirect(answer_location(asked.redirect_uri, asked.state, site.issuer, **words))


async def _allowed(site: Site, asked: AuthorizationRequest, caller: Caller) -> Response:
    person = Person(caller, await store.session(site.db, caller.credential_id))
    code = site.fresh(TokenKind.AUTHORIZATION_CODE)
    await site.db.transaction(allow, site.vault, person, asked, code, site.now)
    text = code.text().reveal().decode()
    return redirect(answer_location(asked.redirect_uri, asked.state, site.issuer, code=text))


def _asked(request: Request) -> AuthorizationRequest | Unanswerable | Failed:
    return read_request(parse_qsl(request.url.query, keep_blank_values=True))


def _refusal(site: Site, failed: Unanswerable | Failed) -> Response:
    if isinstance(failed, Unanswerable):
        return problem(400, "This login cannot go on", failed.reason)
    words = {"error": failed.error, "error_description": failed.description}
    return redirect(answer_location(failed.redirect_uri, failed.state, site.issuer, **words))
