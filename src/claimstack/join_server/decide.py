"""Whether a device joins, from what the database holds of it, and all that then is to be written.

The order is that of TS002 §8: home, MIC, nonce. Nothing is noted of a request whose MIC is wrong, or anybody could use
up the nonces of a device.
"""

from typing import NamedTuple

from claimstack.join_server.found import Found
from claimstack.join_server.home import home_of
from claimstack.join_server.sessions import Session, sealed
from claimstack.join_server.wish import Home, Joined, Refused, Why, Wish
from claimstack.lorawan import AES128Key, DevNonce, JoinNonce, MACVersion, NetID
from claimstack.lorawan.otaa import (
    JoinAccept,
    JoinReqType,
    JoinRequest,
    KeyCipher,
    SessionKeys,
    answer_to,
    derives_as_1_1,
    js_enc_key,
    js_int_key,
    root_key_of_1_0,
    seal,
    seal_1_1,
    session_keys,
    session_keys_1_1,
)
from claimstack.lorawan.used_dev_nonces import was_used, with_used
from claimstack.vault import Sealed, Vault
from claimstack.vault.rewrap import eui_place
from claimstack.wire import v3


class Counters(NamedTuple):
    """The device's own numbers, as they are to stand from now on."""

    last_dev_nonce: int | None
    used_dev_nonces: bytes
    last_rj_count_0: int | None
    last_rj_count_1: int | None


class Note(NamedTuple):
    """What is written when a device joins; the database takes it only while `found` is what it still has."""

    found: Found
    counters: Counters
    join_nonce: int
    session: Session
    now: int


class Device(NamedTuple):
    """A device as the Join Server meets it, opened."""

    found: Found
    part: v3.EndDevice
    home: Home
    nwk_key: AES128Key | None
    app_key: AES128Key | None

    def root_key(self, version: MACVersion) -> AES128Key | None:
        """The key that signs a join of that version; None when there is none."""
        if version.has_two_root_keys():
            return self.nwk_key
        return root_key_of_1_0(self.app_key, self.nwk_key, self.part.root_keys.root_key_id)

    @property
    def next_join_nonce(self) -> JoinNonce | None:
        """Never given before, in any version; None when they are used up."""
        return JoinNonce.following(self.found.last_join_nonce or 0)


def opened(vault: Vault, found: Found) -> Device:
    """The device that was found."""
    part = v3.EndDevice.FromString(found.join_body)
    nwk_key = _key(vault, found, "nwk_key", found.nwk_key_sealed, found.nwk_key_kek)
    app_key = _key(vault, found, "app_key", found.app_key_sealed, found.app_key_kek)
    return Device(found, part, home_of(vault, part, found), nwk_key, app_key)


def _key(vault: Vault, found: Found, field: str, blob: bytes | None, kek: int | None) -> AES128Key | None:
    if blob is None or kek is None:
        return None
    place = eui_place("root_key", found.join_eui, found.dev_eui, field)
    return AES128Key(vault.open(Sealed(blob, kek), *place).reveal())


def stranger(device: Device, wish: Wish, own: NetID) -> Why | None:
    """Why this network may not serve the device; None when it is at home there."""
    if wish.net_id != (device.home.net_id or own):
        return Why.NOT_AT_HOME
    label = device.home.network_kek_label
    return Why.NO_KEK if label and label not in wish.kek_labels else None


def decide_join(vault: Vault, found: Found, wish: Wish, own: NetID) -> tuple[Joined, Note] | Refused:
    """Answer a join-request. `own` is the NetID of this cluster."""
    assert isinstance(wish.request, JoinRequest)
    device = opened(vault, found)
    if why := stranger(device, wish, own):
        return Refused(why)
    key = device.root_key(wish.version)
    if key is None:
        return Refused(Why.NO_KEYS)
    cipher = KeyCipher(key)
    if not wish.request.is_signed_by(cipher):
        return Refused(Why.WRONG_MIC)
    if _is_replay(device, wish, wish.request.dev_nonce):
        return Refused(Why.REPLAYED)
    join_nonce = device.next_join_nonce
    if join_nonce is None:
        return Refused(Why.EXHAUSTED)
    return _joined(vault, device, wish, cipher, join_nonce)


def _is_replay(device: Device, wish: Wish, dev_nonce: DevNonce) -> bool:
    """A number that was ever accepted is not again, whatever version the request speaks of; counters only go up."""
    if device.part.resets_join_nonces:
        return False
    last = device.found.last_dev_nonce
    if was_used(device.found.used_dev_nonces or b"", dev_nonce):
        return True
    return wish.version.counts_dev_nonces() and last is not None and int(dev_nonce) <= last


def _joined(
    vault: Vault, device: Device, wish: Wish, cipher: KeyCipher, join_nonce: JoinNonce
) -> tuple[Joined, Note] | Refused:
    assert isinstance(wish.request, JoinRequest)
    request, accept = wish.request, accepting(wish, join_nonce)
    if derives_as_1_1(wish.version, opt_neg=accept.opt_neg):
        if device.app_key is None:
            return Refused(Why.NO_KEYS)
        keys = session_keys_1_1(cipher, KeyCipher(device.app_key), wish.join_eui, join_nonce, request.dev_nonce)
        answers = answer_to(JoinReqType.JOIN, wish.join_eui, request.dev_nonce)
        frame = seal_1_1(accept, answers, KeyCipher(js_int_key(cipher, request.dev_eui)), cipher)
    else:
        keys = session_keys(cipher, wish.net_id, join_nonce, request.dev_nonce)
        frame = seal(accept, cipher)
    note = note_of(vault, device, wish, keys, join_nonce, _counted(device.found, wish, request.dev_nonce))
    return Joined(frame, keys, wish.session_key_id, device.home), note


def _counted(found: Found, wish: Wish, dev_nonce: DevNonce) -> Counters:
    counts = wish.version.counts_dev_nonces()
    return Counters(
        last_dev_nonce=int(dev_nonce) if counts else found.last_dev_nonce,
        used_dev_nonces=with_used(found.used_dev_nonces or b"", dev_nonce),
        last_rj_count_0=None,
        last_rj_count_1=found.last_rj_count_1,
    )


def accepting(wish: Wish, join_nonce: JoinNonce) -> JoinAccept:
    """The join-accept in clear."""
    terms = wish.terms
    return JoinAccept(join_nonce, wish.net_id, terms.dev_addr, terms.dl_settings, terms.rx_delay, terms.cf_list)


def rejoin_ciphers(nwk_key: KeyCipher, wish: Wish) -> tuple[KeyCipher, KeyCipher]:
    """JSIntKey and JSEncKey of the device, made ready."""
    dev_eui = wish.request.dev_eui
    return KeyCipher(js_int_key(nwk_key, dev_eui)), KeyCipher(js_enc_key(nwk_key, dev_eui))


def note_of(
    vault: Vault, device: Device, wish: Wish, keys: SessionKeys, join_nonce: JoinNonce, counters: Counters
) -> Note:
    """What a session with this JoinNonce leaves."""
    session = sealed(vault, device.found, wish.session_key_id, keys, join_nonce)
    return Note(device.found, counters, int(join_nonce), session, wish.now)
