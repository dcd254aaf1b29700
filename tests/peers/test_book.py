"""Who is known by a certificate or a header."""

import asyncio
from pathlib import Path

import pytest

from claimstack.identity import Caller
from claimstack.peers import PeerBook, PeerRegistry
from claimstack.peers.register import update_peer
from claimstack.storage import Busy, Database, Transaction, open_database
from claimstack.storage.recent import SECONDS
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.support.certificates import Authority
from tests.support.devices import a_call
from tests.support.people import NOW, a_user, an_application


@pytest.fixture
async def admin(db: Database) -> Caller:
    return await a_user(db, "admin", admin=True)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority.made(tmp_path)


class Register:
    """Creates peers; a fresh book each time it is asked."""

    def __init__(self, db: Database, vault: Vault, admin: Caller) -> None:
        self._db, self._vault, self._admin = db, vault, admin

    async def add(self, peer_id: str, **words: object) -> None:
        request = v1.CreatePeerRequest(peer=v1.Peer(peer_id=peer_id, **words))  # type: ignore[arg-type]
        await PeerRegistry(self._db, self._vault).Create(request, a_call(self._admin))

    def book(self) -> PeerBook:
        return PeerBook(self._db, self._vault)

    async def named(self, *chain: bytes) -> str:
        peer = await self.book().by_certificate(chain)
        return peer.peer_id if peer else ""


@pytest.fixture
def register(db: Database, vault: Vault, admin: Caller) -> Register:
    return Register(db, vault, admin)


async def test_a_certificate_is_known_by_its_fingerprint(register: Register, authority: Authority) -> None:
    leaf, other = authority.issue("ns"), authority.issue("other")
    await register.add("ns-one", certificate_fingerprints=[leaf.fingerprint])
    assert await register.named(leaf.der, authority.der) == "ns-one"
    assert await register.named(other.der, authority.der) == ""


async def test_a_certificate_is_known_by_its_issuer_in_the_peers_trust(
    register: Register, authority: Authority, tmp_path: Path
) -> None:
    await register.add("ns-one", trusted_certificates=authority.pem)
    foreign = Authority.made(tmp_path, "foreign")
    assert await register.named(authority.issue("ns").der, authority.der) == "ns-one"
    assert await register.named(foreign.issue("x").der, foreign.der) == ""


async def test_of_peers_under_one_issuer_the_one_it_is_made_out_to_is_meant(
    register: Register, authority: Authority
) -> None:
    await register.add("ns-one", trusted_certificates=authority.pem, certificate_subject="one.example")
    await register.add("ns-two", trusted_certificates=authority.pem, certificate_subject="CN=two.example")
    assert await register.named(authority.issue("one.example").der, authority.der) == "ns-one"
    assert await register.named(authority.issue("two.example").der, authority.der) == "ns-two"
    assert await register.named(authority.issue("three.example").der, authority.der) == ""


async def test_the_narrowest_name_wins_and_a_tie_names_nobody(register: Register, authority: Authority) -> None:
    leaf = authority.issue("leaf")
    await register.add("broad-one", trusted_certificates=authority.pem)
    assert await register.named(leaf.der, authority.der) == "broad-one"
    await register.add("exact-one", certificate_fingerprints=[leaf.fingerprint])
    assert await register.named(leaf.der, authority.der) == "exact-one"
    await register.add("broad-two", trusted_certificates=authority.pem)
    assert await register.named(authority.issue("else").der, authority.der) == ""


async def test_no_certificate_is_nobodys(register: Register, authority: Authority) -> None:
    await register.add("ns-one", trusted_certificates=authority.pem)
    assert await register.named() == ""


@pytest.mark.parametrize("sent", ["Basic dTpw", "basic dTpw", "BASIC  dTpw "])
async def test_basic_credentials_are_known_however_they_are_spelt(register: Register, sent: str) -> None:
    await register.add("ns-one", authorization="Basic dTpw")
    peer = await register.book().by_authorization(sent)
    assert peer is not None
    assert peer.peer_id == "ns-one"


