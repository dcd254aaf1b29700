"""A forgotten password."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from claimstack.identity import Caller
from claimstack.settings import Settings
from claimstack.storage import Database
from tests.oauth.conftest import URL, Browser


class Mailbox(threading.Thread):
    """A mail server for one letter after the other, on loopback; keeps what it is sent."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.letters: list[str] = []
        self.start()

    def run(self) -> None:
        while True:
            try:
                visitor, _ = self._socket.accept()
            except OSError:
                return
            with visitor, visitor.makefile("rwb") as lines:
                self._take(lines)

    def _take(self, lines: object) -> None:
        def say(text: str) -> None:
            lines.write(text.encode() + b"\r\n")  # type: ignore[attr-defined]
            lines.flush()  # type: ignore[attr-defined]

        say("220 mailbox")
        body: list[str] | None = None
        for raw in lines:  # type: ignore[attr-defined]
            line = raw.decode().rstrip("\r\n")
            if body is not None:
                if line != ".":
                    body.append(line)
                    continue
                self.letters.append("\n".join(body))
                body = None
                say("250 kept")
            elif line.upper().startswith("DATA"):
                body = []
                say("354 go on")
            elif line.upper().startswith("QUIT"):
                say("221 bye")
                return
            else:
                say("250 ok")

    def close(self) -> None:
        """Take no more letters."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.join()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server."""
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    if "mailbox" not in request.fixturenames:
        return Settings(public_url=URL)
    return Settings(public_url=URL, smtp_url=f"smtp://127.0.0.1:{request.getfixturevalue('mailbox').port}")


async def test_without_mail_the_page_says_whom_to_ask(browser: Browser) -> None:
    text = (await browser.get("/oauth/forgot-password")).text
    assert "Ask its administrator" in text
    assert "<form" not in text


async def test_a_temporary_password_goes_to_the_address_of_the_account(
    mailbox: Mailbox, browser: Browser, maker: Caller, db: Database
) -> None:
    known = await browser.post("/oauth/forgot-password", user_id="maker")
    assert known.status_code == 200
    assert len(mailbox.letters) == 1
    assert "maker@example.com" in mailbox.letters[0]
    assert await db.fetchval("SELECT temporary_password_hash FROM user_account")


async def test_nobody_learns_whether_there_is_such_an_account(
    mailbox: Mailbox, browser: Browser, maker: Caller
) -> None:
    answers = await asyncio.gather(
        *(browser.post("/oauth/forgot-password", user_id=uid) for uid in ("maker", "nobody"))
    )
    assert answers[0].text == answers[1].text
    assert len(mailbox.letters) == 1


async def test_how_often_letters_are_caused_is_bounded(mailbox: Mailbox, browser: Browser) -> None:
    answers = [await browser.post("/oauth/forgot-password", user_id="nobody") for _ in range(21)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]


async def test_an_empty_form_is_answered_with_what_is_missing(mailbox: Mailbox, browser: Browser) -> None:
    answer = await browser.post("/oauth/forgot-password", user_id="")
    assert answer.status_code == 400
    assert 'href="#user_id"' in answer.text
