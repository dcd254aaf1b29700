"""All peers in memory, so that no request asks the database who sent it. At most half a second behind the table."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import structlog

from claimstack.peers import store, words
from claimstack.peers.authorization import header_hash
from claimstack.peers.certificates import certificates_in
from claimstack.peers.peer import Peer
from claimstack.storage import Busy, Database, Row
from claimstack.vault import KekError, Secret, Vault
from claimstack.wire import claimstack_v1 as v1

log = structlog.get_logger("claimstack.peers")


class Peers(NamedTuple):
    """The peers at one moment."""

    everyone: Sequence[Peer]
    by_header: Mapping[tuple[int, bytes], Peer]
    """By version of the pepper and keyed hash."""
    certificates: frozenset[bytes]
    """Certificates (DER) that client certificates of peers may be, or be issued by."""
    met: dict[str | tuple[bytes, ...], Peer]
    """Headers and chains that were found right: a network shows the same one with each message."""

    def by_certificate(self, chain: tuple[bytes, ...]) -> Peer | None:
        """Whose client certificate it is: a verified chain in DER, leaf first. None: nobody's, or not one peer's."""
        return self.met.get(chain) or self._met(chain, self._owner(chain))

    def _owner(self, chain: tuple[bytes, ...]) -> Peer | None:
        owners = [peer for peer in self.everyone if peer.owns(chain)] if chain else []
        if not owners:
            return None
        narrowest = max(peer.pins(chain) for peer in owners)
        best = [peer for peer in owners if peer.pins(chain) == narrowest]
        if len(best) > 1:
            log.warning("certificate of several peers", peers=[peer.peer_id for peer in best])
            return None
        return best[0]

    def by_authorization(self, vault: Vault, value: str) -> Peer | None:
        """Whose Authorization header this is, whole value."""
        return self.met.get(value) or self._met(value, self._hashed(vault, value))

    def _hashed(self, vault: Vault, value: str) -> Peer | None:
        peppers = {version for version, _ in self.by_header}
        found = (self.by_header.get((pepper, header_hash(vault, value, pepper))) for pepper in peppers)
        return next((peer for peer in found if peer is not None), None)

    def _met(self, shown: str | tuple[bytes, ...], peer: Peer | None) -> Peer | None:
        if peer is not None and len(self.met) < MOST_MET:
            self.met[shown] = peer
        return peer

    def kek(self, label: str, as_id: str) -> Secret | None:
        """The KEK of that label of the peer that speaks for an AS-ID; None when there is none."""
        return next((one.keks[label] for one in self.everyone if as_id in one.as_ids and label in one.keks), None)


NOBODY = Peers((), {}, frozenset(), {})
MOST_MET = 1024


class PeerBook:
    """Gives the peers, read again when something changed."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault
        self._peers = NOBODY
        self._state: Row | None = None
        self._reading = asyncio.Lock()

    async def peers(self) -> Peers:
        """The peers as they were half a second ago or later; what this node wrote is in it."""
        try:
            state = await store.state(self._db.recent)
            if state is not self._state:  # most often it is the very answer of half a second ago
                await self._read(state)
        except Busy:
            if self._state is None:
                raise
            log.warning("peers not read again")  # whoever is known stays known: nothing else works now, either
        return self._peers

    async def by_certificate(self, chain: tuple[bytes, ...]) -> Peer | None:
        """Whose client certificate it is; see `Peers.by_certificate`."""
        return (await self.peers()).by_certificate(chain)

    async def by_authorization(self, value: str) -> Peer | None:
        """Whose Authorization header this is; see `Peers.by_authorization`."""
        return (await self.peers()).by_authorization(self._vault, value)

    async def _read(self, state: Row | None) -> None:
        async with self._reading:
            if state != self._state:
                self._peers = self._gathered(await store.everyone(self._db))
            self._state = state

    def _gathered(self, rows: Sequence[Row]) -> Peers:
        known = [(row, peer) for row in rows if (peer := self._opened(row))]
        headers = {
            (row["pepper"], bytes(row["header_hash"])): peer for row, peer in known if row["header_hash"] is not None
        }
        trusted = (v1.Peer.FromString(bytes(row["body"])).trusted_certificates for row, _ in known)
        certificates = frozenset(der for pem in trusted for der in certificates_in(pem))
        return Peers([peer for _, peer in known], headers, certificates, {})

    def _opened(self, row: Row) -> Peer | None:
        """The peer; None, said aloud, when its KEKs do not open: the others must not suffer from it."""
        try:
            return words.known(self._vault, row)
        except KekError as error:
            log.error("peer left out", peer=row["uid"], reason=str(error))
            return None
