"""Rejoin-requests 0, 1 and 2 (LoRaWAN 1.1 §6.2.4): a device that has a session gets another one.

Types 0 and 2 are signed with SNwkSIntKey of a session that is remembered here; type 1 with JSIntKey. RJcount0 counts in
each session, RJcount1 for life.
"""

from claimstack.join_server import store
from claimstack.join_server.decide import Counters, Device, Note, accepting, note_of, opened, rejoin_ciphers, stranger
from claimstack.join_server.found import Found
from claimstack.join_server.sessions import opened as session_opened
from claimstack.join_server.wish import Joined, Refused, Why, Wish
from claimstack.lorawan import JoinNonce, NetID, RJCount
from claimstack.lorawan.otaa import (
    JoinReqType,
    KeyCipher,
    RejoinRequest,
    answer_to,
    js_int_key,
    rejoin_replayed,
    seal_1_1,
    session_keys_1_1,
)
from claimstack.storage import Transaction
from claimstack.vault import Sealed, Vault


class LostRace(Exception):
    """Somebody else joined the device meanwhile: look again."""


async def rejoin_end_device(tx: Transaction, vault: Vault, wish: Wish, own: NetID) -> Joined | Refused:
    """Answer a rejoin-request; `LostRace`: nothing is written, run it again."""
    assert isinstance(wish.request, RejoinRequest)
    found = (await store.devices(tx, [wish.key]))[0]
    if found is None:
        return Refused(Why.UNKNOWN_DEVICE)
    device = opened(vault, found)
    if why := _may_not(device, wish, own):
        return Refused(why)
    signed = await _signed(tx, vault, device, wish.request)
    if isinstance(signed, Refused):
        return signed
    join_nonce = device.next_join_nonce
    if join_nonce is None:
        return Refused(Why.EXHAUSTED)
    joined, note = _joined(vault, device, wish, join_nonce)
    if not await store.note(tx, [note]):
        raise LostRace
    if signed is not None:
        await store.count_rejoin(tx, found.end_device, signed, int(wish.request.rj_count))
    return joined


def _may_not(device: Device, wish: Wish, own: NetID) -> Why | None:
    assert isinstance(wish.request, RejoinRequest)
    if not wish.version.has_two_root_keys():
        return Why.NOT_1_1
    if why := stranger(device, wish, own):
        return why
    if wish.request.home not in (wish.net_id, wish.join_eui):
        return Why.NOT_AT_HOME
    return Why.NO_KEYS if device.nwk_key is None or device.app_key is None else None


async def _signed(tx: Transaction, vault: Vault, device: Device, request: RejoinRequest) -> Refused | bytes | None:
    """The SessionKeyID of the session that signed it (types 0 and 2), None for type 1; or why it is refused."""
    if request.type == JoinReqType.REJOIN_1:
        return _signed_for_life(device, request)
    found = device.found
    for session in await store.sessions(tx, found.end_device, found.epoch):
        keys = Sealed(bytes(session["keys_sealed"]), session["keys_kek"])
        _, s_nwk_s_int_key = session_opened(vault, keys, found.join_eui, found.dev_eui)
        if request.is_signed_by(KeyCipher(s_nwk_s_int_key)):
            if rejoin_replayed(request.rj_count, _count(session["rj_count_0"])):
                return Refused(Why.REPLAYED)
            return bytes(session["session_key_id"])
    return Refused(Why.WRONG_MIC)


def _signed_for_life(device: Device, request: RejoinRequest) -> Refused | None:
    assert device.nwk_key is not None
    if not request.is_signed_by(KeyCipher(js_int_key(KeyCipher(device.nwk_key), request.dev_eui))):
        return Refused(Why.WRONG_MIC)
    if rejoin_replayed(request.rj_count, _count(device.found.last_rj_count_1)):
        return Refused(Why.REPLAYED)
    return None


def _count(value: int | None) -> RJCount | None:
    return None if value is None else RJCount.from_int(value)


def _joined(vault: Vault, device: Device, wish: Wish, join_nonce: JoinNonce) -> tuple[Joined, Note]:
    request = wish.request
    assert isinstance(request, RejoinRequest)
    assert device.nwk_key is not None
    assert device.app_key is not None
    nwk_key, app_key = KeyCipher(device.nwk_key), KeyCipher(device.app_key)
    keys = session_keys_1_1(nwk_key, app_key, wish.join_eui, join_nonce, request.rj_count)
    int_cipher, enc_cipher = rejoin_ciphers(nwk_key, wish)
    answers = answer_to(JoinReqType(request.type), wish.join_eui, request.rj_count)
    frame = seal_1_1(accepting(wish, join_nonce), answers, int_cipher, enc_cipher)
    note = note_of(vault, device, wish, keys, join_nonce, _counted(device.found, request))
    return Joined(frame, keys, wish.session_key_id, device.home), note


def _counted(found: Found, request: RejoinRequest) -> Counters:
    before = Counters(found.last_dev_nonce, found.used_dev_nonces or b"", found.last_rj_count_0, found.last_rj_count_1)
    count = int(request.rj_count)
    for_life = request.type == JoinReqType.REJOIN_1
    return before._replace(last_rj_count_1=count) if for_life else before._replace(last_rj_count_0=count)
