"""The session cookie, and which requests may use it."""

import os

import pytest
from starlette.responses import Response

from claimstack.oauth import session_token
from claimstack.oauth.pages.site.session_cookie import clear_session, own_origins, page_token, same_origin, set_session
from claimstack.vault import TokenKind, new_token

TOKEN = new_token(TokenKind.SESSION, os.urandom(56))
TEXT = TOKEN.text().reveal().decode()
SECURE = {"cookie": f"a=b; __Host-claimstack={TEXT}", "host": "claims.example"}
PLAIN = {"cookie": f"claimstack_session={TEXT}", "host": "localhost:1885"}


def test_on_https_the_cookie_belongs_to_this_host_and_no_script_reads_it() -> None:
    response = Response()
    set_session(response, TOKEN, secure=True)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"__Host-claimstack={TEXT};")
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=lax", "path=/", "max-age=2592000"} == parts


def test_on_plain_http_it_has_no_prefix_that_browsers_would_refuse() -> None:
    response = Response()
    set_session(response, TOKEN, secure=False)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("claimstack_session=")
    assert "secure" not in cookie.lower()


@pytest.mark.parametrize("secure", [True, False])
def test_it_is_cleared_under_the_name_it_was_set(secure: bool) -> None:
    setting, clearing = Response(), Response()
    set_session(setting, TOKEN, secure)
    clear_session(clearing, secure)
    assert clearing.headers["set-cookie"].partition("=")[0] == setting.headers["set-cookie"].partition("=")[0]
    assert "max-age=0" in clearing.headers["set-cookie"].lower()


@pytest.mark.parametrize("headers", [SECURE, PLAIN])
def test_the_api_takes_it_from_a_page_of_this_origin(headers: dict[str, str]) -> None:
    assert session_token({**headers, "sec-fetch-site": "same-origin"}) == TEXT


def test_where_there_is_no_sec_fetch_site_the_origin_decides() -> None:
    assert session_token({**SECURE, "origin": "https://claims.example"}) == TEXT
    assert session_token({**PLAIN, "origin": "http://localhost:1885"}) == TEXT


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": "https://claims.example"},
        {"origin": "https://evil.example"},
        {"origin": "http://claims.example"},
        {"origin": "https://claims.example:8443"},
        {"origin": "https://claims.example.evil.example"},
        {"origin": "null"},
        {"origin": ""},
    ],
)
def test_from_anywhere_else_it_is_not_taken(headers: dict[str, str]) -> None:
    assert session_token({**SECURE, **headers}) is None


def test_an_origin_of_another_port_is_another_origin() -> None:
    assert session_token({**PLAIN, "origin": "http://localhost:3000"}) is None


@pytest.mark.parametrize(
    "value",
    ["", "x", TEXT.replace("ONZW4", "NNSXS"), TEXT.replace("ONZW4", "MFRWG"), TEXT + "A" * 99],
    ids=["nothing", "a letter", "an API key", "an access token", "too long"],
)
def test_what_is_no_session_token_is_not_taken(value: str) -> None:
    headers = {"cookie": f"__Host-claimstack={value}", "host": "h", "sec-fetch-site": "same-origin"}
    assert session_token(headers) is None
    assert page_token(headers, secure=True) is None


def test_a_strange_cookie_beside_it_does_no_harm() -> None:
    headers = {"cookie": f'odd={{"a":1}}; =; x"y; __Host-claimstack={TEXT}'}
    assert page_token(headers, secure=True) == TEXT


def test_a_page_on_https_does_not_take_the_cookie_that_plain_http_could_plant() -> None:
    assert page_token(PLAIN, secure=True) is None


def test_the_own_origins_are_by_public_url_and_by_the_name_used() -> None:
    origins = own_origins("https://claims.example", "10.0.0.1:1885")
    assert origins == ("https://claims.example", "https://10.0.0.1:1885")
    assert same_origin({"origin": "https://10.0.0.1:1885"}, *origins)
