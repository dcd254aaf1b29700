"""One call to a Join Server: who we are, whom we trust, and what happens when there is no answer."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from claimstack.claiming_repository.answer import Unanswered
from claimstack.claiming_repository.endpoint import Endpoint, RepositoryError, Tls
from claimstack.claiming_repository.http import MOST_BYTES, HttpClient, Reply
from tests.support.certificates import Authority, Pair

GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Far:
    """A TLS server that asks for a client certificate, notes whose it was, and says what it is told to."""

    def __init__(self, authority: Authority) -> None:
        self.authority = authority
        pair = authority.issue("far")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(pair.chain, pair.key)
        self._context.load_verify_locations(authority.path)
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self.says, self.asked, self.clients = GOOD, b"", list[bytes | None]()

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0, ssl=self._context)
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.read(65536):
            self.asked = head
            self.clients.append(writer.get_extra_info("ssl_object").getpeercert(binary_form=True))
            writer.write(self.says)
            if b"close" in self.says:
                break
        writer.close()

    async def close(self) -> None:
        self._server.close()


@pytest.fixture
async def far(tmp_path: Path) -> AsyncIterator[Far]:
    made = Far(Authority.made(tmp_path))
    yield made
    await made.close()


@pytest.fixture
async def url(far: Far) -> str:
    return await far.open()


@pytest.fixture
async def client(url: str, tmp_path: Path) -> AsyncIterator[Callable[..., HttpClient]]:
    """Makes clients of the far server, by default without a certificate."""
    made: list[HttpClient] = []

    def make(pair: Pair | None = None, root: Path | None = tmp_path / "authority.pem") -> HttpClient:
        tls = Tls(root, pair.chain, pair.key) if pair else Tls(root)
        made.append(HttpClient(Endpoint(url, tls), {"X-Extra": "yes"}))
        return made[-1]

    yield make
    for one in made:
        await one.close()


async def test_a_call_brings_back_status_and_body(far: Far, client: Callable[..., HttpClient]) -> None:
    assert await client().call("PUT", "/path", {"a": 1}) == Reply(200, b"{}")
    assert far.asked.startswith(b"PUT /path HTTP/1.1\r\n")
    assert far.asked.endswith(b'\r\n\r\n{"a":1}')
    assert b"User-Agent: claimstack/" in far.asked
    assert b"X-Extra: yes" in far.asked


async def test_the_client_certificate_is_shown_and_a_renewed_one_is_used_without_a_restart(
    far: Far, client: Callable[..., HttpClient]
) -> None:
    first = far.authority.issue("client")
    ours = client(first)
    await ours.call("GET", "/")
    renewed = far.authority.issue("client")  # into the same files
    await ours.call("GET", "/")
    assert far.clients == [first.der, renewed.der]


async def test_renewed_files_that_are_broken_leave_what_was(far: Far, client: Callable[..., HttpClient]) -> None:
    pair = far.authority.issue("client")
    ours = client(pair)
    pair.key.write_text("half a ke")
    assert await ours.call("GET", "/") == Reply(200, b"{}")
    assert far.clients == [pair.der]


async def test_a_server_of_another_authority_is_not_spoken_to(
    far: Far, client: Callable[..., HttpClient], tmp_path: Path
) -> None:
    (tmp_path / "b").mkdir()
    stranger = Authority.made(tmp_path / "b", "stranger")
    answer = await client(root=stranger.path).call("GET", "/")
    assert isinstance(answer, Unanswered)
    assert far.asked == b""


async def test_an_answer_is_read_up_to_a_bound(far: Far, client: Callable[..., HttpClient]) -> None:
    far.says = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + b"x" * (MOST_BYTES * 3)
    answer = await client().call("GET", "/")
    assert isinstance(answer, Reply)
    assert len(answer.body) == MOST_BYTES


async def test_a_redirect_is_not_followed(far: Far, client: Callable[..., HttpClient]) -> None:
    far.says = b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"
    assert await client().call("GET", "/here") == Reply(302, b"")
    assert b"/here" in far.asked


@pytest.mark.parametrize("says", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nclose"])
async def test_what_is_no_answer_is_told_as_such(far: Far, client: Callable[..., HttpClient], says: bytes) -> None:
    far.says = says or b"close"
    assert isinstance(await client().call("GET", "/"), Unanswered)


async def test_nobody_there_is_no_answer(url: str, far: Far, client: Callable[..., HttpClient]) -> None:
    ours = client()
    await far.close()
    assert isinstance(await ours.call("GET", "/"), Unanswered)


def test_files_that_are_no_certificates_are_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not PEM")
    with pytest.raises(RepositoryError, match=r"ca\.pem"):
        HttpClient(Endpoint("https://example.com", Tls(tmp_path / "ca.pem")), {})


@pytest.mark.parametrize(
    ("body", "message"),
    [(b'{"message": "no"}', "no"), (b'{"message": 1}', ""), (b"[]", ""), (b"<html>", ""), (b"", "")],
)
def test_the_text_of_an_error_is_found_where_there_is_one(body: bytes, message: str) -> None:
    assert Reply(400, body).message == message
