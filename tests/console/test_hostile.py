"""What people type is shown as they typed it, never run: some of the texts here, all of them in `test_in_full.py`."""

import html

import pytest

from tests.console.conftest import Browse, Visitor
from tests.console.looking import foreign
from tests.support.hostile import HOSTILE
from tests.support.house import House, Person, fresh

SOME = HOSTILE[::25]


@pytest.mark.parametrize("text", SOME, ids=range(len(SOME)))
def test_no_text_breaks_out_of_a_form_that_comes_back(visitor: Visitor, text: str) -> None:
    answer = visitor.post("/console/applications/new", application_id=text, name=text, description=text)
    assert answer.status_code == 400
    assert foreign(answer.text) == []
    assert html.escape(text.strip()).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in answer.text


@pytest.mark.parametrize("text", SOME, ids=range(len(SOME)))
def test_a_search_for_anything_is_a_page(visitor: Visitor, text: str) -> None:
    for path in ("/console/applications", "/console/organizations"):
        answer = visitor.http.get(path, params={"q": text, "order": text, "page": text, "deleted": text})
        assert answer.status_code == 200, answer.text


def test_a_forged_message_is_shown_as_text_or_not_at_all(visitor: Visitor) -> None:
    said = '["applications.created",{"id":"<b>x</b>"}]'
    for cookie in (said, "[1,2]", "{", '["layout",{}]', '["home.hello",{}]', "[" * 2000):
        visitor.http.cookies.set("claimstack_toast", cookie.replace('"', "%22").replace(",", "%2C"))
        answer = visitor.get("/console")
        assert answer.status_code == 200, cookie
        assert "<b>x</b>" not in answer.text


def test_names_are_shown_and_run_nothing(browse: Browse, console: House, maker: Person) -> None:
    made = {}
    for text in SOME:
        uid = fresh("hostile")
        words = {"ids": {"application_id": uid}, "name": text[:50], "description": text}
        if (
            console.api("POST", f"/users/{maker.uid}/applications", {"application": words}, maker.key).status_code
            == 200
        ):
            made[uid] = text[:50]
    with browse(maker) as page:
        for uid, name in made.items():
            page.goto(page.url.partition("/console")[0] + f"/console/applications/{uid}")
            assert page.evaluate("document.querySelector('h1').textContent") == (name or uid)
        page.goto(page.url.partition("/console")[0] + "/console/applications")
        assert page.evaluate("window.__ran") is None
