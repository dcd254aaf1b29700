"""What is on a label stays between the page and the claim: no log, no address, no Referer, no history has it."""

import json
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Request, expect

from tests.claim_page.conftest import PHONE, Maker, card, signed_in, type_label, watched
from tests.support.house import House, Person


@pytest.fixture
def application(house: House, owner: Person) -> str:
    """An application of the owner."""
    return house.application(owner, "home")


def test_a_label_is_sent_once_in_the_body_of_the_claim_and_nowhere_else(
    chromium: Browser, url: str, maker: Maker, owner: Person, application: str, capfd: pytest.CaptureFixture[str]
) -> None:
    linked, typed = maker.device(), maker.device()
    sent: list[Request] = []
    capfd.readouterr()
    with watched(chromium.new_context(viewport=PHONE, locale="en-GB")) as context:
        context.on("request", lambda request: sent.append(request))
        signed_in(context, url, owner)
        page = context.new_page()
        page.goto(f"{url}/oauth")
        page.goto(f"{url}/claim#{quote(linked.label, safe=':')}")
        expect(card(page, linked)).to_be_visible()
        page.wait_for_selector("#application")
        type_label(page, typed)
        page.click("text=Claim all 2 devices")
        expect(page.locator("li.claimed")).to_have_count(2)
        page.reload()
        expect(page.locator("li.claimed")).to_have_count(2)
        page.go_back()
        addresses = page.url + page.evaluate("JSON.stringify([history.state, document.referrer])")
        page.go_forward()
        held = page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie")
    log = "".join(capfd.readouterr())
    for code in (linked.code, typed.code):
        assert code not in addresses + held + log
        bodies = [request for request in sent if request.post_data and code in request.post_data]
        assert [request.url for request in bodies] == [f"{url}/api/v3/edcs/claim"]
    for request in sent:
        carried = json.dumps(request.headers)
        assert not [code for code in (linked.code, typed.code) if code in carried]
        assert linked.code not in request.url.partition("#")[0]


def test_the_page_lets_nothing_inline_run_and_starts_no_worker_but_its_own(chromium: Browser, url: str) -> None:
    context = chromium.new_context()
    page = context.new_page()
    answer = page.goto(f"{url}/claim")
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'; trusted-types claimstack" in policy
    page.wait_for_selector("#start")
    refused = page.evaluate(
        """() => {
          const tries = [
            () => { document.body.innerHTML = "<b>x</b>"; },
            () => new Worker("/assets/x.js"),
            () => trustedTypes.createPolicy("claimstack", { createHTML: (text) => text }),
            () => trustedTypes.createPolicy("other", {}),
            () => { document.createElement("script").text = "1"; },
          ];
          return tries.map((one) => { try { one(); return "ran"; } catch (error) { return error.name; } });
        }"""
    )
    assert refused == ["TypeError", "TypeError", "TypeError", "TypeError", "TypeError"]
    context.close()


def test_a_first_visit_leaves_not_a_word_in_the_console(chromium: Browser, url: str) -> None:
    words: list[str] = []
    context = chromium.new_context(viewport=PHONE)
    context.on("console", lambda message: words.append(message.text))
    page = context.new_page()
    page.goto(f"{url}/claim")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_load_state("networkidle")
    client = context.new_cdp_session(page)
    errors = client.send("Page.getInstallabilityErrors")["installabilityErrors"]
    context.close()
    assert words == []
    assert [one["errorId"] for one in errors] == ["in-incognito"]  # as this profile is; else it can be installed


def test_who_is_signed_in_is_told_to_this_origin_alone(house: House, owner: Person) -> None:
    cookie = {"cookie": f"claimstack_session={owner.session}"}
    own = house.http.get("/claim/account", headers={**cookie, "sec-fetch-site": "same-origin"})
    assert (own.json(), own.headers["cache-control"]) == ({"user": owner.uid}, "no-store")
    for more in ({}, {"sec-fetch-site": "cross-site"}, {"origin": "http://evil.example"}):
        assert house.http.get("/claim/account", headers={**cookie, **more}).json() == {"user": ""}
    stale = {"cookie": "claimstack_session=ONZW4.GONE.GONE", "sec-fetch-site": "same-origin"}
    assert house.http.get("/claim/account", headers=stale).json() == {"user": ""}


def test_a_session_cookie_works_for_pages_of_this_origin_alone(house: House, owner: Person) -> None:
    path, cookie = "/api/v3/edcs/claim", {"cookie": f"claimstack_session={owner.session}"}
    abroad: tuple[dict[str, str], ...] = (
        {},
        {"origin": "http://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    )
    for more in abroad:
        assert house.http.post(path, json={}, headers={**cookie, **more}).status_code in (400, 401, 403)
        assert house.http.get("/api/v3/auth_info", headers={**cookie, **more}).json().get("user_session") is None
    own = house.http.get("/api/v3/auth_info", headers={**cookie, "sec-fetch-site": "same-origin"})
    assert own.json()["user_session"]["user_ids"]["user_id"] == owner.uid


def test_the_first_view_is_small_and_the_decoder_comes_when_it_is_needed(chromium: Browser, url: str) -> None:
    sizes: dict[str, int] = {}
    fresh = chromium.new_context(viewport=PHONE, service_workers="block")
    with watched(fresh, "Service Worker registration") as context:
        page = context.new_page()
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        names: dict[str, str] = {}
        client.on("Network.requestWillBeSent", lambda one: names.update({one["requestId"]: one["request"]["url"]}))
        client.on(
            "Network.loadingFinished",
            lambda event: sizes.update({names[event["requestId"]]: event["encodedDataLength"]}),
        )
        page.goto(f"{url}/claim")
        page.wait_for_load_state("networkidle")
    assert sum(sizes.values()) <= 150 * 1024, sizes
    assert [name for name in sizes if name.endswith(".wasm")] == []
    assert {Path(name).suffix for name in sizes} >= {".js", ".css"}
