"""Log in and out. Three ways in: an API key, the browser, or a code pasted from the browser."""

from __future__ import annotations

import os
import sys
from contextlib import closing
from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import oauth
from claimstack.cli.shell import Shell
from claimstack.cli.terminal import ask
from claimstack.cli.terminal.option import Option, switch
from claimstack.cli.terminal.verb import Verb


def _login(shell: Shell, api_key: str | None, callback: bool) -> None:
    if api_key:
        _forget(shell)
        shell.credentials.keep(api_key=api_key, hosts=shell.configuration.hosts())
        shell.log.info("the API key is kept; it was not tried out")
        return
    tokens = _by_browser(shell) if callback else _by_paste(shell)
    _forget(shell)
    shell.credentials.keep(oauth_token=tokens, hosts=shell.configuration.hosts())
    shell.log.info("logged in")


def _by_browser(shell: Shell) -> dict[str, Any]:
    import webbrowser

    from claimstack.cli.settings import callback

    verifier, state = oauth.verifier(), os.urandom(16).hex()
    server = str(shell.configuration["oauth-server-address"])
    url = oauth.authorize_url(server, "local-callback", verifier, state)
    with closing(callback.listen()) as listener:
        shell.log.info("opening your browser; if it does not open, go to this address")
        print(url, file=sys.stderr)
        webbrowser.open(url)
        code = callback.wait_for_code(listener, state)
    tokens: dict[str, Any] = oauth.exchange(shell.configuration, code, "local-callback", verifier)
    return tokens


def _by_paste(shell: Shell) -> dict[str, Any]:
    verifier = oauth.verifier()
    server = str(shell.configuration["oauth-server-address"])
    shell.log.info("go to this address, allow the login, and paste the code here")
    print(oauth.authorize_url(server, "code", verifier), file=sys.stderr)
    code = ""
    while not oauth.looks_like_code(code):
        code = ask.line("Code")
    tokens: dict[str, Any] = oauth.exchange(shell.configuration, code, "code", verifier)
    return tokens


def _forget(shell: Shell) -> None:
    """End the stored login; what the server says to it matters little."""
    credentials = shell.credentials
    if not credentials.api_key and not credentials.oauth_token:
        return
    if credentials.oauth_token and not credentials.api_key:
        try:
            _revoke(shell)
        except Failure as failure:
            shell.log.warn("the server did not end the old login", reason=failure.text)
    credentials.forget()


def _revoke(shell: Shell) -> None:
    api = shell.any_api
    token = api.call("EntityAccess/AuthInfo").get("oauth_access_token")
    if token:
        request = {name: token[name] for name in ("user_ids", "client_ids", "id") if name in token}
        api.call("OAuthAuthorizationRegistry/DeleteToken", request)


def _logout(shell: Shell) -> None:
    _forget(shell)
    shell.log.info("logged out")


login = Verb(
    _login,
    options=[
        Option("api_key", metavar="KEY", text="log in with an API key, without a browser"),
        switch("callback", default=True,
               text="let the browser come back to this machine (default); =false to paste the code"),
    ],
    text="Log in. The login is kept in a file that only you can read.",
    example="$CLI login\n$CLI login --callback=false\n$CLI login --api-key NNSXS.….…",
)  # fmt: skip
logout = Verb(_logout, text="End the login, here and on the server.")
