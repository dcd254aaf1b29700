"""The four messages that a Join Server answers (TS002 §22): words in, verb, words out."""

import os
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from claimstack.dialects.backend_interfaces.envelopes import asked_app_s_key, join_app_s_key, network_envelopes
from claimstack.dialects.backend_interfaces.fields import Json, Malformed, number, octets, optional_octets, text
from claimstack.dialects.backend_interfaces.header import application_sender, network_sender, receiver
from claimstack.dialects.backend_interfaces.results import Code, No, refusal
from claimstack.join_server import Asking, Joins, Refused, Terms, Wish, app_s_key, home_ns
from claimstack.lorawan import DevAddr, DevEUI, EUI64Prefix, JoinEUI, MACVersion, NetID
from claimstack.lorawan.otaa import JoinRequest, RejoinRequest
from claimstack.peers import Peer, Peers
from claimstack.storage import Database
from claimstack.vault import Vault

SESSION_KEY_ID_BYTES = 16
_MOMENT_BYTES = 6
_FRAMES: dict[str, tuple[int, ...]] = {"JoinReq": (23,), "RejoinReq": (19, 24)}


class Question(NamedTuple):
    """A message from a known peer; `version` of the protocol, `now` in microseconds."""

    words: Json
    version: str
    peer: Peer
    peers: Peers
    now: int


class JoinServerMessages:
    """Answers by the verbs of the Join Server. `own`: the cluster's NetID; `prefixes`: the JoinEUIs served here."""

    def __init__(self, db: Database, vault: Vault, own: NetID, prefixes: tuple[EUI64Prefix, ...]) -> None:
        self._db, self._vault, self._own, self._prefixes = db, vault, own, prefixes
        self._joins = Joins(db, vault, own)
        self.verbs: dict[str, Callable[[Question], Any]] = {
            "JoinReq": self.join,
            "RejoinReq": self.join,
            "AppSKeyReq": self.app_s_key,
            "HomeNSReq": self.home_ns,
        }

    async def join(self, asked: Question) -> dict[str, Any]:
        """JoinReq and RejoinReq: a session for the device."""
        wish = self._wish(asked, network_sender(asked.words, asked.peer, asked.version))
        joined = await self._joins.join(wish)
        if isinstance(joined, Refused):
            raise refusal(joined.why)
        return {
            "PHYPayload": joined.frame.hex().upper(),
            "Lifetime": 0,
            **network_envelopes(joined, wish.version, asked.peer),
            **join_app_s_key(joined, asked.peer, asked.peers),
        }

    async def app_s_key(self, asked: Question) -> dict[str, Any]:
        """AppSKeyReq: the AppSKey of a session, for the Application Server of the device."""
        as_id = application_sender(asked.words, asked.peer)
        euis = self._receiver(asked.words), _dev_eui(asked.words)
        session_key_id = octets(asked.words, "SessionKeyID")
        asking = Asking(as_id, asked.peer.net_ids)
        told = await app_s_key(self._db, self._vault, asking, euis, session_key_id, self._own)
        if isinstance(told, Refused):
            raise refusal(told.why)
        keys = asked_app_s_key(told.app_s_key, told.home, asked.peer, asked.peers)
        return {"DevEUI": str(euis[1]), "SessionKeyID": session_key_id.hex().upper(), **keys}

    async def home_ns(self, asked: Question) -> dict[str, Any]:
        """HomeNSReq: the NetID of the home network and, in 1.1, its NSID where that is one and known."""
        network_sender(asked.words, asked.peer, asked.version)
        found = await home_ns(self._db, self._vault, self._receiver(asked.words), _dev_eui(asked.words))
        if isinstance(found, Refused):
            raise refusal(found.why)
        words = {"HNetID": str(found)}
        ns_ids = {ns_id for peer in asked.peers.everyone if found in peer.net_ids for ns_id in peer.ns_ids}
        if asked.version == "1.1" and len(ns_ids) == 1:
            words["HNSID"] = str(*ns_ids)
        return words

    def _receiver(self, words: Json) -> JoinEUI:
        join_eui = receiver(words)
        if not any(join_eui in prefix for prefix in self._prefixes):
            raise No(Code.UNKNOWN_RECEIVER, "this ReceiverID is not a JoinEUI of this Join Server")
        return join_eui

    def _wish(self, asked: Question, net_id: NetID) -> Wish:
        words, join_eui = asked.words, self._receiver(asked.words)
        request = _frame(words)
        if request.dev_eui.octets != _dev_eui_octets(words):
            raise Malformed("DevEUI: expected the one in the frame")
        if isinstance(request, JoinRequest) and request.join_eui.octets != join_eui.octets:
            raise Malformed("ReceiverID: expected the JoinEUI in the frame")
        return Wish(
            request=request,
            join_eui=join_eui,
            version=_mac_version(words),
            net_id=net_id,
            terms=_terms(words),
            kek_labels=frozenset(asked.peer.keks),
            session_key_id=_session_key_id(asked.now),
            now=asked.now,
        )


def _frame(words: Json) -> JoinRequest | RejoinRequest:
    kind, frame = words["MessageType"], octets(words, "PHYPayload")
    if len(frame) not in _FRAMES[kind]:
        raise No(Code.FRAME_SIZE_ERROR, "PHYPayload: not the length of such a frame")
    try:
        return JoinRequest.from_bytes(frame) if kind == "JoinReq" else RejoinRequest.from_bytes(frame)
    except ValueError:
        raise Malformed("PHYPayload: expected a join- or rejoin-request") from None


def _dev_eui(words: Json) -> DevEUI:
    return DevEUI(_dev_eui_octets(words))


def _dev_eui_octets(words: Json) -> bytes:
    dev_eui = octets(words, "DevEUI", 8)
    if not any(dev_eui):
        raise Malformed("DevEUI: expected one that is not zero")
    return dev_eui


def _mac_version(words: Json) -> MACVersion:
    try:
        return _version(text(words, "MACVersion", 8))
    except ValueError:
        raise No(Code.JOIN_REQ_FAILED, "MACVersion: expected 1.0 to 1.0.4, or 1.1") from None


@lru_cache(maxsize=64)
def _version(spelt: str) -> MACVersion:
    return MACVersion.parse(spelt)


def _terms(words: Json) -> Terms:
    dl_settings = octets(words, "DLSettings", 1)[0]
    address = DevAddr(octets(words, "DevAddr", 4))
    return Terms(address, dl_settings, number(words, "RxDelay", 15), optional_octets(words, "CFList", 16))


def _session_key_id(now: int) -> bytes:
    """A ULID: 6 bytes of milliseconds, 10 of chance. Chance is read here, at the edge."""
    return (now // 1000).to_bytes(_MOMENT_BYTES, "big") + os.urandom(SESSION_KEY_ID_BYTES - _MOMENT_BYTES)
