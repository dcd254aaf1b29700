"""What a network asks of the Join Server, and what comes of it. A refusal is a value: TS002 has a result for each."""

from enum import Enum
from typing import NamedTuple

from claimstack.lorawan import DevAddr, DevEUI, JoinEUI, MACVersion, NetID
from claimstack.lorawan.otaa import JoinRequest, RejoinRequest, SessionKeys
from claimstack.vault import Secret


class Why(Enum):
    """Why a device does not join, or a key or a network is not told; the value is for people."""

    UNKNOWN_DEVICE = "this DevEUI is not registered here"
    NOT_AT_HOME = "this network is not the home of the device"
    NO_KEYS = "there are no root keys for this device and version"
    WRONG_MIC = "the MIC is wrong"
    REPLAYED = "the DevNonce or RJcount was used before"
    EXHAUSTED = "the JoinNonce is used up"
    NOT_1_1 = "only devices of LoRaWAN 1.1 rejoin"
    NO_KEK = "the KEK label of the device is not shared with this network"
    NO_SESSION = "there is no such session"
    NO_HOME = "no home network is known for the device"


class Refused(NamedTuple):
    """No."""

    why: Why


class Terms(NamedTuple):
    """What the network sets for the session."""

    dev_addr: DevAddr
    dl_settings: int
    rx_delay: int
    cf_list: bytes = b""


class Wish(NamedTuple):
    """A join- or rejoin-request that a network passes on. `kek_labels`: those that are shared with it."""

    request: JoinRequest | RejoinRequest
    join_eui: JoinEUI
    version: MACVersion
    net_id: NetID
    terms: Terms
    kek_labels: frozenset[str]
    session_key_id: bytes
    """16 bytes that no other session has."""
    now: int

    @property
    def dev_eui(self) -> DevEUI:
        """Of the device."""
        return self.request.dev_eui

    @property
    def key(self) -> tuple[bytes, bytes]:
        """The EUI pair."""
        return self.join_eui.octets, self.request.dev_eui.octets


class Home(NamedTuple):
    """Where a device is at home, by itself or else by its application; empty texts and None: not said."""

    net_id: NetID | None = None
    as_id: str = ""
    network_kek_label: str = ""
    application_kek_label: str = ""
    application_kek: Secret | None = None
    """The KEK of that label, where the application brings its own."""


class Joined(NamedTuple):
    """A session: the frame for the device, and its keys for whom they are meant."""

    frame: bytes
    keys: SessionKeys
    session_key_id: bytes
    home: Home
