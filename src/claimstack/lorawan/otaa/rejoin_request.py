"""Rejoin-request: how a joined device makes itself heard again (LoRaWAN 1.1, 6.2.4).

    MHDR C0 | type 00 or 02 | NetID 3   | DevEUI 8 | RJcount0 2 | MIC 4
    MHDR C0 | type 01       | JoinEUI 8 | DevEUI 8 | RJcount1 2 | MIC 4

Types 0 and 2 are signed with SNwkSIntKey, which the network holds; type 1 with JSIntKey, which
only the Join Server holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from claimstack.lorawan.eui import DevEUI, JoinEUI
from claimstack.lorawan.net_id import NetID
from claimstack.lorawan.nonces import RJCount
from claimstack.lorawan.otaa.aes import KeyCipher

_MHDR = b"\xc0"
# What each type carries to say where the device belongs.
_HOMES: dict[int, type[NetID | JoinEUI]] = {0: NetID, 1: JoinEUI, 2: NetID}


@dataclass(frozen=True, slots=True)
class RejoinRequest:
    """The frame's fields; the MIC is whatever the frame carries, right or wrong."""

    type: int
    home: NetID | JoinEUI
    """A NetID in types 0 and 2, a JoinEUI in type 1."""
    dev_eui: DevEUI
    rj_count: RJCount
    """RJcount0 in types 0 and 2, RJcount1 in type 1."""
    mic: bytes

    def __post_init__(self) -> None:
        if self.type not in _HOMES or not isinstance(self.home, _HOMES[self.type]):
            raise ValueError("rejoin-request: expected type 0 or 2 and a NetID, or 1 and a JoinEUI")

    @classmethod
    def from_bytes(cls, frame: bytes) -> Self:
        """Read the 19 (types 0, 2) or 24 bytes (1) of a frame; ValueError if it is none."""
        kind = _HOMES.get(frame[1]) if len(frame) > 1 and frame[:1] == _MHDR else None
        if kind is None or len(frame) != 16 + kind.LENGTH:
            raise ValueError("rejoin-request: expected 19 bytes that begin with C000 or C002, or 24 with C001")
        home, rest = kind.from_air(frame[2 : 2 + kind.LENGTH]), frame[2 + kind.LENGTH :]
        return cls(frame[1], home, DevEUI.from_air(rest[:8]), RJCount.from_air(rest[8:10]), rest[10:])

    @classmethod
    def signed(cls, kind: int, home: NetID | JoinEUI, dev_eui: DevEUI, rj_count: RJCount, key: KeyCipher) -> Self:
        """Make a request as the device does, by SNwkSIntKey (types 0, 2) or JSIntKey (1)."""
        unsigned = cls(kind, home, dev_eui, rj_count, b"")
        return cls(kind, home, dev_eui, rj_count, key.mic(bytes(unsigned)))

    def is_signed_by(self, key: KeyCipher) -> bool:
        """Whether the MIC was made with this key: SNwkSIntKey (types 0, 2) or JSIntKey (1)."""
        return key.verifies(bytes(self)[:-4], self.mic)

    def __bytes__(self) -> bytes:
        fields = (self.home.to_air(), self.dev_eui.to_air(), self.rj_count.to_air())
        return b"".join((_MHDR, bytes((self.type,)), *fields, self.mic))
