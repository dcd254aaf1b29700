"""The numbers that make each join unlike every other: DevNonce, JoinNonce, RJcount (TS001 6.2)."""

from __future__ import annotations

from typing import ClassVar, Self

from claimstack.lorawan.octets import Octets

_LAST_JOIN_NONCE = 0xFFFFFF


class DevNonce(Octets):
    """Two bytes from the device: random before LoRaWAN 1.0.4, a counter from then on."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 2


class RJCount(Octets):
    """Two bytes from the device: how often it sent a rejoin-request (1.1, 6.2.4)."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 2


class JoinNonce(Octets):
    """Three bytes from the Join Server, counted per device. AppNonce before 1.0.4 and 1.1."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 3

    @classmethod
    def following(cls, last: int) -> Self | None:
        """The number after the last one given; None when the counter is at its end, for it may never begin again."""
        return cls.from_int(last + 1) if last < _LAST_JOIN_NONCE else None
