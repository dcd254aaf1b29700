"""The API page: all of the contract, readable, and nothing that runs."""

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

from claimstack.edge.api_page import api_page, style_source
from claimstack.edge.routes import Routes, services
from claimstack.wire import v3

HTML = api_page().decode()


class Anchors(HTMLParser):
    """Collects what links point to, what they may point to, and what else the page loads or runs."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.names: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(HTML)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        words = dict(attrs)
        if words.get("id"):
            self.names.append(str(words["id"]))
        if (words.get("href") or "").startswith("#"):
            self.targets.append(str(words["href"])[1:])


PAGE = Anchors()


def test_every_method_has_a_place_that_a_link_can_name() -> None:
    expected = {f"{service.name}.{method.name}" for service in services() for method in service.methods}
    assert expected <= set(PAGE.names)


def test_no_place_is_named_twice_and_no_link_leads_nowhere() -> None:
    assert len(PAGE.names) == len(set(PAGE.names))
    assert set(PAGE.targets) <= set(PAGE.names)


def test_every_route_is_shown() -> None:
    assert all(route.template in HTML for route in Routes().routes)


def test_nothing_on_the_page_runs_or_comes_from_elsewhere() -> None:
    assert not PAGE.tags & {"script", "iframe", "object", "link", "img", "form"}
    assert not [name for name in PAGE.attributes if name.startswith("on") or name == "style"]
    assert not re.search(r"url\(|@import|https?://", HTML)


def test_the_policy_admits_the_style_and_nothing_else() -> None:
    style = re.search(r"<style>(.*?)</style>", HTML, re.DOTALL)
    assert style
    source = f"'sha256-{b64encode(sha256(style[1].encode()).digest()).decode()}'"
    assert style_source() == source
    assert f"default-src 'none'; style-src {source}; base-uri 'none'; form-action 'none'" in unescape(HTML)


def test_fields_show_type_rules_and_comment() -> None:
    entry = HTML.partition('id="m-EndDeviceIdentifiers"')[2].partition("</details>")[0]
    assert "16 hexadecimal digits" in entry
    assert '<a href="#m-ApplicationIdentifiers">' in entry
    assert "at most 36 characters" in entry
    assert '<span class="tag">required</span>' in entry


def test_enums_show_their_names_and_numbers() -> None:
    entry = HTML.partition('id="m-MACVersion"')[2].partition("</details>")[0]
    assert all(f"<code>{name}</code></td><td>{number}<" in entry for name, number in v3.MACVersion.items())


def test_a_method_lists_the_paths_of_its_mask() -> None:
    entry = HTML.partition('id="EndDeviceRegistry.Get"')[2].partition('<details class="one"')[0]
    assert "Field mask: 33 paths" in entry
    assert "<code>claim_authentication_code.valid_from</code>" in entry


def test_only_what_is_served_is_on_a_page_of_what_is_served() -> None:
    def is_claim(rpc: str) -> bool:
        return rpc == "ttn.lorawan.v3.EndDeviceClaimingServer/Claim"

    page = api_page(is_claim).decode()
    assert 'id="EndDeviceClaimingServer.Claim"' in page
    assert 'id="EndDeviceRegistry"' not in page
    assert 'id="m-ClaimEndDeviceRequest"' in page
    assert 'id="m-MACSettings"' not in page


def test_the_page_is_made_once() -> None:
    assert api_page() is api_page()
