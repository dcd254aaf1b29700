"""Join-request: how a device asks to join (LoRaWAN 1.0.4 6.2.5, 1.1 6.2.2).

MHDR 00 | JoinEUI 8 | DevEUI 8 | DevNonce 2 | MIC 4
"""

from __future__ import annotations

from typing import NamedTuple, Self

from claimstack.lorawan.eui import DevEUI, JoinEUI
from claimstack.lorawan.nonces import DevNonce
from claimstack.lorawan.otaa.aes import KeyCipher

LENGTH = 23
_MHDR = b"\x00"


class JoinRequest(NamedTuple):
    """The frame's fields; the MIC is whatever the frame carries, right or wrong."""

    join_eui: JoinEUI
    dev_eui: DevEUI
    dev_nonce: DevNonce
    mic: bytes

    @classmethod
    def from_bytes(cls, frame: bytes) -> Self:
        """Read the 23 bytes of a frame; ValueError if it is no join-request."""
        if len(frame) != LENGTH or frame[:1] != _MHDR:
            raise ValueError(f"join-request: expected {LENGTH} bytes that begin with 00")
        return cls(
            JoinEUI.from_air(frame[1:9]),
            DevEUI.from_air(frame[9:17]),
            DevNonce.from_air(frame[17:19]),
            frame[19:],
        )

    @classmethod
    def signed(cls, join_eui: JoinEUI, dev_eui: DevEUI, dev_nonce: DevNonce, key: KeyCipher) -> Self:
        """Make a request as the device does: by AppKey (1.0.x) or NwkKey (1.1)."""
        unsigned = cls(join_eui, dev_eui, dev_nonce, b"")
        return cls(join_eui, dev_eui, dev_nonce, key.mic(bytes(unsigned)))

    def is_signed_by(self, key: KeyCipher) -> bool:
        """Whether the MIC was made with this key: AppKey (1.0.x) or NwkKey (1.1)."""
        return key.verifies(bytes(self)[:-4], self.mic)

    def __bytes__(self) -> bytes:
        fields = (self.join_eui.to_air(), self.dev_eui.to_air(), self.dev_nonce.to_air())
        return b"".join((_MHDR, *fields, self.mic))
