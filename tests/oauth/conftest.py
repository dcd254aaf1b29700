"""A server with the pages of logging in, people with passwords, and browsers to visit it with."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import pytest
from starlette.applications import Starlette

from claimstack.clock import Clock
from claimstack.identity import Caller
from claimstack.oauth import oauth_routes
from claimstack.settings import Settings
from claimstack.storage import Database, Transaction
from claimstack.vault import Secret, Vault, hash_password
from claimstack.wire import v3
from tests.conftest import NOW
from tests.support.people import a_user

URL = "https://claims.example"
PASSWORD = "correct horse battery"
AUTHORIZE = "/oauth/authorize?client_id=cli&redirect_uri=local-callback&response_type=code"


class StandingClock(Clock):
    """A clock that moves only when it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment

    def advance(self, **time: float) -> None:
        """Let time pass."""
        self.moment += timedelta(**time)


Application = Starlette


class Fields(HTMLParser):
    """The values of all inputs of a page, by name."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


class Browser:
    """Visits pages and sends forms the way a browser does, with its cookies."""

    def __init__(self, application: Starlette, url: str = URL, address: str = "192.0.2.1") -> None:
        transport = httpx.ASGITransport(application, client=(address, 40000))
        self.client = httpx.AsyncClient(transport=transport, base_url=url)
        self.site = "same-origin"

    async def get(self, path: str) -> httpx.Response:
        """Visit a page; redirects are shown, not followed."""
        return await self.client.get(path, headers={"sec-fetch-site": "none"})

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form."""
        return await self.client.post(path, data=fields, headers={"sec-fetch-site": self.site})

    async def log_in(self, user_id: str = "maker", password: str = PASSWORD, onward: str = "") -> httpx.Response:
        """Send the login form."""
        return await self.post("/oauth/login", user_id=user_id, password=password, next=onward)

    async def allow(self, path: str = AUTHORIZE) -> dict[str, str]:
        """Allow what that authorization request asks for; the query of the answer."""
        return query_of(await self.post(path, decision="allow"))

    async def token(self, **words: str) -> httpx.Response:
        """Ask the token endpoint, as the command line does: all in the form."""
        return await self.client.post("/oauth/token", data={"client_id": "cli", "client_secret": "", **words})

    async def exchange(self, code: str, redirect_uri: str = "local-callback", **words: str) -> httpx.Response:
        """A code for tokens."""
        return await self.token(grant_type="authorization_code", code=code, redirect_uri=redirect_uri, **words)

    async def refresh(self, refresh_token: str) -> httpx.Response:
        """A refresh token for new tokens."""
        return await self.token(grant_type="refresh_token", refresh_token=refresh_token)

    @property
    def session(self) -> str:
        """The value of the session cookie."""
        return self.client.cookies.get("__Host-claimstack") or self.client.cookies.get("claimstack_session") or ""


def query_of(response: httpx.Response) -> dict[str, str]:
    """The query of a redirect."""
    assert response.is_redirect, response.text
    location = urljoin(URL, response.headers["location"])
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def _set_password(tx: Transaction, account: int, hashed: str) -> None:
    await tx.execute("UPDATE user_account SET password_hash = $2 WHERE account = $1", account, hashed)


Person = Callable[..., Awaitable[Caller]]


@pytest.fixture
def a_person(db: Database) -> Person:
    """Makes a user who can log in with PASSWORD."""

    async def make(uid: str, state: int = v3.STATE_APPROVED, **words: Any) -> Caller:
        person = await a_user(db, uid, state=state, **words)
        await db.transaction(_set_password, person.entity, await hash_password(Secret(PASSWORD.encode())))
        return person

    return make


@pytest.fixture
async def maker(a_person: Person) -> Caller:
    """The user `maker`, with a password."""
    return await a_person("maker")


@pytest.fixture
def settings() -> Settings:
    """HTTPS under the public URL; nobody may sign up."""
    return Settings(public_url=URL, registration="closed")


@pytest.fixture
def clock() -> StandingClock:
    """It stands still."""
    return StandingClock()


@pytest.fixture
def application(db: Database, vault: Vault, settings: Settings, clock: StandingClock) -> Starlette:
    """The pages as they are served."""
    return Starlette(routes=oauth_routes(db, vault, settings, clock))


@pytest.fixture
def browser(application: Starlette) -> Browser:
    """A browser that nobody has logged in with yet."""
    return Browser(application)


@pytest.fixture
async def logged_in(browser: Browser, maker: Caller) -> Browser:
    """The browser of `maker`, logged in."""
    assert (await browser.log_in()).status_code == 303
    return browser
