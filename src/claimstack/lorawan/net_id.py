"""NetID: the 24-bit identifier of a network, given by the LoRa Alliance (TS002)."""

from __future__ import annotations

from typing import ClassVar

from claimstack.lorawan.octets import Octets

# How many bits of the NetID a DevAddr of that network carries, by NetID type 0 to 7.
NWK_ID_BITS = (6, 6, 9, 11, 12, 13, 15, 17)


class NetID(Octets):
    """Three bytes: 3 bits of type, then 21 bits of which the lowest are the NwkID."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 3

    @property
    def type(self) -> int:
        """0 to 7; types 6 and 7 carry the smallest address blocks, 0 and 1 are the experimental."""
        return self.octets[0] >> 5

    @property
    def id(self) -> int:
        """The 21 bits after the type; of types 0 to 2 the upper ones are reserved."""
        return int(self) & 0x1FFFFF

    @property
    def nwk_id(self) -> int:
        """The 6 to 17 bits that every DevAddr of this network repeats."""
        return int(self) & ((1 << NWK_ID_BITS[self.type]) - 1)
