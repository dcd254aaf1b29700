"""The deeds: a claim there is our claim, a release our release; only the ways to find and to answer are theirs.

The dialect does not send the JoinEUI, so a device is found by its DevEUI alone. More than one match is nobody's.
"""

import os
from collections.abc import Sequence
from typing import NamedTuple

from claimstack import audit
from claimstack.claiming import ClaimCaps, Claims, give_back
from claimstack.claiming.gate.attempt import Attempt, Capped, Outcome, Owned
from claimstack.claiming.gate.handover import Home
from claimstack.claiming_repository import count_attempt
from claimstack.dialects.ttjs_v2 import store
from claimstack.dialects.ttjs_v2.holding import TOKEN_BYTES, application_of, keep_kek, takes_kek
from claimstack.dialects.ttjs_v2.order import Order
from claimstack.errors import ClaimstackError, ResourceExhausted
from claimstack.identity import APPLICATION_RIGHTS, Entity
from claimstack.lorawan import EUI64, NetID
from claimstack.peers import Peer
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3

NO_JOIN_EUI = bytes(8)
NOT_CLAIMED = "device is not claimed"
_NOT_FOUND = 5
AMBIGUOUS = "dev_eui_not_unique"
FOREIGN = "home_network_of_another"
TOO_MANY_KEKS = "too_many_keks"


class Claimed(NamedTuple):
    """The device is the peer's."""


class Denied(NamedTuple):
    """Why is for the audit; the peer is told the same for every reason."""


class Later(NamedTuple):
    """Too many failures; seconds until the next attempt is looked at."""

    wait: float


class HomeOf(NamedTuple):
    """Where a device is at home, and whether its claim is locked."""

    net_id: bytes
    ns_id: bytes
    locked: bool


class Claiming:
    """The deeds of one node."""

    def __init__(self, db: Database, vault: Vault, claims: Claims, caps: ClaimCaps) -> None:
        self._db, self._vault, self._claims, self._caps = db, vault, claims, caps

    async def claim(self, peer: Peer, dev_eui: bytes, order: Order, now: int) -> Claimed | Denied | Later:
        """Move the device into the peer's application."""
        found = await store.by_dev_eui(self._db, dev_eui)
        target = await self._target(peer, now)
        attempt = _attempt(peer, target, dev_eui, found[0].join_eui if found else NO_JOIN_EUI, order, now)
        why = AMBIGUOUS if len(found) > 1 else "" if _is_own(peer, order) else FOREIGN
        if not why and order.kek is not None:
            takes = await self._db.transaction(takes_kek, self._vault, peer, order.kek)
            why = "" if takes else TOO_MANY_KEKS
        if why:
            return await self._deny(attempt, found, why)
        outcome = await self._claims.claim(attempt)
        if isinstance(outcome, Owned) and order.kek is not None:
            await self._db.transaction(keep_kek, self._vault, peer, order.kek, now)
        return _outcome(outcome)

    async def _application(self, peer: Peer) -> Entity | None:
        """What holds the peer's claims; the book of peers may be half a second behind the first of them."""
        if peer.application is not None:
            return Entity("application", peer.application, peer.application_uid, APPLICATION_RIGHTS, None)
        row = await store.application_of_peer(self._db, peer.peer_id)
        return None if row is None else Entity("application", row["id"], row["uid"], APPLICATION_RIGHTS, None)

    async def _target(self, peer: Peer, now: int) -> Entity:
        known = await self._application(peer)
        if known is not None:
            return known
        return await self._db.transaction(application_of, self._vault, peer, os.urandom(TOKEN_BYTES), now)

    async def _deny(self, attempt: Attempt, found: Sequence[store.Found], why: str) -> Denied | Later:
        try:
            await self._db.transaction(_denied, self._caps, attempt, found, why)
        except ResourceExhausted as capped:
            return Later(capped.retry_after or 0)
        return Denied()

    async def unclaim(self, peer: Peer, dev_eui: bytes, now: int) -> str:
        """Give the device back to its maker; why not, empty when done. What is not the peer's is not there."""
        application = await self._application(peer)
        held = await store.held_by(self._db, application.id, dev_eui) if application else []
        if application is None or len(held) != 1:
            return NOT_CLAIMED
        try:
            await self._db.transaction(give_back, application, held[0]["uid"], _claimer(peer), now)
        except ClaimstackError as error:
            return NOT_CLAIMED if error.code == _NOT_FOUND else error.text
        return ""

    async def status(self, peer: Peer, dev_eui: bytes) -> HomeOf | None:
        """Where the device is at home; None when it is not the peer's."""
        application = await self._application(peer)
        held = await store.held_by(self._db, application.id, dev_eui) if application else []
        if len(held) != 1:
            return None
        part = v3.EndDevice.FromString(bytes(held[0]["join_body"] or b""))
        net_id = part.net_id or next(iter(sorted(map(bytes, peer.net_ids))), bytes(3))
        ns_id = bytes(next(iter(peer.ns_ids))) if len(peer.ns_ids) == 1 else b""
        return HomeOf(net_id, ns_id, held[0]["coded"] is None)


async def _denied(tx: Transaction, caps: ClaimCaps, attempt: Attempt, found: Sequence[store.Found], why: str) -> None:
    """Count the failure; `too_many_attempts`. Each owner of a match reads in the audit that it was refused."""
    await count_attempt(tx, caps, attempt)
    for match in found:
        record = audit.AuditRecord(
            audit.device_chain(match.join_eui, attempt.dev_eui), attempt.now, "claim", why, match.application,
            match.application_uid, match.end_device, match.uid, match.join_eui, attempt.dev_eui, attempt.claimer,
        )  # fmt: skip
        await audit.record(tx, record)


def _attempt(peer: Peer, target: Entity, dev_eui: bytes, join_eui: bytes, order: Order, now: int) -> Attempt:
    label = order.kek.label if order.kek else peer.application_kek_label
    home = Home(
        network_server_kek_label=peer.network_kek_label,
        application_server_kek_label=label,
        application_server_id=_as_id(peer, order),
        net_id=order.net_id,
    )
    return Attempt(
        join_eui=join_eui, dev_eui=dev_eui, code=order.owner_token, target=target.id, wish=f"eui-{dev_eui.hex()}",
        principal=f"peer:{peer.id}", claimer_uid=peer.peer_id, burn=order.lock, now=now, home=home,
    )  # fmt: skip


def _as_id(peer: Peer, order: Order) -> str:
    only = next(iter(peer.as_ids)) if len(peer.as_ids) == 1 else ""
    return order.as_id or only


def _is_own(peer: Peer, order: Order) -> bool:
    """Whether the peer may say that it is that network and that Application Server."""
    return (
        (not peer.net_ids or NetID(order.net_id) in peer.net_ids)
        and (not peer.ns_ids or not order.ns_id or EUI64(order.ns_id) in peer.ns_ids)
        and (not order.as_id or order.as_id in peer.as_ids)
    )


def _outcome(outcome: Outcome) -> Claimed | Denied | Later:
    if isinstance(outcome, Owned):
        return Claimed()
    return Later(outcome.wait) if isinstance(outcome, Capped) else Denied()


def _claimer(peer: Peer) -> str:
    return f"peer:{peer.id}:{peer.peer_id}"
