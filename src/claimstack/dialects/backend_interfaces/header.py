"""The header that all messages have (TS002 §22.1): who asks whom, in which version, and how the answer turns it."""

from typing import Any, NamedTuple

from claimstack.dialects.backend_interfaces.fields import Json, Malformed, number, octets, text, unprefixed
from claimstack.dialects.backend_interfaces.results import Code, No
from claimstack.lorawan import EUI64, JoinEUI, NetID
from claimstack.peers import Peer

VERSIONS = ("1.0", "1.1")
_MOST_TRANSACTION = (1 << 32) - 1


class Header(NamedTuple):
    """A request's header, as far as it could be read; `version` is one that we speak."""

    version: str
    message_type: str
    transaction_id: int
    sender_id: str
    receiver_id: str
    sender_ns_id: str
    sender_token: str

    @classmethod
    def read(cls, words: Json) -> "Header":
        """Whatever of the header is usable, so that even a refusal is addressed as well as can be."""
        version = words.get("ProtocolVersion")
        try:
            transaction_id = number(words, "TransactionID", _MOST_TRANSACTION, 0)
        except Malformed:
            transaction_id = 0
        return cls(
            version if version in VERSIONS else "1.0",
            _text(words, "MessageType"),
            transaction_id,
            _text(words, "SenderID"),
            _text(words, "ReceiverID"),
            _text(words, "SenderNSID"),
            _text(words, "SenderToken"),
        )

    @property
    def answer_type(self) -> str:
        """`JoinAns` to `JoinReq`."""
        return self.message_type.removesuffix("Req") + "Ans"

    def answered(self) -> dict[str, Any]:
        """The header of the answer."""
        words: dict[str, Any] = {
            "ProtocolVersion": self.version,
            "TransactionID": self.transaction_id,
            "MessageType": self.answer_type,
            "SenderID": unprefixed(self.receiver_id).upper(),
            "ReceiverID": self.sender_id,
        }
        if self.version == "1.1" and self.sender_ns_id:
            words["ReceiverNSID"] = unprefixed(self.sender_ns_id).upper()
        if self.sender_token:
            words["ReceiverToken"] = self.sender_token
        return words


def _text(words: Json, name: str) -> str:
    value = words.get(name)
    return value if isinstance(value, str) and len(value) <= 1024 else ""


def check_version(words: Json) -> None:
    """`InvalidProtocolVersion` for one that we do not speak."""
    if words.get("ProtocolVersion") not in VERSIONS:
        raise No(Code.INVALID_PROTOCOL_VERSION, "expected ProtocolVersion 1.0 or 1.1")


def check_transaction(words: Json) -> None:
    """`Malformed` unless it is a number of 32 bits."""
    number(words, "TransactionID", _MOST_TRANSACTION, 0)


def network_sender(words: Json, peer: Peer, version: str) -> NetID:
    """The NetID of a Network Server that the peer may speak as, with the NSID that 1.1 asks for and 1.0 has not."""
    net_id = NetID(octets(words, "SenderID", 3))
    if net_id not in peer.net_ids:
        raise No(Code.UNKNOWN_SENDER, "this SenderID is not the peer's")
    if version == "1.0":
        if words.get("SenderNSID") is not None:
            raise Malformed("SenderNSID: 1.0 has none")
        return net_id
    ns_id = EUI64(octets(words, "SenderNSID", 8))
    if peer.ns_ids and ns_id not in peer.ns_ids:
        raise No(Code.UNKNOWN_SENDER, "this SenderNSID is not the peer's")
    return net_id


def application_sender(words: Json, peer: Peer) -> str:
    """The AS-ID of an Application Server that the peer may speak as."""
    as_id = text(words, "SenderID")
    if as_id not in peer.as_ids:
        raise No(Code.UNKNOWN_SENDER, "this SenderID is not the peer's")
    return as_id


def receiver(words: Json) -> JoinEUI:
    """The JoinEUI that is asked."""
    return JoinEUI(octets(words, "ReceiverID", 8))
