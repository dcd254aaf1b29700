"""The token endpoint."""

from base64 import b64encode

import pytest

from tests.oauth.conftest import Browser

CODE = "MF2XI." + "A" * 39 + "." + "A" * 52


def basic(text: str) -> dict[str, str]:
    return {"authorization": f"Basic {b64encode(text.encode()).decode()}"}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({}, "invalid_request"),
        ({"grant_type": ""}, "invalid_request"),
        ({"grant_type": "password", "username": "maker", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"grant_type": "authorization_code"}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": CODE}, "invalid_request"),
        ({"grant_type": "authorization_code", "code": CODE, "redirect_uri": "code"}, "invalid_grant"),
        ({"grant_type": "authorization_code", "code": "x", "redirect_uri": "code"}, "invalid_grant"),
        ({"grant_type": "refresh_token"}, "invalid_request"),
        ({"grant_type": "refresh_token", "refresh_token": CODE}, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "OJSWM." + CODE[6:]}, "invalid_grant"),
    ],
)
async def test_each_mistake_has_the_error_of_the_standard(browser: Browser, words: dict[str, str], error: str) -> None:
    for answer in (
        await browser.token(**words),
        await browser.client.post("/oauth/token", json={"client_id": "cli", **words}),
        await browser.client.post("/oauth/token", data=words or {"x": "y"}, headers=basic("cli:")),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, error)
        assert set(answer.json()) == {"error", "error_description"}
        assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize("words", [{}, {"client_id": "evil"}, {"client_id": "cli", "client_secret": "x"}])
async def test_another_client_or_secret_is_refused(browser: Browser, words: dict[str, str]) -> None:
    answer = await browser.client.post("/oauth/token", data={"grant_type": "refresh_token", **words})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert answer.headers["www-authenticate"].startswith("Basic ")


NOT_THE_CLIENTS = [
    "Bearer x",
    "Basic",
    "Basic !!!",
    f"Basic {b64encode(b'cli').decode()}",
    *(basic(text)["authorization"] for text in ("evil:", "cli:x", ":")),
]


@pytest.mark.parametrize("authorization", NOT_THE_CLIENTS)
async def test_a_header_that_is_not_the_clients_is_refused(browser: Browser, authorization: str) -> None:
    answer = await browser.client.post(
        "/oauth/token", data={"grant_type": "refresh_token"}, headers={"authorization": authorization}
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_header_and_body_must_name_the_same_client(browser: Browser) -> None:
    answer = await browser.client.post("/oauth/token", data={"client_id": "evil"}, headers=basic("cli:"))
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("grant_type=refresh_token&grant_type=password&client_id=cli", "application/x-www-form-urlencoded", 400),
        ("{", "application/json", 400),
        ("[]", "application/json", 400),
        ('{"client_id": 1}', "application/json", 400),
        ("[" * 50_000, "application/json", 400),
        ("x" * 70_000, "application/x-www-form-urlencoded", 413),
        ("grant_type=refresh_token", "text/plain", 415),
        ("", "multipart/form-data; boundary=x", 415),
    ],
)
async def test_what_cannot_be_read_is_an_invalid_request(browser: Browser, body: str, kind: str, status: int) -> None:
    answer = await browser.client.post("/oauth/token", content=body, headers={"content-type": kind})
    assert (answer.status_code, answer.json()["error"]) == (status, "invalid_request")


async def test_a_client_may_ask_from_anywhere_and_without_a_cookie(browser: Browser) -> None:
    headers = {"origin": "https://integrator.example", "sec-fetch-site": "cross-site"}
    answer = await browser.client.post("/oauth/token", data={"client_id": "cli"}, headers=headers)
    assert answer.status_code == 400


async def test_it_takes_no_get(browser: Browser) -> None:
    assert (await browser.get("/oauth/token?grant_type=refresh_token&client_id=cli")).status_code in (404, 405)
