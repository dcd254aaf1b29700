"""Reading what a browser or a client posts."""

import pytest

from claimstack.oauth.pages.site.form import BadForm, read_fields
from tests.oauth.conftest import Browser


def test_fields_are_read_once_each_and_may_be_empty() -> None:
    assert read_fields(b"a=1&b=&c=%C3%A4+x") == {"a": "1", "b": "", "c": "ä x"}


@pytest.mark.parametrize(
    "body", [b"a=1&a=2", b"\xff=1", b"a=%ff", b"a=%00", b"%00=a", b"&".join(b"a%d=" % n for n in range(101))]
)
def test_what_is_repeated_no_text_or_boundless_is_refused(body: bytes) -> None:
    with pytest.raises(BadForm):
        read_fields(body)


async def test_a_form_of_another_type_or_too_large_is_a_page_that_says_so(browser: Browser) -> None:
    headers = {"sec-fetch-site": "same-origin"}
    assert (await browser.client.post("/oauth/login", json={"a": "b"}, headers=headers)).status_code == 415
    large = await browser.post("/oauth/login", user_id="x" * 70_000)
    assert (large.status_code, large.headers["content-type"]) == (413, "text/html; charset=utf-8")
