"""DevAddr: the 32-bit address of an end device in the network it joined (TS001, TS002)."""

from __future__ import annotations

from typing import ClassVar, Self

from claimstack.lorawan.net_id import NWK_ID_BITS, NetID
from claimstack.lorawan.octets import Octets


class DevAddr(Octets):
    """Four bytes: the NetID type in unary, the NwkID, then the address within the network."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 4

    @classmethod
    def in_network(cls, net_id: NetID, nwk_addr: int) -> Self:
        """The address of number `nwk_addr` in that network; ValueError if it has no room for it."""
        room = 31 - net_id.type - NWK_ID_BITS[net_id.type]
        if not 0 <= nwk_addr < 1 << room:
            raise ValueError(f"DevAddr: expected an address of at most {room} bits in this network")
        # Type t is t ones and a zero: 0, 10, 110, …
        unary = (1 << net_id.type + 1) - 2
        prefix = unary << NWK_ID_BITS[net_id.type] | net_id.nwk_id
        return cls.from_int(prefix << room | nwk_addr)

    @property
    def net_id_type(self) -> int | None:
        """The type (0 to 7) of the network's NetID; None when the address fits no type."""
        ones = 8 - (self.octets[0] ^ 0xFF).bit_length()
        return ones if ones < 8 else None

    @property
    def nwk_id(self) -> int | None:
        """The NwkID within its type; None when the address fits no type."""
        if (kind := self.net_id_type) is None:
            return None
        bits = NWK_ID_BITS[kind]
        return int(self) >> (31 - kind - bits) & ((1 << bits) - 1)

    def belongs_to(self, net_id: NetID) -> bool:
        """Whether a device with this address is in the network of `net_id`."""
        return (self.net_id_type, self.nwk_id) == (net_id.type, net_id.nwk_id)
