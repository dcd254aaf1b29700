"""Where a person goes after logging in."""

import pytest

from claimstack.oauth.pages.site.next_path import safe_next

OUTSIDE = [
    "", " ", "evil", "evil.example", "https://evil.example", "http://evil.example/oauth", "//evil.example",
    "///evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "\t//evil.example",
    "/\n/evil.example", "/\r\n/evil.example", " //evil.example", "/ /evil.example", "https:evil.example",
    "https:/evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,x", "/oauth\r\nset-cookie: a=b",
    "/oauth\x00", "//evil.example@claims.example", "//claims.example@evil.example", "/\u2028/evil.example",
    "/\uff0f/evil.example", "@evil.example", ":80/", "?next=//evil.example", "#//evil.example", "./x", "../x",
    "/a\\b", "/" + "a" * 8192,
]  # fmt: skip
INSIDE = [
    "/", "/oauth", "/oauth/authorize?client_id=cli&redirect_uri=code&response_type=code", "/a#b", "/%2F%2Fevil.example",
    "/a//b", "/claim?code=%3A",
]  # fmt: skip


@pytest.mark.parametrize("path", OUTSIDE)
def test_what_may_lead_elsewhere_leads_to_the_account(path: str) -> None:
    assert safe_next(path) == "/console"


def test_nothing_leads_to_the_account() -> None:
    assert safe_next(None) == "/console"


@pytest.mark.parametrize("path", INSIDE)
def test_a_path_of_this_server_is_kept(path: str) -> None:
    assert safe_next(path) == path
