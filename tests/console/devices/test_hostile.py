"""What people type about devices is shown as they typed it, never run: some texts here, all in `test_in_full`."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.console.conftest import Browse, Visiting, Visitor
from tests.console.devices.shelf import Shelf, a_shelf
from tests.console.looking import foreign
from tests.support.hostile import HOSTILE
from tests.support.house import House

SOME = HOSTILE[::30]
Deed = Callable[[Visitor, Shelf, str], Any]


def base(shelf: Shelf) -> str:
    """Where the devices of the shelf are."""
    return f"/console/applications/{shelf.app}/devices"


# Every form about devices with each of its text fields set to the text.
FORMS: dict[str, Deed] = {
    "search": lambda v, s, x: v.http.get(base(s), params={"q": x, "show": x, "order": x, "page": x}),
    "register": lambda v, s, x: v.post(
        f"{base(s)}/_new", device_id=x, name=x, eui=x, dev_eui=x, join_eui=x, frequency_plan_id=x, lorawan_version=x,
        lorawan_phy_version=x, keys="enter", app_key=x, nwk_key=x, code=x, serial_number=x,
    ),
    "label": lambda v, s, x: v.post(f"{base(s)}/_label", label=x),
    "picture": lambda v, s, x: v.http.post(
        f"{base(s)}/_label/picture", content=x.encode(), headers={"sec-fetch-site": "same-origin"}
    ),
    "code": lambda v, s, x: v.post(f"{base(s)}/soil-1/claiming", code=x, valid_from=x, valid_to=x),
    "settings": lambda v, s, x: v.post(f"{base(s)}/soil-1/settings", name=x[:50], description=x),
    "addresses": lambda v, s, x: v.post(
        f"{base(s)}/soil-1/settings", network_server_address=x, application_server_address=x, join_server_address=x
    ),
    "import": lambda v, s, x: v.post(
        f"{base(s)}/_import", format_id=x, valid_from=x, valid_to=x, join_eui=x, frequency_plan_id=x, components=x
    ),
    "preview": lambda v, s, x: v.http.post(
        f"{base(s)}/_import/preview?format=the-things-stack-csv", headers={"sec-fetch-site": "same-origin"},
        content=f"id;dev_eui;join_eui;name\n{x};{x};{x};{x}\nplain-id;0004A3FC00000001;70B3D57ED0000000;{x}\n".encode(),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(console: House) -> Shelf:
    return a_shelf(console)


def broken(visitor: Visitor, shelf: Shelf, form: Deed, texts: tuple[str, ...]) -> list[Any]:
    """The texts that broke out of the page that came back, or made it fail."""
    wrong: list[Any] = []
    for text in texts:
        answer = form(visitor, shelf, text)
        if answer.status_code not in (200, 303, 400, 404, 409, 422):
            wrong.append((text, answer.status_code))
        elif answer.headers.get("content-type", "").startswith("text/html") and foreign(answer.text):
            wrong.append((text, foreign(answer.text)))
    return wrong


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_text_in_any_field_breaks_a_page(visiting: Visiting, shelf: Shelf, form: Deed) -> None:
    assert broken(visiting(shelf.maker.session), shelf, form, SOME) == []


def test_names_are_shown_and_run_nothing(browse: Browse, console: House, shelf: Shelf) -> None:
    path = f"/applications/{shelf.app}/devices/soil-1"
    with browse(shelf.maker) as page:
        origin = page.url.removesuffix("/console")
        for text in SOME[::2]:
            words = {"name": text[:50], "description": text}
            console.api("PUT", path, {"end_device": words, "field_mask": "name,description"}, shelf.maker.key)
            for shown in ("", "/soil-1", "/soil-1/claiming"):
                page.goto(f"{origin}{base(shelf)}{shown}")
                assert page.evaluate("window.__ran") is None, text
