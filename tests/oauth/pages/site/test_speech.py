"""Login pages speak the visitor's language; what this room says in English is in the catalogue."""

import ast
import re
from pathlib import Path

import pytest

from claimstack.oauth.pages.site.speech import said
from claimstack.texts import texts_of
from tests.oauth.conftest import Browser

OAUTH = Path(__file__).parents[4] / "src" / "claimstack" / "oauth"
SENTENCE = re.compile(r"^[A-Z][a-z]+ .*[a-z]\.$")
PAGES = ["login", "register", "forgot-password", "update-password", "one-time-login", "nowhere"]


def sentences() -> set[str]:
    """Every sentence that this room has for people: a text that begins like one and ends in a full stop."""
    found = set()
    for path in OAUTH.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        words = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        }
        found |= {
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and SENTENCE.match(node.value)
        } - {text for text in words if text}
    return found


def test_every_sentence_of_this_room_is_in_the_catalogue() -> None:
    german = texts_of("de")
    assert len(sentences()) > 20
    assert [text for text in sorted(sentences()) if said(german, text) == text] == []


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_speaks_german_to_who_likes_it(browser: Browser, name: str) -> None:
    headers = {"accept-language": "de-CH, en;q=0.4", "sec-fetch-site": "none"}
    answer = await browser.client.get(f"/oauth/{name}", headers=headers)
    assert answer.headers["content-language"] == "de"
    assert '<html lang="de">' in answer.text
    assert "Log in" not in answer.text


async def test_a_refusal_is_in_the_language_of_its_page(browser: Browser, maker: object) -> None:
    browser.client.headers["accept-language"] = "de"
    refused = await browser.log_in(password="not the password")
    assert "Die Benutzer-ID oder das Passwort stimmt nicht." in refused.text
    browser.client.cookies.set("claimstack_language", "en")
    assert "The user ID or the password is not right." in (await browser.log_in(password="not it")).text


async def test_a_page_has_the_colours_that_were_chosen_in_the_console(browser: Browser) -> None:
    assert "data-theme" not in (await browser.get("/oauth/login")).text
    browser.client.cookies.set("claimstack_theme", "dark")
    chosen = (await browser.get("/oauth/login")).text
    assert '<html lang="en" data-theme="dark">' in chosen
    assert '<meta name="color-scheme" content="dark">' in chosen
    browser.client.cookies.set("claimstack_theme", '"><script>')
    assert "data-theme" not in (await browser.get("/oauth/login")).text
