"""Rows of peers in the contract's words (claimstack.v1), and what they keep secret."""

from claimstack.errors import invalid_field
from claimstack.identity import timestamp
from claimstack.lorawan import EUI64, NetID
from claimstack.peers.certificates import certificates_in, fingerprint
from claimstack.peers.peer import KEK_BYTES, AppSKeyPolicy, Peer
from claimstack.storage import Row
from claimstack.vault import Sealed, Secret, Vault
from claimstack.wire import claimstack_v1 as v1

_SECRET = ("keks", "authorization", "has_authorization")
_OF_COLUMNS = ("peer_id", "application_ids", "created_at", "updated_at")


def place(uid: str) -> tuple[str, str]:
    """Where the KEKs of a peer are sealed for."""
    return "peer", uid


def body_of(peer: v1.Peer) -> bytes:
    """What stands in the body: everything but secrets and what has a column."""
    kept = v1.Peer()
    kept.CopyFrom(peer)
    for name in (*_SECRET, *_OF_COLUMNS):
        kept.ClearField(name)
    return kept.SerializeToString(deterministic=True)


def keks_of(vault: Vault, row: Row) -> dict[str, Secret]:
    """The KEKs of the peer by label."""
    if row["keks_sealed"] is None:
        return {}
    sealed = Sealed(bytes(row["keks_sealed"]), row["keks_kek"])
    kept = v1.Peer.FromString(vault.open(sealed, *place(row["uid"])).reveal())
    return {kek.label: Secret(kek.key) for kek in kept.keks}


def sealed_keks(vault: Vault, uid: str, keks: dict[str, Secret]) -> Sealed | None:
    """The KEKs as the row keeps them."""
    if not keks:
        return None
    kept = v1.Peer(keks=[v1.PeerKek(label=label, key=key.reveal()) for label, key in keks.items()])
    return vault.seal(Secret(kept.SerializeToString()), *place(uid))


def given_keks(wish: v1.Peer, known: dict[str, Secret]) -> dict[str, Secret]:
    """The KEKs that are wished; one without a key keeps what is known under its label."""
    keks: dict[str, Secret] = {}
    for kek in wish.keks:
        if kek.label in keks:
            raise invalid_field("peer.keks", "expected each label once")
        if not kek.key and kek.label in known:
            keks[kek.label] = known[kek.label]
        elif len(kek.key) in KEK_BYTES:
            keks[kek.label] = Secret(kek.key)
        else:
            raise invalid_field("peer.keks", "expected keys of 16, 24 or 32 bytes")
    return keks


def shown(row: Row, keks: dict[str, Secret]) -> v1.Peer:
    """The peer without its secrets."""
    peer = v1.Peer.FromString(bytes(row["body"]))
    peer.peer_id = row["uid"]
    peer.has_authorization = row["header_hash"] is not None
    peer.keks.extend(v1.PeerKek(label=label, bits=8 * len(key)) for label, key in keks.items())
    if row["application_uid"]:
        peer.application_ids.application_id = row["application_uid"]
    peer.created_at.CopyFrom(timestamp(row["created_at"]))
    peer.updated_at.CopyFrom(timestamp(row["updated_at"]))
    return peer


def known(vault: Vault, row: Row) -> Peer:
    """The peer as requests meet it. A deleted application is none."""
    words = v1.Peer.FromString(bytes(row["body"]))
    stated = {bytes(one) for one in words.certificate_fingerprints}
    lives = row["application_uid"] is not None and row["application_deleted_at"] is None
    return Peer(
        id=row["id"],
        peer_id=row["uid"],
        net_ids=frozenset(NetID(bytes(one)) for one in words.net_ids),
        ns_ids=frozenset(EUI64(bytes(one)) for one in words.ns_ids),
        as_ids=frozenset(words.as_ids),
        fingerprints=frozenset(stated | {fingerprint(der) for der in certificates_in(words.trusted_certificates)}),
        subject=words.certificate_subject,
        keks=keks_of(vault, row),
        network_kek_label=words.network_kek_label,
        application_kek_label=words.application_kek_label,
        app_s_key=AppSKeyPolicy(words.app_s_key),
        application=row["application"] if lives else None,
        application_uid=row["application_uid"] if lives else "",
    )
