"""Key envelopes (TS002 §21): in clear, or wrapped under a KEK that both sides know by its label (RFC 3394)."""

from typing import Any

from claimstack.dialects.backend_interfaces.results import refusal
from claimstack.join_server import Home, Joined, Why
from claimstack.lorawan import AES128Key, MACVersion
from claimstack.lorawan.otaa import wrap
from claimstack.peers import AppSKeyPolicy, Peer, Peers
from claimstack.vault import Secret

_NETWORK_KEYS = (
    ("FNwkSIntKey", "f_nwk_s_int_key"),
    ("SNwkSIntKey", "s_nwk_s_int_key"),
    ("NwkSEncKey", "nwk_s_enc_key"),
)


def envelope(key: AES128Key, label: str, kek: Secret | None) -> dict[str, str]:
    """Both members always stand there, as the field expects."""
    octets = bytes(key) if kek is None else wrap(key, kek.reveal())
    return {"KEKLabel": label if kek is not None else "", "AESKey": octets.hex().upper()}


def network_envelopes(joined: Joined, version: MACVersion, peer: Peer) -> dict[str, Any]:
    """The network session keys: NwkSKey for 1.0.x, three for 1.1. What the device names wins over what the peer has."""
    label = joined.home.network_kek_label or peer.network_kek_label
    kek = peer.keks.get(label)
    if not version.has_two_root_keys():
        return {"NwkSKey": envelope(joined.keys.f_nwk_s_int_key, label, kek)}
    return {name: envelope(getattr(joined.keys, field), label, kek) for name, field in _NETWORK_KEYS}


def application_envelope(key: AES128Key, home: Home, peer: Peer, peers: Peers) -> dict[str, str] | None:
    """The AppSKey wrapped under the KEK of the application; None where no label is set."""
    label = home.application_kek_label or peer.application_kek_label
    if not label:
        return None
    kek = home.application_kek or peer.keks.get(label) or peers.kek(label, home.as_id)
    return envelope(key, label, kek) if kek is not None else None


def join_app_s_key(joined: Joined, peer: Peer, peers: Peers) -> dict[str, Any]:
    """The AppSKey of a join-accept, as far as the peer's policy lets it go, and the SessionKeyID to ask for it with."""
    by_id = {"SessionKeyID": joined.session_key_id.hex().upper()}
    if peer.app_s_key is AppSKeyPolicy.WITHHELD:
        return by_id
    wrapped = application_envelope(joined.keys.app_s_key, joined.home, peer, peers)
    if wrapped is not None:
        return {"AppSKey": wrapped, **by_id}
    # A label that nobody knows the KEK of never means: in clear.
    is_open = peer.app_s_key is AppSKeyPolicy.CLEAR and not joined.home.application_kek_label
    # With the key in clear the id stays away: ChirpStack takes a session with one for encrypted end to end, and then
    # hands payloads on undecrypted.
    return {"AppSKey": envelope(joined.keys.app_s_key, "", None)} if is_open else by_id


def asked_app_s_key(key: AES128Key, home: Home, peer: Peer, peers: Peers) -> dict[str, Any]:
    """The AppSKey for the Application Server itself: in clear only where no label is set."""
    wrapped = application_envelope(key, home, peer, peers)
    if wrapped is None and (home.application_kek_label or peer.application_kek_label):
        raise refusal(Why.NO_KEK)
    return {"AppSKey": wrapped or envelope(key, "", None)}
