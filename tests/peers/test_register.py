"""The register of peers: what is kept, what is shown, who may."""

from pathlib import Path

import pytest

from claimstack.errors import AlreadyExists, Invalid, NotFound, PermissionDenied
from claimstack.identity import Caller
from claimstack.peers import PeerRegistry
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.vault.rewrap import unopenable
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3
from tests.support.certificates import Authority
from tests.support.devices import a_call
from tests.support.people import a_user, an_application

KEK = bytes(range(32))
HEADER = "Basic bnM6c2VjcmV0"


@pytest.fixture
async def admin(db: Database) -> Caller:
    return await a_user(db, "admin", admin=True)


@pytest.fixture
def peers(db: Database, vault: Vault) -> PeerRegistry:
    return PeerRegistry(db, vault)


def a_peer(peer_id: str = "network-one", **more: object) -> v1.Peer:
    words = {"name": "Network", "net_ids": [b"\0\0\x13"], "ns_ids": [bytes(8)], "as_ids": ["as.example"]}
    kek = [v1.PeerKek(label="ns/000013", key=KEK)]
    known = {"authorization": HEADER, "keks": kek, "network_kek_label": "ns/000013"}
    return v1.Peer(peer_id=peer_id, **{**words, **known, **more})  # type: ignore[arg-type]


def created(peer: v1.Peer) -> v1.CreatePeerRequest:
    return v1.CreatePeerRequest(peer=peer)


def changed(peer: v1.Peer, *paths: str) -> v1.UpdatePeerRequest:
    return v1.UpdatePeerRequest(peer=peer, field_mask={"paths": paths})


async def test_a_peer_is_shown_without_its_secrets(peers: PeerRegistry, admin: Caller) -> None:
    made = await peers.Create(created(a_peer()), a_call(admin))
    assert made == await peers.Get(v1.GetPeerRequest(peer_id="network-one"), a_call(admin))
    assert made.keks == [v1.PeerKek(label="ns/000013", bits=256)]
    assert (made.has_authorization, made.authorization) == (True, "")
    assert list(made.net_ids) == [b"\0\0\x13"]


async def test_no_secret_of_a_peer_stands_in_clear(
    db: Database, vault: Vault, peers: PeerRegistry, admin: Caller
) -> None:
    await peers.Create(created(a_peer()), a_call(admin))
    row = await db.fetchrow("SELECT body, keks_sealed, header_hash FROM peer")
    assert row is not None
    assert all(KEK not in bytes(row[at]) and b"bnM6c2VjcmV0" not in bytes(row[at]) for at in range(3))
    assert [one async for one in unopenable(db, vault)] == []


async def test_peers_are_listed_in_pages(peers: PeerRegistry, admin: Caller) -> None:
    for number in range(3):
        await peers.Create(created(a_peer(f"peer-{number}", authorization=f"Bearer {number}")), a_call(admin))
    call = a_call(admin)
    page = await peers.List(v1.ListPeersRequest(limit=2, page=2), call)
    assert [one.peer_id for one in page.peers] == ["peer-2"]
    assert call.headers["x-total-count"] == "3"


async def test_what_the_mask_names_changes_and_nothing_else(peers: PeerRegistry, admin: Caller) -> None:
    await peers.Create(created(a_peer()), a_call(admin))
    changed_peer = await peers.Update(changed(a_peer(name="New", net_ids=[]), "name"), a_call(admin))
    assert changed_peer.name == "New"
    assert list(changed_peer.net_ids) == [b"\0\0\x13"]
    assert changed_peer.has_authorization
    assert len(changed_peer.keks) == 1


async def test_a_kek_without_its_key_keeps_the_one_it_has(peers: PeerRegistry, admin: Caller) -> None:
    await peers.Create(created(a_peer()), a_call(admin))
    keks = [v1.PeerKek(label="ns/000013"), v1.PeerKek(label="new", key=bytes(16))]
    changed_peer = await peers.Update(changed(a_peer(keks=keks), "keks"), a_call(admin))
    assert {one.label: one.bits for one in changed_peer.keks} == {"ns/000013": 256, "new": 128}


async def test_a_header_taken_away_needs_a_certificate_in_its_place(
    peers: PeerRegistry, admin: Caller, tmp_path: Path
) -> None:
    await peers.Create(created(a_peer()), a_call(admin))
    with pytest.raises(Invalid, match="certificate or an Authorization header"):
        await peers.Update(changed(a_peer(authorization=""), "authorization"), a_call(admin))
    pem = Authority.made(tmp_path).pem
    wish = a_peer(authorization="", trusted_certificates=pem)
    after = await peers.Update(changed(wish, "authorization", "trusted_certificates"), a_call(admin))
    assert not after.has_authorization


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        (a_peer(authorization=""), "certificate or an Authorization header"),
        (a_peer(keks=[v1.PeerKek(label="a", key=bytes(15))], network_kek_label=""), "16, 24 or 32 bytes"),
        (a_peer(network_kek_label="other"), "label of one of the peer's KEKs"),
        (a_peer(certificate_subject="ns.example"), "fingerprint or trusted certificates"),
        (a_peer(trusted_certificates="no PEM"), "certificates in PEM"),
        (a_peer(application_ids=v3.ApplicationIdentifiers(application_id="nowhere")), "an application that there is"),
        (a_peer(keks=[v1.PeerKek(label="ns/000013", key=KEK)] * 2), "each label once"),
    ],
)
async def test_a_peer_that_cannot_work_is_refused(
    peers: PeerRegistry, admin: Caller, wish: v1.Peer, reason: str
) -> None:
    with pytest.raises(Invalid, match=reason):
        await peers.Create(created(wish), a_call(admin))


async def test_no_two_peers_share_a_header_or_an_application(db: Database, peers: PeerRegistry, admin: Caller) -> None:
    await an_application(db, "their-app", admin)
    ids = v3.ApplicationIdentifiers(application_id="their-app")
    await peers.Create(created(a_peer(application_ids=ids)), a_call(admin))
    for same in (a_peer("peer-two"), a_peer("peer-two", authorization="Bearer x", application_ids=ids)):
        with pytest.raises(AlreadyExists, match="peer_taken"):
            await peers.Create(created(same), a_call(admin))


async def test_a_deleted_peer_is_gone(peers: PeerRegistry, admin: Caller) -> None:
    await peers.Create(created(a_peer()), a_call(admin))
    await peers.Delete(v1.DeletePeerRequest(peer_id="network-one"), a_call(admin))
    with pytest.raises(NotFound, match="peer_not_found"):
        await peers.Get(v1.GetPeerRequest(peer_id="network-one"), a_call(admin))


async def test_only_admins_meet_peers(db: Database, peers: PeerRegistry) -> None:
    maker = await a_user(db, "maker")
    with pytest.raises(PermissionDenied):
        await peers.List(v1.ListPeersRequest(), a_call(maker))
    with pytest.raises(PermissionDenied):
        await peers.Create(created(a_peer()), a_call(maker))
