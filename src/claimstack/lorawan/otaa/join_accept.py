"""Join-accept: the answer that starts a session (LoRaWAN 1.0.4 6.2.6, 1.1 6.2.3).

MHDR 20 | encrypted: JoinNonce 3 | NetID 3 | DevAddr 4 | DLSettings 1 | RxDelay 1
          | CFList 0 or 16 | MIC 4
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Self

from claimstack.lorawan.dev_addr import DevAddr
from claimstack.lorawan.eui import JoinEUI
from claimstack.lorawan.net_id import NetID
from claimstack.lorawan.nonces import DevNonce, JoinNonce, RJCount
from claimstack.lorawan.otaa.aes import MIC_LENGTH, KeyCipher

_MHDR = b"\x20"
_OPT_NEG = 0x80


class JoinReqType(IntEnum):
    """What a join-accept answers, as its MIC says it (1.1, 6.2.3)."""

    REJOIN_0 = 0x00
    REJOIN_1 = 0x01
    REJOIN_2 = 0x02
    JOIN = 0xFF


@dataclass(frozen=True, slots=True)
class JoinAccept:
    """What the network and the Join Server tell the device."""

    join_nonce: JoinNonce
    net_id: NetID
    dev_addr: DevAddr
    dl_settings: int
    """One byte: OptNeg in bit 7, RX1DROffset in 6 to 4, RX2DataRate in 3 to 0."""
    rx_delay: int
    """One byte: seconds in the low four bits, where 0 means one second."""
    cf_list: bytes = b""
    """Nothing, or 16 bytes of which the last says of what kind the others are."""

    def __post_init__(self) -> None:
        if not (0 <= self.dl_settings < 256 and 0 <= self.rx_delay < 256):
            raise ValueError("join-accept: expected DLSettings and RxDelay of one byte")
        if len(self.cf_list) not in (0, 16):
            raise ValueError(f"join-accept: expected a CFList of 0 or 16 bytes, got {len(self.cf_list)}")

    @property
    def opt_neg(self) -> bool:
        """Whether the network speaks 1.1; a 1.0.x device does not look at this bit."""
        return bool(self.dl_settings & _OPT_NEG)

    def __bytes__(self) -> bytes:
        """The fields as they are before encryption, with MHDR and without MIC: 13 or 29 bytes."""
        fields = (self.join_nonce.to_air(), self.net_id.to_air(), self.dev_addr.to_air())
        return b"".join((_MHDR, *fields, bytes((self.dl_settings, self.rx_delay)), self.cf_list))

    @classmethod
    def from_plain(cls, plain: bytes) -> Self:
        """Read what `bytes()` gives; ValueError if it is no such thing."""
        if len(plain) not in (13, 29) or plain[:1] != _MHDR:
            raise ValueError("join-accept: expected 13 or 29 bytes that begin with 20")
        return cls(
            JoinNonce.from_air(plain[1:4]),
            NetID.from_air(plain[4:7]),
            DevAddr.from_air(plain[7:11]),
            plain[11],
            plain[12],
            plain[13:],
        )


def seal(accept: JoinAccept, root_key: KeyCipher) -> bytes:
    """The frame for a 1.0.x device (AppKey), or a 1.1 device with OptNeg 0 (NwkKey)."""
    plain = bytes(accept)
    return _encrypted(plain, root_key.mic(plain), root_key)


def seal_1_1(accept: JoinAccept, answers: bytes, js_int_key: KeyCipher, encryption_key: KeyCipher) -> bytes:
    """The frame for a 1.1 device with OptNeg 1; `answers` comes from `answer_to`.

    `encryption_key` is NwkKey in answer to a join-request, JSEncKey to a rejoin-request.
    """
    plain = bytes(accept)
    return _encrypted(plain, js_int_key.mic(answers + plain), encryption_key)


def answer_to(kind: JoinReqType, join_eui: JoinEUI, nonce: DevNonce | RJCount) -> bytes:
    """What binds a 1.1 answer to its question: 11 bytes that only the MIC covers.

    `join_eui` is the device's, also for rejoin types 0 and 2, whose frames do not carry it.
    """
    return bytes((kind,)) + join_eui.to_air() + nonce.to_air()


def unseal(frame: bytes, encryption_key: KeyCipher) -> tuple[JoinAccept, bytes]:
    """Decrypt as the device does: the fields, and the MIC, which is not checked here.

    ValueError if the frame has not the length of a join-accept.
    """
    if len(frame) not in (17, 33) or frame[:1] != _MHDR:
        raise ValueError("join-accept: expected 17 or 33 bytes that begin with 20")
    # The Join Server decrypts to encrypt, so that a device needs only the encrypting half of AES.
    plain = _MHDR + encryption_key.encrypt(frame[1:])
    return JoinAccept.from_plain(plain[:-MIC_LENGTH]), plain[-MIC_LENGTH:]


def _encrypted(plain: bytes, mic: bytes, key: KeyCipher) -> bytes:
    return _MHDR + key.decrypt(plain[1:] + mic)
