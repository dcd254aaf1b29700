"""The two redirect URIs of the command line: on to its own port, or a page that shows the code for pasting."""

from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import Response

from claimstack.identity import is_credential
from claimstack.oauth import store
from claimstack.oauth.pages.login import login_location
from claimstack.oauth.pages.site.rendering import page
from claimstack.oauth.pages.site.site import Site, problem, redirect
from claimstack.vault import TokenKind, parse_token

PORT = 11885


async def local_callback(site: Site, request: Request) -> Response:
    """`GET /oauth/local-callback?port=N&…`: to the person's own machine, nowhere else (RFC 8252 §7.3)."""
    port = request.query_params.get("port", str(PORT))
    if not (port.isascii() and port.isdecimal() and 0 < int(port[:6]) < 65536):
        return problem(400, "This login cannot go on", "The port of the command line is not a port.")
    rest = [pair for pair in parse_qsl(request.url.query, keep_blank_values=True) if pair[0] != "port"]
    return redirect(f"http://localhost:{int(port)}/oauth/callback?{urlencode(rest)}", 302)


async def show_code(site: Site, request: Request) -> Response:
    """`GET /oauth/code?code=…`: only to whom it was given, so that nobody can be made to paste another one's code."""
    if "error" in request.query_params:
        return problem(200, "The login was not allowed", "Nothing was changed. You can close this page.")
    caller = await site.caller(request)
    if caller is None:
        return redirect(login_location(request))
    text = request.query_params.get("code", "")
    token = parse_token(text)
    row = await store.code(site.db, token.id) if token and token.kind is TokenKind.AUTHORIZATION_CODE else None
    if token is None or row is None or row["account"] != caller.entity or row["expires_at"] <= site.now:
        return _gone()
    if row["used_at"] is not None or not is_credential(site.vault, token, bytes(row["secret_hash"]), row["pepper"]):
        return _gone()
    return page("code.html", code=text, caller=caller)


def _gone() -> Response:
    return problem(
        404,
        "This code is no longer good",
        "It was used, or is older than five minutes. Start the login again in your terminal.",
    )
