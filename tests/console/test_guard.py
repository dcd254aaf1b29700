"""Nobody else's page changes anything: every route that changes something, six ways from elsewhere."""

import re

import httpx
import pytest

from claimstack.console.routes import PAGES
from tests.console.conftest import Visiting, Visitor
from tests.support.house import House, Person

CHANGING = [page.path for page in PAGES if page.verb == "POST"]
FORM = "application/x-www-form-urlencoded"
# What a browser sends with a form of another site, of a sister host, of a sandboxed frame, of an old browser, by fetch
# in mode no-cors, and what something sends that says nothing of where it comes from.
ELSEWHERE = {
    "another site": {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "content-type": FORM},
    "a sister host": {"origin": "https://evil.localhost", "sec-fetch-site": "same-site", "content-type": FORM},
    "a sandboxed frame": {"origin": "null", "sec-fetch-site": "cross-site", "content-type": FORM},
    "an old browser": {"origin": "https://evil.example", "content-type": FORM},
    "a script": {"origin": "https://evil.example", "sec-fetch-site": "cross-site", "content-type": "text/plain"},
    "nowhere": {"content-type": FORM},
}


def filled(path: str) -> str:
    """The path with something in each place."""
    return re.sub(r"\{\w+\}", "abc", path)


def test_the_console_has_many_routes_that_change_something() -> None:
    assert len(CHANGING) >= 39


@pytest.mark.parametrize("headers", ELSEWHERE.values(), ids=ELSEWHERE)
def test_no_form_from_elsewhere_is_taken(visitor: Visitor, headers: dict[str, str]) -> None:
    for path in CHANGING:
        answer = visitor.http.post(filled(path), content="once=1&name=x", headers=headers)
        assert answer.status_code == 403, path
        assert "did not come from here" in answer.text, path


@pytest.mark.parametrize("verb", ["PUT", "PATCH", "DELETE", "OPTIONS"])
def test_other_verbs_change_nothing(visitor: Visitor, verb: str) -> None:
    for path in CHANGING:
        assert visitor.http.request(verb, filled(path)).status_code in (404, 405), path


def test_a_get_of_a_changing_route_changes_nothing(visitor: Visitor, console: House, maker: Person) -> None:
    uid = console.application(maker)
    for deed in ("delete", "claiming/authorize", "api-keys/new"):
        assert visitor.get(f"/console/applications/{uid}/{deed}").status_code in (200, 404)
    assert console.ok("GET", f"/applications/{uid}/api-keys", token=maker.key) == {}


def test_a_form_of_our_own_page_is_taken(visitor: Visitor, console: House) -> None:
    headers = {"origin": console.settings.url, "content-type": FORM}
    answer = visitor.http.post("/console/applications/new", content="application_id=of-our-own", headers=headers)
    assert answer.status_code == 303, answer.text


def test_another_site_cannot_listen(visitor: Visitor) -> None:
    answer = visitor.http.get("/console/events?application=abc", headers={"sec-fetch-site": "cross-site"})
    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/console", "/console/nowhere", "/console/applications", "/console/profile"])
def test_every_page_has_the_headers(visitor: Visitor, path: str) -> None:
    headers = visitor.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == policy["connect-src"] == "'self'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert policy["trusted-types"] == "'none'"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"


def test_a_browser_without_fetch_metadata_is_told_to_send_its_origin(visitor: Visitor) -> None:
    assert visitor.http.get("/console").headers["referrer-policy"] == "same-origin"


def test_no_page_has_script_or_style_in_it(visitor: Visitor, console: House, maker: Person) -> None:
    uid = console.application(maker)
    for page in PAGES:
        if page.verb == "GET" and page.path != "/console/events":
            text = visitor.get(page.path.replace("{application_id}", uid)).text
            assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text), page.path


def test_who_is_not_logged_in_is_led_to_the_login_and_back(visiting: Visiting) -> None:
    stranger = visiting("")
    answer = stranger.get("/console/applications?q=a&order=name")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/oauth/login?next=%2Fconsole%2Fapplications%3Fq%3Da%26order%3Dname"


def test_a_session_that_ended_loses_no_form(visiting: Visiting) -> None:
    stranger = visiting("")
    answer = stranger.post("/console/applications/new", application_id="kept-id", name="<b>kept", password="not kept")
    assert answer.status_code == 401
    assert 'value="kept-id"' in answer.text
    assert "&lt;b&gt;kept" in answer.text
    assert "not kept" not in answer.text


@pytest.mark.parametrize("content", [b"\x89PNG picture", b"a" * 70_000, b""], ids=["small", "large", "empty"])
@pytest.mark.parametrize("kind", ["image/png", FORM])
def test_a_session_that_ended_says_so_to_whatever_was_sent(visiting: Visiting, content: bytes, kind: str) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": kind}
    for path in ("/console/applications/abc/devices/_label/picture", "/console/applications/new"):
        answer = visiting("").http.post(path, content=content, headers=headers)
        assert answer.status_code == 401, path
        assert "no-store" in answer.headers["cache-control"]


def test_a_form_with_nul_or_of_another_type_is_refused(visitor: Visitor) -> None:
    headers = {"sec-fetch-site": "same-origin", "content-type": FORM}
    path = "/console/applications/new"
    assert visitor.http.post(path, content="application_id=a%00b", headers=headers).status_code == 400
    assert visitor.http.post(path, content="a=" + "x" * 70_000, headers=headers).status_code == 413
    answer: httpx.Response = visitor.http.post(
        path, content="{}", headers={**headers, "content-type": "application/json"}
    )
    assert answer.status_code == 415
