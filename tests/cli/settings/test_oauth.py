"""The OAuth client: addresses, tokens, refresh, and the browser's way back."""

import json
import socket
import threading
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings import callback, oauth
from claimstack.cli.settings.configuration import Configuration
from claimstack.cli.settings.credentials import Credentials
from tests.cli.loopback import answer, json_answer, loopback

TOKEN = {"access_token": "MFRWG.A.B", "token_type": "bearer", "refresh_token": "OJSWM.A.C", "expires_in": 60}
PAST, FUTURE = "2020-01-01T00:00:00Z", "2999-01-01T00:00:00Z"


def configuration(port: int) -> Configuration:
    flags = {"oauth-server-address": f"http://127.0.0.1:{port}/oauth", "insecure": "true"}
    return Configuration(flags, ["/nowhere"], {})


def test_the_login_page_gets_a_pkce_challenge_and_no_empty_state() -> None:
    query = parse_qs(urlsplit(oauth.authorize_url("https://h/oauth/", "code", "verifier")).query)
    challenge = urlsafe_b64encode(sha256(b"verifier").digest()).decode().rstrip("=")
    assert query == {
        "client_id": ["cli"],
        "redirect_uri": ["code"],
        "response_type": ["code"],
        "code_challenge": [challenge],
        "code_challenge_method": ["S256"],
    }


def test_a_code_is_exchanged_with_the_client_in_the_body() -> None:
    with loopback(json_answer(TOKEN)) as server:
        tokens = oauth.exchange(configuration(server.port), "MF2XI.A.B", "code", "verifier")
        line, headers, body = server.requests[0]
    assert line == "POST /oauth/token"
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    form = parse_qs(body.decode(), keep_blank_values=True)
    assert form == {
        "client_id": ["cli"],
        "client_secret": [""],
        "grant_type": ["authorization_code"],
        "code": ["MF2XI.A.B"],
        "redirect_uri": ["code"],
        "code_verifier": ["verifier"],
    }
    assert tokens["access_token"] == "MFRWG.A.B"
    assert tokens["expiry"].endswith("Z")


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (json_answer({"error": "invalid_grant", "error_description": "the code is spent"}, 400), "spent"),
        (json_answer({"code": 3, "message": "error:oauth:x (bad)"}, 400), "bad"),
        (json_answer({}), "status 200"),
        (answer(b"<html>", kind="text/html"), "status 200"),
    ],
)
def test_a_refused_exchange_says_why(reply: bytes, text: str) -> None:
    with loopback(reply) as server, pytest.raises(Failure, match=text):
        oauth.exchange(configuration(server.port), "MF2XI.A.B", "code", "verifier")


def test_tokens_are_renewed_when_they_are_over_and_kept(tmp_path: Path) -> None:
    path = str(tmp_path / "cache")
    Credentials("", path).keep(oauth_token={**TOKEN, "expiry": PAST}, hosts=["127.0.0.1"])
    fresh = {"access_token": "MFRWG.N.N", "expires_in": 60}
    with loopback(json_answer(fresh)) as server:
        oauth.refresh_if_expired(configuration(server.port), Credentials("", path))
        assert b"refresh_token=OJSWM.A.C" in server.requests[0][2]
    stored = json.loads(Path(path).read_text())
    assert stored["oauth_token"]["access_token"] == "MFRWG.N.N"
    assert stored["oauth_token"]["refresh_token"] == "OJSWM.A.C"
    assert stored["hosts"] == ["127.0.0.1"]


@pytest.mark.parametrize("expiry", [FUTURE, "", "0001-01-01T00:00:00Z"])
def test_tokens_that_last_are_left_alone(tmp_path: Path, expiry: str) -> None:
    path = str(tmp_path / "cache")
    Credentials("", path).keep(oauth_token={**TOKEN, "expiry": expiry})
    with loopback(json_answer({})) as server:
        oauth.refresh_if_expired(configuration(server.port), Credentials("", path))
        assert server.requests == []


@pytest.mark.parametrize(("text", "is_code"), [("MF2XI.A.B", True), ("MF2XI.A", False), ("NNSXS.A.B", False)])
def test_a_pasted_code_is_known_by_its_form(text: str, is_code: bool) -> None:
    assert oauth.looks_like_code(text) is is_code


@pytest.mark.parametrize("url", ["localhost/oauth", "ftp://h/oauth", "https://"])
def test_an_address_that_is_no_url_is_named(url: str) -> None:
    with pytest.raises(Failure, match="is not a URL"):
        oauth.split_url(url)


def visit(port: int, *targets: str) -> list[bytes]:
    """Be the browser: ask for each target and keep the answers' status lines."""
    found = []
    for target in targets:
        with socket.create_connection(("127.0.0.1", port), 5) as browser:
            browser.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            found.append(browser.makefile("rb").readline())
    return found


def come_back(*targets: str, state: str = "s") -> tuple[str | Failure, list[bytes]]:
    with callback.listen(0) as listener:
        seen: list[bytes] = []
        browser = threading.Thread(target=lambda: seen.extend(visit(listener.getsockname()[1], *targets)))
        browser.start()
        try:
            result: str | Failure = callback.wait_for_code(listener, state, 5)
        except Failure as failure:
            result = failure
        browser.join(5)
    return result, seen


def test_the_browser_brings_the_code_and_other_visits_are_turned_away() -> None:
    code, seen = come_back("/favicon.ico", "/oauth/callback?code=MF2XI.A.B&state=s")
    assert code == "MF2XI.A.B"
    assert [line.split()[1] for line in seen] == [b"404", b"200"]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("/oauth/callback?code=MF2XI.A.B&state=other", "not for this login"),
        ("/oauth/callback?code=MF2XI.A.B", "not for this login"),
        ("/oauth/callback?error=access_denied&error_description=denied&state=s", "denied"),
    ],
)
def test_a_callback_for_another_login_is_refused(target: str, text: str) -> None:
    failure, seen = come_back(target)
    assert isinstance(failure, Failure)
    assert text in failure.text
    assert seen[0].split()[1] == b"400"


def test_a_taken_port_tells_the_other_way_in() -> None:
    with callback.listen(0) as first, pytest.raises(Failure, match="taken") as caught:
        callback.listen(first.getsockname()[1])
    assert "--callback=false" in caught.value.hint


def test_waiting_ends() -> None:
    with callback.listen(0) as listener, pytest.raises(Failure, match="nobody came back"):
        callback.wait_for_code(listener, "s", 0.05)
