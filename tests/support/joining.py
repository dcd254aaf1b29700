"""A device with its root keys, and a network that passes on what it sends, for tests of joins."""

from typing import Any, NamedTuple

import orjson

from claimstack.clock import Clock, from_micros
from claimstack.dialects.backend_interfaces import BackendInterfaces, JoinServerMessages
from claimstack.dialects.interop import PEER
from claimstack.identity import Caller
from claimstack.lorawan import AES128Key, DevEUI, DevNonce, EUI64Prefix, JoinEUI, NetID
from claimstack.lorawan.otaa import JoinRequest, KeyCipher
from claimstack.peers import Peer, PeerBook, PeerRegistry
from claimstack.storage import Database
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1
from tests.support.devices import APP_KEY, DEV_EUI, JOIN_EUI, a_call
from tests.support.people import NOW

OWN, HOME = NetID.from_hex("000000"), NetID.from_hex("000013")
NSID = "EC656E0000000001"


class StandingClock(Clock):
    """Always noon."""

    def now(self) -> Any:
        return from_micros(NOW)


def join_request(dev_nonce: int, key: bytes = APP_KEY, dev_eui: bytes = DEV_EUI, join_eui: bytes = JOIN_EUI) -> bytes:
    """The frame that a device with this root key sends."""
    euis = JoinEUI(join_eui), DevEUI(dev_eui)
    return bytes(JoinRequest.signed(*euis, DevNonce.from_int(dev_nonce), KeyCipher(AES128Key(key))))


def join_req(frame: bytes, dev_eui: bytes = DEV_EUI, **more: Any) -> dict[str, Any]:
    """A JoinReq as a Network Server of NetID 000013 writes it; `None` leaves a member out."""
    words = {
        "ProtocolVersion": "1.0",
        "TransactionID": 7,
        "MessageType": "JoinReq",
        "SenderID": "000013",
        "ReceiverID": JOIN_EUI.hex(),
        "MACVersion": "1.0.3",
        "PHYPayload": frame.hex(),
        "DevEUI": dev_eui.hex(),
        "DevAddr": "26000001",
        "DLSettings": "00",
        "RxDelay": 5,
        **more,
    }
    return {name: value for name, value in words.items() if value is not None}


def app_s_key_req(session_key_id: str, **more: Any) -> dict[str, Any]:
    """An AppSKeyReq of the Application Server as.example."""
    words = {"MessageType": "AppSKeyReq", "SenderID": "as.example", "SessionKeyID": session_key_id}
    kept = ("ProtocolVersion", "TransactionID", "ReceiverID", "DevEUI")
    return {**{name: value for name, value in join_req(b"").items() if name in kept}, **words, **more}


def home_ns_req(**more: Any) -> dict[str, Any]:
    """A HomeNSReq of the network 000013."""
    kept = ("ProtocolVersion", "TransactionID", "SenderID", "ReceiverID", "DevEUI")
    words = {name: value for name, value in join_req(b"").items() if name in kept}
    return {**words, "MessageType": "HomeNSReq", **more}


class Reply(NamedTuple):
    """Status and JSON of an answer."""

    status: int
    words: dict[str, Any]

    @property
    def result(self) -> str:
        return str(self.words["Result"]["ResultCode"])


class Network:
    """A peer, and the Join Server's messages called as the edge calls them."""

    def __init__(self, db: Database, vault: Vault, own: NetID = OWN, prefix: str = "70B3D57ED0000000/36") -> None:
        self.book = PeerBook(db, vault)
        messages = JoinServerMessages(db, vault, own, (EUI64Prefix.parse(prefix),))
        self._application = BackendInterfaces(messages, self.book, StandingClock())
        self.peer: Peer | None = None

    async def ask(self, words: Any, method: str = "POST") -> Reply:
        """One message; text and bytes go as they are."""
        body = words if isinstance(words, bytes) else orjson.dumps(words)
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._application({"type": "http", "method": method, PEER: self.peer}, receive, send)
        return Reply(sent[0]["status"], orjson.loads(sent[1]["body"]))


async def a_network(db: Database, vault: Vault, admin: Caller, **more: Any) -> Network:
    """A registered peer with NetID 000013 and AS-ID as.example."""
    words = {"net_ids": [bytes(HOME)], "as_ids": ["as.example"], "authorization": "Basic bnM6bnM=", **more}
    request = v1.CreatePeerRequest(peer=v1.Peer(peer_id="network-one", **words))
    await PeerRegistry(db, vault).Create(request, a_call(admin))
    network = Network(db, vault)
    network.peer = (await network.book.peers()).everyone[0]
    return network
