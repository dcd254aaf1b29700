"""The 64-bit extended unique identifiers of LoRaWAN: DevEUI and JoinEUI (TS001).

JoinEUI is called AppEUI before LoRaWAN 1.0.4 and 1.1; the values are the same.
"""

from __future__ import annotations

import re
from typing import ClassVar, Self

from claimstack.lorawan.octets import Octets, hexadecimal_fault

# Two or four digits a group, one separator throughout; anything looser would read other things
# (a MAC address beside a port, two short numbers) as an EUI.
_GROUPED = re.compile(
    r"[0-9A-Fa-f]{2}([-: ])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){6}"
    r"|[0-9A-Fa-f]{4}([-: ])[0-9A-Fa-f]{4}(?:\2[0-9A-Fa-f]{4}){2}"
)
_SEPARATORS = str.maketrans("", "", "-: ")


class EUI64(Octets):
    """An EUI-64: 8 bytes, the first three usually the OUI of whom the IEEE gave the block to."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 8

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an EUI as people write it.

        Sixteen hexadecimal digits in either case, with or without `0x` before them, in one piece
        or in groups of two or four divided by dashes, colons or spaces; blanks around are
        ignored. Everything else is a ValueError that says what was expected.
        """
        written = text.strip()
        if written[:2] in ("0x", "0X"):
            written = written[2:]
        digits = written.translate(_SEPARATORS)
        if fault := hexadecimal_fault(digits, 16):
            raise ValueError(f"{cls.__name__}: {fault}")
        if digits != written and not _GROUPED.fullmatch(written):
            raise ValueError(f"{cls.__name__}: expected groups of two or four digits with one kind of divider")
        return cls(bytes.fromhex(digits))

    @property
    def oui(self) -> bytes:
        """The first three bytes. Not always an OUI: the IEEE also sells 28 and 36-bit blocks."""
        return self.octets[:3]

    def is_zero(self) -> bool:
        """Whether all bytes are zero: no DevEUI may be; as JoinEUI it means «none given»."""
        return not any(self.octets)


class DevEUI(EUI64):
    """The identifier of an end device, given by its maker, unique in the world."""

    __slots__ = ()


class JoinEUI(EUI64):
    """The identifier of the Join Server that an end device joins through."""

    __slots__ = ()
