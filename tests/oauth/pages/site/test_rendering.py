"""Pages out of templates, and the headers that keep them safe."""

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from claimstack.oauth.pages.site.rendering import page
from tests.oauth.conftest import AUTHORIZE, Browser

PUBLIC = ["login", "register", "forgot-password", "update-password", "one-time-login", "nowhere"]
PAYLOAD = "\"><script>alert(1)</script>'<img src=x onerror=alert(1)>"


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def pages(browser: Browser) -> list[str]:
    paths = [*(f"/oauth/{name}" for name in PUBLIC), "/oauth", AUTHORIZE, "/oauth/authorize?client_id=x"]
    answers = [await browser.get(path) for path in paths]
    return [answer.text for answer in answers if not answer.is_redirect]


@pytest.mark.parametrize("name", PUBLIC)
async def test_every_page_has_the_headers(browser: Browser, name: str) -> None:
    headers = (await browser.get(f"/oauth/{name}")).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert policy["require-trusted-types-for"] == "'script'"
    assert headers["cache-control"] == "no-store"
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("no-referrer", "same-origin")


async def test_a_page_whose_address_holds_a_secret_tells_nobody_where_its_visitor_came_from(logged_in: Browser) -> None:
    answer = await logged_in.allow(AUTHORIZE.replace("local-callback", "code"))
    shown = await logged_in.get(f"/oauth/code?code={answer['code']}")
    assert shown.status_code == 200
    assert shown.headers["referrer-policy"] == "no-referrer"
    redirect = await logged_in.get(f"/oauth/local-callback?code={answer['code']}")
    assert redirect.headers["referrer-policy"] == "no-referrer"


async def test_only_the_consent_that_goes_on_to_the_command_line_may_end_at_its_port(logged_in: Browser) -> None:
    policy = (await logged_in.get(AUTHORIZE)).headers["content-security-policy"]
    assert "form-action 'self' http://localhost:*;" in policy
    policy = (await logged_in.get(AUTHORIZE.replace("local-callback", "code"))).headers["content-security-policy"]
    assert "form-action 'self';" in policy


async def test_nothing_is_inline_and_nothing_comes_from_elsewhere(logged_in: Browser) -> None:
    for text in await pages(logged_in):
        for tag, attributes in Tags(text).tags:
            assert tag != "style"
            assert not [name for name in attributes if name.startswith("on") or name == "style"]
            assert tag != "script" or str(attributes["src"]).startswith("/static/")
            assert not [url for name in ("src", "href", "action") if (url := attributes.get(name)) and "//" in url]
        assert not re.search(r"<script[^>]*>[^<]", text)


async def test_every_field_has_a_label_and_an_autocomplete_word(logged_in: Browser) -> None:
    for text in await pages(logged_in):
        tags = Tags(text).tags
        labelled = {attributes["for"] for tag, attributes in tags if tag == "label"}
        for tag, attributes in tags:
            if tag == "input" and attributes.get("type") != "hidden":
                assert attributes["id"] in labelled
                assert attributes["autocomplete"]
        assert len([tag for tag, _ in tags if tag == "h1"]) == 1


async def test_what_was_typed_or_asked_never_becomes_markup(browser: Browser) -> None:
    shown = [
        await browser.post("/oauth/login", user_id=PAYLOAD, password="x", next=f"/{PAYLOAD}"),
        await browser.post("/oauth/register", user_id=PAYLOAD, email=PAYLOAD, invitation=PAYLOAD),
        await browser.post("/oauth/update-password", user_id=PAYLOAD, next=PAYLOAD),
        await browser.client.get("/oauth/login", params={"next": f"/{PAYLOAD}"}),
        await browser.client.get("/oauth/authorize", params={"client_id": PAYLOAD}),
        await browser.client.get("/oauth/code", params={"code": PAYLOAD, "error": PAYLOAD}),
    ]
    for response in shown:
        assert "alert(1)" not in response.text.replace("&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "").replace(
            "&lt;img src=x onerror=alert(1)&gt;", ""
        )


def test_every_template_and_every_name_in_it_is_known() -> None:
    names = {file.name for file in (files("claimstack.oauth") / "templates").iterdir()}
    assert {"layout.html", "parts.html", "error.html"} <= names
    assert page("error.html", 404, title="T", text="t").status_code == 404
