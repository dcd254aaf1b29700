"""The numbers that make each join unlike every other: DevNonce, JoinNonce, RJcount (TS001 6.2)."""

from __future__ import annotations

from typing import ClassVar, Self

from claimstack.lorawan.octets import Octets


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

    def successor(self) -> Self | None:
        """The next number; None when the counter is at its end, for it may never begin again."""
        return type(self).from_int(int(self) + 1) if self.octets != b"\xff\xff\xff" else None
