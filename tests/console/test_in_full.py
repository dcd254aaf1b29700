"""The Console in full: every page in both themes at both widths, and three hundred hostile texts in every field."""

import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.console.conftest import Browse, Visiting, Visitor
from tests.console.looking import foreign, looked_at
from tests.console.world import ADMIN_PATHS, World, a_world
from tests.support.hostile import HOSTILE
from tests.support.house import ADMIN_PASSWORD, House, Person

pytestmark = pytest.mark.prove
LOOKS = [(width, theme) for width in (1280, 360) for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def world(console: House) -> World:
    return a_world(console)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_page_in_every_look(
    browse: Browse,
    console: House,
    world: World,
    width: int,
    theme: str,
    language: str,
) -> None:
    admin = Person("admin", "", ADMIN_PASSWORD, console.session("admin", ADMIN_PASSWORD))
    with browse(world.maker, width, theme, language) as page:
        assert looked_at(page, world.paths(), width) == []
    with browse(admin, width, theme, language) as page:
        assert looked_at(page, ADMIN_PATHS, width) == []


Deed = Callable[[Visitor, World, str], Any]
# Every form of the Console with each of its text fields set to the text.
FORMS: dict[str, Deed] = {
    "application": lambda v, w, x: v.post(
        "/console/applications/new", application_id=x, name=x, description=x, owner=x
    ),
    "settings": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/settings", name=x[:50], description=x, network_server_address=""
    ),
    "addresses": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/settings",
        network_server_address=x, application_server_address=x, join_server_address=x,
    ),
    "collaborator": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/collaborators/new", account_id=x, account_kind=x, extent=x, rights=x
    ),
    "key": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/api-keys/{w.key_id}", name=x[:50], extent="all"
    ),
    "new key": lambda v, w, x: v.post("/console/api-keys/new", name=x, extent="all", expires=x),
    "claiming": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/claiming/authorize", until="moment", expires=x
    ),
    "network": lambda v, w, x: v.post(
        f"/console/applications/{w.application}/network", net_id="", application_server_id=x, kek_label=x
    ),
    "keys of the network": lambda v, w, x: v.post(f"/console/applications/{w.application}/network", net_id=x, kek=x),
    "organization": lambda v, w, x: v.post("/console/organizations/new", organization_id=x, name=x, description=x),
    "organization's settings": lambda v, w, x: v.post(
        f"/console/organizations/{w.organization}/settings", name=x[:50], description=x
    ),
    "member": lambda v, w, x: v.post(
        f"/console/organizations/{w.organization}/members/new", account_id=x, extent="all"
    ),
    "profile": lambda v, w, x: v.post("/console/profile", name=x[:50], description=x, email="maker@example.com"),
    "email": lambda v, w, x: v.post("/console/profile", name="", description="", email=x),
    "search": lambda v, w, x: v.http.get("/console/applications", params={"q": x, "order": x, "page": x}),
    "preferences": lambda v, w, x: v.post("/console/preferences", language=x, theme=x, next=x),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_text_in_any_field_breaks_a_page(visiting: Visiting, world: World, form: Deed) -> None:
    visitor = visiting(world.maker.session)
    for text in HOSTILE:
        answer = form(visitor, world, text)
        assert answer.status_code in (200, 303, 400, 404, 409), (text, answer.status_code)
        assert foreign(answer.text) == [], text


def test_three_hundred_texts_are_shown_and_none_runs(browse: Browse, console: House, world: World) -> None:
    """Each is the name and the description of the application, the key and the organization that a browser looks at."""
    assert len(HOSTILE) == 300
    app, org = world.application, world.organization
    with browse(world.maker) as page:
        origin = page.url.removesuffix("/console")
        for text in HOSTILE:
            words = {"name": text[:50], "description": text}
            path = f"/applications/{app}"
            console.api("PUT", path, {"application": words, "field_mask": "name,description"}, world.maker.key)
            key = {"api_key": {"name": text[:50]}, "field_mask": "name"}
            console.api("PUT", f"{path}/api-keys/{world.key_id}", key, world.maker.key)
            path = f"/organizations/{org}"
            console.api("PUT", path, {"organization": words, "field_mask": "name,description"}, world.maker.key)
            for shown in (f"applications/{app}", f"applications/{app}/api-keys", f"organizations/{org}/settings"):
                page.goto(f"{origin}/console/{shown}")
                assert page.evaluate("window.__ran") is None, text


def test_a_list_of_many_is_one_page_of_them(console: House, visiting: Visiting) -> None:
    person = console.person("many")
    for _ in range(60):
        console.application(person, "one-of-many")
    visitor = visiting(person.session)
    started = time.process_time()
    answer = visitor.get("/console/applications?page=2")
    assert "26 – 50 of 60" in answer.text
    assert time.process_time() - started < 1
