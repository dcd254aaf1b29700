"""What every page stands on."""

import asyncio
import sqlite3
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from claimstack.oauth import oauth_routes
from claimstack.oauth.pages.site.site import Site, served
from claimstack.settings import Settings
from claimstack.storage import Busy, Database
from claimstack.vault import Vault
from tests.oauth.conftest import PASSWORD, URL, Application, Browser, StandingClock

POSTS = [
    "/oauth/login", "/oauth/logout", "/oauth/authorize", "/oauth/register", "/oauth/update-password",
    "/oauth/one-time-login", "/oauth/forgot-password",
]  # fmt: skip
ELSEWHERE: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"sec-fetch-site": "cross-site", "origin": URL},
    {"origin": "https://evil.example"},
    {"origin": "http://claims.example"},
    {"origin": "null"},
    {},
]


def test_every_page_that_takes_a_form_is_in_the_list(application: Application) -> None:
    taking = {route.path for route in application.routes if "POST" in route.methods}  # type: ignore[attr-defined]
    assert taking == {*POSTS, "/oauth/token"}


@pytest.mark.parametrize("headers", ELSEWHERE)
async def test_a_form_from_elsewhere_is_refused_and_changes_nothing(
    logged_in: Browser, headers: dict[str, str]
) -> None:
    fields = {"user_id": "maker", "password": PASSWORD, "decision": "allow"}
    for path in POSTS:
        refused = await logged_in.client.post(path, data=fields, headers=headers)
        assert refused.status_code == 403
        assert "set-cookie" not in refused.headers
    assert (await logged_in.get("/oauth")).status_code == 200


@pytest.mark.parametrize("origin", [URL, "https://10.0.0.1:1885"])
async def test_a_browser_that_sends_only_the_origin_may_log_in(
    application: Application, maker: object, origin: str
) -> None:
    browser = Browser(application, url=origin)
    fields = {"user_id": "maker", "password": PASSWORD}
    assert (await browser.client.post("/oauth/login", data=fields, headers={"origin": origin})).status_code == 303


async def test_on_plain_http_people_log_in_with_the_plain_cookie(
    db: Database, vault: Vault, clock: StandingClock, maker: object
) -> None:
    routes = oauth_routes(db, vault, Settings(http_listen="127.0.0.1:1885"), clock)
    browser = Browser(Starlette(routes=routes), url="http://localhost:1885")
    assert (await browser.log_in()).status_code == 303
    assert set(browser.client.cookies) == {"claimstack_session"}
    assert "maker" in (await browser.get("/oauth")).text


def site(settings: Settings = Settings()) -> Any:  # noqa: B008 - frozen
    return Site(None, None, settings, StandingClock())  # type: ignore[arg-type]


def request(*lines: tuple[str, str], address: str = "192.0.2.7") -> Request:
    raw = [(name.encode(), value.encode()) for name, value in lines]
    return Request({"type": "http", "method": "GET", "path": "/x", "headers": raw, "client": (address, 1)})


def test_only_a_trusted_proxy_tells_where_a_visitor_is() -> None:
    told = request(("x-forwarded-for", "203.0.113.5, 198.51.100.1"))
    assert site().remote(told) == "192.0.2.7"
    assert site(Settings(trusted_proxies=("192.0.2.7",))).remote(told) == "198.51.100.1"


def test_a_visitor_who_brings_a_line_of_their_own_is_not_believed() -> None:
    told = request(("x-forwarded-for", "203.0.113.5"), ("x-forwarded-for", "198.51.100.1"))
    assert site(Settings(trusted_proxies=("192.0.2.7",))).remote(told) == "198.51.100.1"


@pytest.mark.parametrize(
    ("error", "status"), [(Busy("x"), 503), (sqlite3.OperationalError("s3cret"), 500), (KeyError("s3cret"), 500)]
)
def test_a_failure_is_a_page_that_gives_nothing_away(
    error: Exception, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(site: Site, request: Request) -> Response:
        raise error

    response: Response = asyncio.run(served(site(), fails)(request()))  # type: ignore[arg-type]
    printed = capsys.readouterr()
    assert response.status_code == status
    assert "s3cret" not in bytes(response.body).decode() + printed.out + printed.err
