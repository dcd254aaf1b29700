"""What a client asks for."""

from urllib.parse import parse_qsl, urlencode

import pytest

from claimstack.oauth.authorization_request import (
    AuthorizationRequest,
    Failed,
    Unanswerable,
    answer_location,
    read_request,
)

CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
GOOD = [("client_id", "cli"), ("redirect_uri", "code"), ("response_type", "code")]

_HOSTS = (
    "evil.example",
    "evil.example:443",
    "localhost",
    "localhost:11885",
    "127.0.0.1",
    "claims.example.evil.example",
)
_FORMS = (
    "http://{}/oauth/callback", "https://{}", "//{}", "\\\\{}", "/\\{}", "https:{}", "{}/local-callback",
    "local-callback@{}", "local-callback?next=//{}",
)  # fmt: skip
_NEAR = (
    "", " ", "local-callback ", " local-callback", "Local-Callback", "local-callback/", "/local-callback",
    "/oauth/local-callback", "./local-callback", "local-callback/../code", "local-callback?port=1", "local-callback#x",
    "local-callback\t", "local-callback\n", "local%2dcallback", "local-callback%00", "local-callback\x00", "codes",
    "cod", "CODE", "code/", "code?", "code#", "../code", "javascript:alert(1)", "data:text/html,x", "http:code",
    "local_callback", "local‐callback", "ｃode",
)  # fmt: skip
REDIRECTS = [form.format(host) for form in _FORMS for host in _HOSTS] + list(_NEAR)


def read(pairs: list[tuple[str, str]]) -> AuthorizationRequest | Unanswerable | Failed:
    return read_request(parse_qsl(urlencode(pairs), keep_blank_values=True))


def error(**changes: str) -> str:
    outcome = read([*((name, changes.pop(name, value)) for name, value in GOOD), *changes.items()])
    assert isinstance(outcome, Failed)
    return outcome.error


def test_a_good_request_is_read() -> None:
    outcome = read([*GOOD, ("state", "s"), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")])
    assert isinstance(outcome, AuthorizationRequest)
    assert (outcome.client.client_id, outcome.redirect_uri, outcome.state) == ("cli", "code", "s")
    assert outcome.code_challenge == CHALLENGE


def test_state_and_challenge_may_be_missing() -> None:
    outcome = read([*GOOD, ("state", "")])
    assert isinstance(outcome, AuthorizationRequest)
    assert (outcome.state, outcome.code_challenge) == ("", None)


@pytest.mark.parametrize("redirect_uri", REDIRECTS)
def test_any_redirect_uri_but_the_registered_ones_is_told_to_the_person_only(redirect_uri: str) -> None:
    assert len(set(REDIRECTS)) >= 80
    pairs = [("client_id", "cli"), ("redirect_uri", redirect_uri), ("response_type", "code")]
    assert isinstance(read(pairs), Unanswerable)


@pytest.mark.parametrize("client_id", ["", "CLI", "console", "cli\x00"])
def test_an_unknown_client_is_told_to_the_person_only(client_id: str) -> None:
    assert isinstance(read([("client_id", client_id), *GOOD[1:]]), Unanswerable)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_who_asks_twice_gets_no_redirect(name: str) -> None:
    assert isinstance(read([*GOOD, (name, "code" if name == "redirect_uri" else "cli")]), Unanswerable)


def test_only_codes_are_given() -> None:
    assert error(response_type="token") == "unsupported_response_type"
    assert error(response_type="") == "unsupported_response_type"


def test_a_challenge_must_be_s256() -> None:
    assert error(code_challenge=CHALLENGE) == "invalid_request"  # without a method it would be plain
    assert error(code_challenge=CHALLENGE, code_challenge_method="plain") == "invalid_request"
    assert error(code_challenge_method="S256") == "invalid_request"
    assert error(code_challenge="x", code_challenge_method="S256") == "invalid_request"


def test_a_repeated_parameter_is_an_error() -> None:
    outcome = read([*GOOD, ("state", "a"), ("state", "b")])
    assert outcome == Failed("code", "", "invalid_request", "repeated parameter: state")


def test_a_boundless_state_is_an_error() -> None:
    assert error(state="s" * 2049) == "invalid_request"


def test_the_answer_carries_state_and_issuer() -> None:
    assert answer_location("code", "a&b", "https://x/oauth", code="c") == (
        "/oauth/code?code=c&state=a%26b&iss=https%3A%2F%2Fx%2Foauth"
    )
    assert answer_location("code", "", "https://x/oauth", code="c") == "/oauth/code?code=c&iss=https%3A%2F%2Fx%2Foauth"
