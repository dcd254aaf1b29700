"""The interop listener: who may shake hands there, and that the application sees whom it speaks to."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog

from claimstack.edge.ports.interop import TRUST_SECONDS, InteropListener
from claimstack.edge.ports.protocol import CertificateProtocol
from claimstack.edge.server import Certificate
from tests.support.certificates import Authority, Pair

REQUEST = b"POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


async def name_the_chain(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the number of certificates in the chain that the application was shown."""
    chain = scope["extensions"]["tls"]["verified_chain"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
    await send({"type": "http.response.body", "body": str(len(chain)).encode()})


class Place:
    """A listener with an authority of its own, and the trust that peers bring along."""

    def __init__(self, folder: Path, kind: type[InteropListener] = InteropListener) -> None:
        self.folder = folder
        self.authority = Authority.made(folder, "clients")
        self.trusted: set[bytes] = set()
        server = Authority.made(folder, "servers").issue("server")
        self.listener = kind(
            "127.0.0.1:0", name_the_chain, Certificate(server.chain, server.key), self.authority.path, self._trust
        )

    async def _trust(self) -> set[bytes]:
        return set(self.trusted)

    async def ask(self, pair: Pair | None) -> bytes:
        """One request with that certificate; ssl.SSLError or ConnectionError when the handshake is refused."""
        context = ssl.create_default_context(cafile=str(self.folder / "servers.pem"))
        if pair is not None:
            context.load_cert_chain(pair.chain, pair.key)
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.listener.port, ssl=context, server_hostname="localhost"
        )
        try:
            writer.write(REQUEST)
            return await asyncio.wait_for(reader.read(), 5)
        finally:
            writer.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path)
    await made.listener.start()
    yield made
    await made.listener.drain()


@pytest.fixture
async def hasty(tmp_path: Path) -> AsyncIterator[Place]:
    made = Place(tmp_path, HastyListener)
    await made.listener.start()
    yield made
    await made.listener.drain()


async def refused(place: Place, pair: Pair | None) -> bool:
    """Whether nothing but the end of the connection came back."""
    try:
        return await place.ask(pair) == b""
    except (ssl.SSLError, ConnectionError):
        return True


async def test_a_client_of_the_configured_authority_is_let_in_and_shown(place: Place) -> None:
    assert (await place.ask(place.authority.issue("ns"))).endswith(b"\r\n\r\n2")


async def test_no_certificate_is_refused_in_the_handshake(place: Place) -> None:
    assert await refused(place, None)


async def test_a_certificate_of_another_authority_is_refused_in_the_handshake(place: Place) -> None:
    assert await refused(place, Authority.made(place.folder, "foreign").issue("x"))


async def test_an_expired_certificate_is_refused_in_the_handshake(place: Place) -> None:
    assert await refused(place, place.authority.issue("old", timedelta(seconds=-60)))


@pytest.mark.parametrize(
    ("kind", "alert", "reason"),
    [
        ("none", "CERTIFICATE_REQUIRED", "PEER_DID_NOT_RETURN_A_CERTIFICATE"),
        ("foreign", "UNKNOWN_CA", "unable to get local issuer certificate"),
        ("old", "CERTIFICATE_EXPIRED", "certificate has expired"),
    ],
)
async def test_who_is_refused_is_told_why_and_so_is_the_log(place: Place, kind: str, alert: str, reason: str) -> None:
    pairs = {
        "none": None,
        "foreign": Authority.made(place.folder, "foreign").issue("x"),
        "old": place.authority.issue("old", timedelta(seconds=-60)),
    }
    with structlog.testing.capture_logs() as said, pytest.raises(ssl.SSLError, match=alert):
        await place.ask(pairs[kind])
    assert [(one["event"], one["reason"]) for one in said] == [("handshake refused", reason)]


async def test_what_is_no_tls_ends_at_once(place: Place) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", place.listener.port)
    writer.write(REQUEST)
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_trust_that_a_peer_brings_along_holds_until_it_is_taken_away(place: Place) -> None:
    foreign = Authority.made(place.folder, "foreign")
    pair = foreign.issue("peer")
    assert await refused(place, pair)
    place.trusted = {foreign.der}
    await place.listener.refresh()
    assert (await place.ask(pair)).endswith(b"2")
    place.trusted = set()
    await place.listener.refresh()
    assert await refused(place, pair)


async def test_a_peer_may_bring_its_own_certificate_instead_of_an_authority(place: Place) -> None:
    pair = Authority.made(place.folder, "foreign").issue("pinned")
    place.trusted = {pair.der}
    await place.listener.refresh()
    assert (await place.ask(pair)).endswith(b"1")
    assert await refused(place, Authority.made(place.folder, "foreign").issue("other"))


async def test_a_new_trust_is_followed_without_a_restart(place: Place) -> None:
    foreign = Authority.made(place.folder, "foreign")
    pair = foreign.issue("peer")
    place.trusted = {foreign.der}
    async with asyncio.timeout(TRUST_SECONDS + 4):
        while await refused(place, pair):
            await asyncio.sleep(0.1)


class Hasty(CertificateProtocol):
    """Waits a fifth of a second."""

    head_seconds = 0.2


class HastyListener(InteropListener):
    """Its port."""

    protocol = Hasty


async def _connected(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    pair = place.authority.issue("slow")
    context = ssl.create_default_context(cafile=str(place.folder / "servers.pem"))
    context.load_cert_chain(pair.chain, pair.key)
    return await asyncio.open_connection("127.0.0.1", place.listener.port, ssl=context, server_hostname="localhost")


async def test_headers_that_take_too_long_end_the_connection(hasty: Place) -> None:
    reader, writer = await _connected(hasty)
    writer.write(REQUEST[:30])
    assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()


async def test_so_do_those_of_a_later_request(hasty: Place) -> None:
    reader, writer = await _connected(hasty)
    writer.write(REQUEST.replace(b"connection: close\r\n", b""))
    await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    writer.write(REQUEST[:30])
    await asyncio.wait_for(reader.read(), 5)
    assert reader.at_eof()
    writer.close()
