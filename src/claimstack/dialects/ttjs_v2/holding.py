"""The application that holds what a peer claims: made at its first claim, owned by an organization of the system.

Nobody is a member of that organization, so nobody reads what a network holds unless an admin gives the peer an
application of somebody's. It is open to claims: a claim that its holder does not lock can be taken over by the next
who shows the code.
"""

from collections.abc import Mapping

from google.protobuf.message import Message

from claimstack.claiming import store as claiming_store
from claimstack.claiming.authorization import NEEDED
from claimstack.dialects.ttjs_v2 import store
from claimstack.dialects.ttjs_v2.order import Kek
from claimstack.errors import FailedPrecondition
from claimstack.identity import APPLICATION_RIGHTS, Entity, add_api_key, add_first_collaborator, secret_hash
from claimstack.peers import Peer
from claimstack.peers.words import keks_of, sealed_keks
from claimstack.storage import Transaction
from claimstack.vault import Secret, TokenKind, Vault, new_token
from claimstack.wire import v3

OWNER = "system-peers"
TOKEN_BYTES = 56
MOST_KEKS = 100
"""Of one peer, as the API lets an admin give (claimstack.v1 Peer)."""

_MOST_UID = 36


async def application_of(tx: Transaction, vault: Vault, peer: Peer, random: bytes, now: int) -> Entity:
    """The peer's application, made if it has none yet; `random`: 56 bytes. `peer_gone` (FailedPrecondition)."""
    row = await store.peer(tx, peer.peer_id)
    if row is None:
        raise FailedPrecondition("pkg/peers", "peer_gone", "the peer was deleted")
    if row["application"] is not None and row["deleted_at"] is None:
        return _entity(row["application"], row["application_uid"])
    made = await _make(tx, peer.peer_id, now)
    await _open_to_claims(tx, vault, made.id, random, now)
    await store.give_application(tx, row["id"], made.id, now)
    return made


async def _make(tx: Transaction, peer_id: str, now: int) -> Entity:
    owner = await store.organization(tx, OWNER, "Peers", _empty(v3.Organization()), now)
    name, at = f"Claimed by {peer_id}", 1
    while True:
        uid = _uid(peer_id, at)
        application = await store.add_application(tx, uid, name, _empty(v3.Application()), now)
        if application is not None:
            await add_first_collaborator(tx, "application", application, owner, now)
            return _entity(application, uid)
        at += 1


def _uid(peer_id: str, at: int) -> str:
    ending = "" if at == 1 else f"-{at}"
    return f"peer-{peer_id}"[: _MOST_UID - len(ending)].rstrip("-") + ending


async def _open_to_claims(tx: Transaction, vault: Vault, application: int, random: bytes, now: int) -> None:
    # The key's secret is thrown away at once: it only stands for the permission.
    token = new_token(TokenKind.API_KEY, random)
    hashed = secret_hash(vault, token)
    key = await add_api_key(
        tx, "application", application, token.id, "Claims", NEEDED, hashed, vault.pepper_version, None, None, now
    )
    await claiming_store.put_authorization(tx, application, key, token.id, f"organization:0:{OWNER}", now)


async def takes_kek(tx: Transaction, vault: Vault, peer: Peer, kek: Kek) -> bool:
    """Whether the peer may bring this KEK: it may have `MOST_KEKS`, each of which it may replace."""
    row = await store.keks(tx, peer.peer_id)
    return row is None or kek.key is None or _fits(keks_of(vault, row), kek)


def _fits(known: Mapping[str, Secret], kek: Kek) -> bool:
    return kek.label in known or len(known) < MOST_KEKS


async def keep_kek(tx: Transaction, vault: Vault, peer: Peer, kek: Kek, now: int) -> None:
    """Keep a KEK of the peer under its label, in place of an older one; not if it would be one too many."""
    row = await store.keks(tx, peer.peer_id)
    known = keks_of(vault, row) if row is not None else {}
    if row is None or kek.key is None or not _fits(known, kek):
        return
    sealed = sealed_keks(vault, peer.peer_id, {**known, kek.label: kek.key})
    if sealed is not None:
        await store.put_keks(tx, peer.peer_id, *sealed, now)


def _entity(application: int, uid: str) -> Entity:
    return Entity("application", application, uid, APPLICATION_RIGHTS, None)


def _empty(message: Message) -> bytes:
    return message.SerializeToString()
