"""The versions of the LoRaWAN link layer, 1.0 to 1.1, and how they are spelt (TS001)."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering
from typing import Self


@total_ordering
class MACVersion(Enum):
    """A link-layer version; ordered as published numbers are, so 1.0.4 stands below 1.1."""

    V1_0 = (1, 0, 0)
    V1_0_1 = (1, 0, 1)
    V1_0_2 = (1, 0, 2)
    V1_0_3 = (1, 0, 3)
    V1_0_4 = (1, 0, 4)
    V1_1 = (1, 1, 0)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `1.0.3`, `MAC_V1_0_3`, `1.0` or `1.0.0`; ValueError listing the versions, else."""
        plain = text.strip().upper().removeprefix("MAC_").removeprefix("V").replace("_", ".")
        for version in cls:
            if plain in (str(version), ".".join(map(str, version.value))):
                return version
        known = ", ".join(map(str, cls))
        raise ValueError(f"LoRaWAN version: expected one of {known}")

    @property
    def enum_name(self) -> str:
        """The name in the API's enumeration, such as `MAC_V1_0_3`."""
        return f"MAC_{self.name}"

    def has_two_root_keys(self) -> bool:
        """Whether devices hold NwkKey and AppKey (1.1) or only AppKey (1.0.x)."""
        return self is MACVersion.V1_1

    def counts_dev_nonces(self) -> bool:
        """Whether DevNonce is a counter (1.0.4 and 1.1) or random (before)."""
        return self is MACVersion.V1_0_4 or self is MACVersion.V1_1

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, MACVersion):
            return NotImplemented
        return bool(self.value < other.value)

    def __str__(self) -> str:
        numbers = self.value if self.value[2] else self.value[:2]
        return ".".join(map(str, numbers))
