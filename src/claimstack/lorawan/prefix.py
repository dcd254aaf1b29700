"""Blocks of EUIs and addresses: a value and a length in bits, as `70B3D57ED0000000/36`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

from claimstack.lorawan.dev_addr import DevAddr
from claimstack.lorawan.eui import EUI64
from claimstack.lorawan.octets import Octets


@dataclass(frozen=True, slots=True, order=True, repr=False)
class Prefix:
    """All values whose first `length` bits are those of `first`; the bits after are zero here."""

    OF: ClassVar[type[Octets]]

    first: Octets
    length: int

    def __post_init__(self) -> None:
        bits = 8 * self.OF.LENGTH
        if not 0 <= self.length <= bits:
            raise ValueError(f"{type(self).__name__}: expected a length from 0 to {bits} bits")
        if int(self.first) & ((1 << bits - self.length) - 1):
            raise ValueError(f"{type(self).__name__}: expected only zeros after {self.length} bits")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `<value in hexadecimal>/<length in bits>`; ValueError says what was expected."""
        value, slash, length = text.strip().partition("/")
        if not slash or not (length.isascii() and length.isdigit() and len(length) < 4):
            raise ValueError(
                f"{cls.__name__}: expected {2 * cls.OF.LENGTH} hexadecimal digits, a slash and a length in bits"
            )
        return cls(cls.OF.from_hex(value), int(length))

    def size(self) -> int:
        """How many values the block holds."""
        return 1 << (8 * self.OF.LENGTH - self.length)

    def __contains__(self, value: Octets) -> bool:
        return (int(value) ^ int(self.first)) >> (8 * self.OF.LENGTH - self.length) == 0

    def __str__(self) -> str:
        return f"{self.first}/{self.length}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self}')"


class EUI64Prefix(Prefix):
    """A block of EUIs: a maker's DevEUIs, or the JoinEUIs that one Join Server answers for."""

    __slots__ = ()

    OF: ClassVar[type[Octets]] = EUI64


class DevAddrPrefix(Prefix):
    """A block of device addresses, such as a NetID's `26000000/7`."""

    __slots__ = ()

    OF: ClassVar[type[Octets]] = DevAddr
