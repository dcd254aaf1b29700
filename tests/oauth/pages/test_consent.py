"""The authorization endpoint."""

import pytest

from claimstack.identity import Caller
from claimstack.vault import parse_token
from tests.oauth.conftest import AUTHORIZE, Browser, Person, query_of
from tests.oauth.test_authorization_request import REDIRECTS


async def test_the_page_says_who_asks_for_what_and_in_whose_name(logged_in: Browser) -> None:
    text = (await logged_in.get(AUTHORIZE)).text
    for words in ("ttn-lw-cli", "claims.example", "maker", "root keys", "Allow", "Deny"):
        assert words in text
    assert "administrator" not in text


async def test_an_administrator_is_told_what_else_goes_along(browser: Browser, a_person: Person) -> None:
    await a_person("chief", admin=True)
    await browser.log_in("chief")
    assert "because you are an administrator" in (await browser.get(AUTHORIZE)).text


async def test_who_allows_gets_a_code_for_the_client_with_state_and_issuer(logged_in: Browser) -> None:
    response = await logged_in.post(f"{AUTHORIZE}&state=s%26t", decision="allow")
    assert (response.status_code, response.headers["location"].partition("?")[0]) == (303, "/oauth/local-callback")
    words = query_of(response)
    assert (words["state"], words["iss"]) == ("s&t", "https://claims.example/oauth")
    assert parse_token(words["code"]) is not None


@pytest.mark.parametrize("fields", [{"decision": "deny"}, {}, {"decision": "allow?"}])
async def test_who_does_not_allow_gives_nothing(logged_in: Browser, fields: dict[str, str]) -> None:
    words = query_of(await logged_in.post(f"{AUTHORIZE}&state=s", **fields))
    assert (words["error"], words["state"]) == ("access_denied", "s")
    assert "code" not in words


async def test_a_remembered_consent_leaves_one_short_question(logged_in: Browser) -> None:
    await logged_in.allow()
    again = await logged_in.get(AUTHORIZE)
    assert again.status_code == 200
    assert "again?" in again.text
    assert "2026-11-24" in again.text


async def test_another_person_is_asked_in_full(logged_in: Browser, a_person: Person) -> None:
    await logged_in.allow()
    await a_person("buyer")
    await logged_in.log_in("buyer")
    assert "wants to act for you" in (await logged_in.get(AUTHORIZE)).text


async def test_a_form_without_a_session_gives_no_code(browser: Browser, maker: Caller) -> None:
    response = await browser.post(AUTHORIZE, decision="allow")
    assert response.headers["location"].startswith("/oauth/login?next=")


@pytest.mark.parametrize("redirect_uri", REDIRECTS[::6])
async def test_no_strange_redirect_uri_leads_anywhere(logged_in: Browser, redirect_uri: str) -> None:
    query = {"client_id": "cli", "redirect_uri": redirect_uri, "response_type": "code"}
    headers = {"sec-fetch-site": "same-origin"}
    for response in (
        await logged_in.client.get("/oauth/authorize", params=query),
        await logged_in.client.post("/oauth/authorize", params=query, data={"decision": "allow"}, headers=headers),
    ):
        assert response.status_code == 400
        assert "location" not in response.headers


async def test_other_errors_go_to_the_client_before_anybody_logs_in(browser: Browser) -> None:
    words = query_of(await browser.get(AUTHORIZE.replace("response_type=code", "response_type=token&state=s")))
    assert (words["error"], words["state"]) == ("unsupported_response_type", "s")
    words = query_of(await browser.get(f"{AUTHORIZE}&code_challenge=x&code_challenge_method=plain"))
    assert (words["error"], words["error_description"]) == ("invalid_request", "code_challenge_method must be S256")


async def test_not_me_leads_to_the_login_of_another_and_back(logged_in: Browser) -> None:
    text = (await logged_in.get(AUTHORIZE)).text
    assert 'action="/oauth/logout"' in text
    assert "/oauth/login?next=%2Foauth%2Fauthorize%3Fclient_id%3Dcli" in text