@pytest.mark.parametrize("sent", ["Basic dTpx", "Bearer dTpw", "dTpw", "", "Basic", "Basic %%%"])
async def test_any_other_header_is_nobodys(register: Register, sent: str) -> None:
    await register.add("ns-one", authorization="Basic dTpw")
    assert await register.book().by_authorization(sent) is None


async def test_any_authorization_value_will_do(register: Register) -> None:
    await register.add("ns-one", authorization="Token abc=def")
    peer = await register.book().by_authorization("Token abc=def")
    assert peer is not None


async def test_a_peer_is_met_with_what_is_shared_with_it(db: Database, register: Register, admin: Caller) -> None:
    await an_application(db, "their-app", admin)
    ids = v3.ApplicationIdentifiers(application_id="their-app")
    kek = v1.PeerKek(label="k", key=bytes(24))
    await register.add("ns-one", authorization="A b", keks=[kek], as_ids=["as.example"], application_ids=ids)
    peers = await register.book().peers()
    assert peers.everyone[0].application_uid == "their-app"
    found = peers.kek("k", "as.example")
    assert found is not None
    assert found.reveal() == bytes(24)
    assert peers.kek("k", "other") is None


async def test_a_change_of_this_node_is_known_at_once(register: Register) -> None:
    book = register.book()
    await register.add("ns-one", authorization="A b")
    assert await book.by_authorization("A b") is not None
    await register.add("ns-two", authorization="C d")
    assert await book.by_authorization("C d") is not None


async def test_a_change_of_another_node_is_known_within_the_second(
    db: Database, vault: Vault, register: Register
) -> None:
    other = await open_database(db.url)
    book = PeerBook(other, vault)
    assert await book.by_authorization("A b") is None
    await register.add("ns-one", authorization="A b")
    await asyncio.wait_for(_until_known(book, "A b"), 2 * SECONDS)
    await other.close()


async def test_a_change_by_a_node_whose_clock_is_behind_is_known(
    db: Database, vault: Vault, register: Register, admin: Caller
) -> None:
    book = register.book()
    await register.add("ns-one", authorization="A b")
    await register.add("ns-two", authorization="C d")
    assert await book.by_authorization("A b") is not None
    revoked = v1.Peer(peer_id="ns-one", authorization="E f")
    await db.transaction(update_peer, vault, admin, revoked, ["authorization"], NOW - 1000)
    assert await book.by_authorization("A b") is None
    assert await book.by_authorization("E f") is not None


async def _until_known(book: PeerBook, header: str) -> None:
    while await book.by_authorization(header) is None:
        await asyncio.sleep(0.05)


async def test_a_peer_whose_keks_do_not_open_leaves_the_others_alone(db: Database, register: Register) -> None:
    kek = v1.PeerKek(label="k", key=bytes(16))
    await register.add("ns-one", authorization="A b", keks=[kek])
    await register.add("ns-two", authorization="C d")

    async def spoil(tx: Transaction) -> None:
        await tx.execute("UPDATE peer SET keks_sealed = $1 WHERE uid = 'ns-one'", bytes(60))

    await db.transaction(spoil)
    book = register.book()
    assert await book.by_authorization("A b") is None
    assert await book.by_authorization("C d") is not None


class Failing:
    """A database that answers until it is told to fail."""

    def __init__(self, db: Database) -> None:
        self._db, self.fails = db, False

    def __getattr__(self, name: str) -> object:
        if self.fails:
            raise Busy("gone")
        return getattr(self._db, name)


async def test_who_is_known_stays_known_while_the_database_is_gone(
    db: Database, vault: Vault, register: Register
) -> None:
    await register.add("ns-one", authorization="A b")
    failing = Failing(db)
    book = PeerBook(failing, vault)  # type: ignore[arg-type]
    assert await book.by_authorization("A b") is not None
    failing.fails = True
    assert await book.by_authorization("A b") is not None
    with pytest.raises(Busy):
        await PeerBook(failing, vault).peers()  # type: ignore[arg-type]
