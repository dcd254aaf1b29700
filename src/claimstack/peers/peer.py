"""A peer: a network or cluster that joins devices through our Join Server (TS002) or claims here.

What it may call itself, how it is known, and which keys are shared with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

from claimstack.lorawan import EUI64, NetID
from claimstack.peers.certificates import fingerprint, is_made_out_to
from claimstack.vault import Secret

KEK_BYTES = (16, 24, 32)


class AppSKeyPolicy(IntEnum):
    """Whether a join-accept carries the AppSKey; numbers of `claimstack.v1.AppSKeyPolicy`."""

    WRAPPED = 0
    WITHHELD = 1
    CLEAR = 2


@dataclass(frozen=True, slots=True)
class Peer:
    """A registered peer. `peer_id` is its id in text, `id` the surrogate; KEKs are 16, 24 or 32 bytes."""

    id: int
    peer_id: str
    net_ids: frozenset[NetID]
    ns_ids: frozenset[EUI64]
    """Empty: any."""
    as_ids: frozenset[str]
    fingerprints: frozenset[bytes]
    """SHA-256 of certificates that its own is, or is issued by."""
    subject: str
    keks: Mapping[str, Secret]
    network_kek_label: str
    application_kek_label: str
    app_s_key: AppSKeyPolicy
    application: int | None
    """Surrogate of the application that holds what it claims."""
    application_uid: str

    def owns(self, chain: Sequence[bytes]) -> bool:
        """Whether a verified chain of certificates (DER, leaf first) is this peer's."""
        known = any(fingerprint(one) in self.fingerprints for one in chain)
        return known and (not self.subject or is_made_out_to(chain[0], self.subject))

    def pins(self, chain: Sequence[bytes]) -> int:
        """How narrowly it names the certificate: the leaf itself, a subject, or any of an issuer."""
        return 2 if fingerprint(chain[0]) in self.fingerprints else 1 if self.subject else 0
