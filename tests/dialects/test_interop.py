"""Who speaks on which port, and which dialect answers which path."""

from pathlib import Path
from typing import Any

import pytest

from claimstack.dialects.interop import PEER, Dialects, body_of, is_loopback
from claimstack.identity import Caller
from claimstack.peers import PeerBook, PeerRegistry
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from tests.support.certificates import Authority, Pair
from tests.support.devices import a_call
from tests.support.people import a_user

HEADER = b"Basic bnM6bnM="


class Heard:
    """A dialect that notes the peer and the path it was called with."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.calls.append((scope["path"], scope[PEER].peer_id if scope[PEER] else ""))


class Place:
    """Two dialects, and a peer that is known by a certificate and by a header."""

    def __init__(self, db: Database, vault: Vault, pair: Pair) -> None:
        self.pair, self.claims, self.joins = pair, Heard(), Heard()
        self.dialects = Dialects(PeerBook(db, vault), {"/api/v2/": self.claims}, self.joins, ("10.0.0.1",))

    async def ask(self, path: str = "/", *, client: str = "192.0.2.1", **scope: Any) -> str:
        """Who the dialect of that path was told that it is."""
        words = {"type": "http", "path": path, "scheme": "https", "headers": [], "client": (client, 1), **scope}
        await self.dialects(words, _nothing, _nothing)
        return (self.claims.calls or self.joins.calls)[-1][1]

    def certificate(self) -> dict[str, Any]:
        return {"extensions": {"tls": {"verified_chain": (self.pair.der,)}}}


async def _nothing(*words: Any) -> Any:
    raise AssertionError("nobody asked")


@pytest.fixture
async def place(db: Database, vault: Vault, tmp_path: Path) -> Place:
    admin: Caller = await a_user(db, "admin", admin=True)
    pair = Authority.made(tmp_path).issue("ns")
    peer = v1.Peer(peer_id="network", authorization=HEADER.decode(), certificate_fingerprints=[pair.fingerprint])
    await PeerRegistry(db, vault).Create(v1.CreatePeerRequest(peer=peer), a_call(admin))
    return Place(db, vault, pair)


KNOWN: dict[str, Any] = {"headers": [(b"authorization", HEADER)]}


async def test_a_path_goes_to_its_dialect_and_any_other_to_backend_interfaces(place: Place) -> None:
    for path in ("/api/v2/devices/1/claim", "//api/v2/devices/1/claim", "/", "/backend-interfaces", "/else"):
        await place.ask(path)
    assert [path for path, _ in place.claims.calls] == ["/api/v2/devices/1/claim", "//api/v2/devices/1/claim"]
    assert [path for path, _ in place.joins.calls] == ["/", "/backend-interfaces", "/else"]


@pytest.mark.parametrize(
    ("path", "served"),
    [("/backend-interfaces", True), ("/backend-interfaces/x", True), ("/backend-interfacesx", False),
     ("/api/v2/devices/1/claim", True), ("/api/v3/devices", False), ("/", False)],
)  # fmt: skip
def test_the_http_port_keeps_its_other_paths(vault: Vault, db: Database, path: str, served: bool) -> None:
    dialects = Dialects(PeerBook(db, vault), {"/api/v2/": Heard()}, Heard())
    assert dialects.serves(path) is served


async def test_a_peer_is_known_by_its_certificate(place: Place) -> None:
    assert await place.ask(**place.certificate()) == "network"


async def test_where_certificates_are_asked_for_no_header_counts(place: Place, tmp_path: Path) -> None:
    other = Authority.made(tmp_path, "other").issue("x")
    tls: dict[str, Any] = {"extensions": {"tls": {"verified_chain": (other.der,)}}}
    assert await place.ask(**KNOWN, **tls) == ""


async def test_a_header_is_taken_where_nobody_can_have_read_it(place: Place) -> None:
    assert await place.ask(**KNOWN) == "network"
    assert await place.ask(**KNOWN, scheme="http", client="127.0.0.1") == "network"
    assert await place.ask(**KNOWN, scheme="http", client="10.0.0.1") == "network"
    assert await place.ask(**KNOWN, scheme="http") == ""


@pytest.mark.parametrize(
    ("address", "own"), [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("192.0.2.1", False), ("", False)]
)
def test_loopback_is_this_machine(address: str, own: bool) -> None:
    assert is_loopback(address) is own


async def test_a_body_is_bounded_and_whole() -> None:
    async def body(*parts: bytes, end: bool = True, most: int = 10) -> bytes | None:
        messages: list[dict[str, Any]] = [
            {"type": "http.request", "body": part, "more_body": at < len(parts) - 1 or not end}
            for at, part in enumerate(parts)
        ] + [{"type": "http.disconnect"}]

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        return await body_of(receive, most)

    assert await body(b"12345", b"67890") == b"1234567890"
    assert await body(b"12345", b"678901") is None
    assert await body(b"12345", end=False) is None
