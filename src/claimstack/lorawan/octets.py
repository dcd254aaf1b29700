"""Identifiers of a fixed number of bytes: the part that EUIs, NetIDs, addresses and nonces share.

LoRaWAN writes them most significant byte first for people and sends them least
significant byte first over the air (TS001); each value here owns both spellings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Self

HEX_DIGITS = frozenset("0123456789abcdefABCDEF")


def hexadecimal_fault(text: str, length: int) -> str:
    """Say why `text` is not exactly `length` hexadecimal digits, without repeating it.

    The text is not repeated because people paste root keys into the wrong field. Empty when
    nothing is wrong.
    """
    expected = f"expected {length} hexadecimal digits"
    for position, character in enumerate(text, start=1):
        if character not in HEX_DIGITS:
            return f"{expected}, character {position} is not one"
    if len(text) != length:
        return f"{expected}, got {len(text)}"
    return ""


_set = object.__setattr__


@dataclass(frozen=True, slots=True, order=True, repr=False, init=False)
class Octets:
    """A value of exactly `LENGTH` bytes, most significant byte first.

    Values of two classes never compare equal, whatever their bytes: a DevEUI is not a JoinEUI.
    """

    LENGTH: ClassVar[int]

    octets: bytes

    def __init__(self, octets: bytes) -> None:  # by hand: ten are made for each join
        if not isinstance(octets, bytes) or len(octets) != self.LENGTH:
            raise ValueError(f"{type(self).__name__}: expected {self.LENGTH} bytes")
        _set(self, "octets", octets)

    @classmethod
    def from_bytes(cls, octets: bytes | bytearray | memoryview) -> Self:
        """Make the value from `LENGTH` bytes, most significant first; ValueError if not so many."""
        return cls(bytes(octets))

    @classmethod
    def from_air(cls, octets: bytes) -> Self:
        """Make the value from `LENGTH` bytes as a frame carries them, least significant first."""
        return cls(octets[::-1])

    @classmethod
    def from_int(cls, number: int) -> Self:
        """Make the value from a number; ValueError if it needs more than `LENGTH` bytes."""
        if not 0 <= number < 1 << 8 * cls.LENGTH:
            highest = (1 << 8 * cls.LENGTH) - 1
            raise ValueError(f"{cls.__name__}: expected a number from 0 to {highest}")
        return cls(number.to_bytes(cls.LENGTH, "big"))

    @classmethod
    def from_hex(cls, text: str) -> Self:
        """Read exactly two hexadecimal digits a byte, either case; ValueError for all else."""
        if fault := hexadecimal_fault(text, 2 * cls.LENGTH):
            raise ValueError(f"{cls.__name__}: {fault}")
        return cls(bytes.fromhex(text))

    def to_air(self) -> bytes:
        """The bytes as a frame carries them, least significant first."""
        return self.octets[::-1]

    def __bytes__(self) -> bytes:
        return self.octets

    def __int__(self) -> int:
        return int.from_bytes(self.octets, "big")

    def __str__(self) -> str:
        return self.octets.hex().upper()

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{self}')"
