"""The verbs of the register of peers. For admins: a peer sees keys of every device that is at home with it."""

from collections.abc import Sequence

from claimstack import masks
from claimstack.errors import AlreadyExists, NotFound, invalid_field
from claimstack.identity import Caller, Page, require_admin
from claimstack.peers import store, words
from claimstack.peers.authorization import header_hash
from claimstack.peers.certificates import certificates_in
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Secret, Vault
from claimstack.wire import claimstack_v1 as v1


async def create_peer(tx: Transaction, vault: Vault, caller: Caller, wish: v1.Peer, now: int) -> v1.Peer:
    """Register a peer; `peer_taken` when its id, header or application is another's."""
    require_admin(caller)
    keks = words.given_keks(wish, {})
    _check(wish, keks, has_header=bool(wish.authorization))
    header = _header(vault, wish.authorization)
    columns = await _columns(tx, vault, wish, keks, header)
    if not await store.add(tx, columns, now):
        raise _taken(wish.peer_id)
    return await _found(tx, vault, wish.peer_id)


async def get_peer(reader: Reader, vault: Vault, caller: Caller, uid: str) -> v1.Peer:
    """The peer without its secrets; `peer_not_found`."""
    require_admin(caller)
    return await _found(reader, vault, uid)


async def list_peers(reader: Reader, vault: Vault, caller: Caller, page: Page) -> tuple[list[v1.Peer], int]:
    """A page of peers by id, without their secrets, and how many there are."""
    require_admin(caller)
    rows, total = await store.page_of(reader, page)
    return [words.shown(row, words.keks_of(vault, row)) for row in rows], total


async def update_peer(
    tx: Transaction, vault: Vault, caller: Caller, wish: v1.Peer, paths: Sequence[str], now: int
) -> v1.Peer:
    """Change what the mask names."""
    require_admin(caller)
    row = await store.held(tx, wish.peer_id)
    if row is None:
        raise _not_found(wish.peer_id)
    before = words.keks_of(vault, row)
    keks = words.given_keks(wish, before) if "keks" in paths else before
    header = _header(vault, wish.authorization) if "authorization" in paths else _kept_header(row)
    after = words.shown(row, {})
    masks.apply(after, wish, [path for path in paths if path not in ("keks", "authorization")])
    _check(after, keks, has_header=header[0] is not None)
    columns = await _columns(tx, vault, after, keks, header)
    await store.change(tx, columns, now)
    return await _found(tx, vault, wish.peer_id)


async def delete_peer(tx: Transaction, caller: Caller, uid: str) -> None:
    """Forget the peer; its application stays."""
    require_admin(caller)
    if not await store.remove(tx, uid):
        raise _not_found(uid)


Header = tuple[bytes | None, int | None]


def _header(vault: Vault, authorization: str) -> Header:
    return (header_hash(vault, authorization), vault.pepper_version) if authorization.strip() else (None, None)


def _kept_header(row: Row) -> Header:
    return (None if row["header_hash"] is None else bytes(row["header_hash"])), row["pepper"]


def _check(peer: v1.Peer, keks: dict[str, Secret], *, has_header: bool) -> None:
    certificates = certificates_in(peer.trusted_certificates)
    known = bool(certificates or peer.certificate_fingerprints)
    if peer.certificate_subject and not known:
        text = "expected a fingerprint or trusted certificates with it: anybody could be made out to that name"
        raise invalid_field("peer.certificate_subject", text)
    if not known and not has_header:
        raise invalid_field("peer.certificate_fingerprints", "expected a certificate or an Authorization header")
    for name in ("network_kek_label", "application_kek_label"):
        if (label := getattr(peer, name)) and label not in keks:
            raise invalid_field(f"peer.{name}", "expected the label of one of the peer's KEKs")


async def _columns(
    tx: Transaction, vault: Vault, peer: v1.Peer, keks: dict[str, Secret], header: Header
) -> store.Columns:
    uid = peer.application_ids.application_id
    application = await store.application(tx, uid) if uid else None
    if uid and application is None:
        raise invalid_field("peer.application_ids", "expected an application that there is")
    sealed, kek = words.sealed_keks(vault, peer.peer_id, keks) or (None, None)
    return store.Columns(peer.peer_id, words.body_of(peer), sealed, kek, *header, application)


async def _found(reader: Reader, vault: Vault, uid: str) -> v1.Peer:
    row = await store.peer(reader, uid)
    if row is None:
        raise _not_found(uid)
    return words.shown(row, words.keks_of(vault, row))


def _not_found(uid: str) -> NotFound:
    return NotFound("pkg/peers", "peer_not_found", "peer `{peer_id}` not found", peer_id=uid)


def _taken(uid: str) -> AlreadyExists:
    text = "peer `{peer_id}`: its id, its Authorization header or its application is another peer's"
    return AlreadyExists("pkg/peers", "peer_taken", text, peer_id=uid)
