"""VendorID: who made a device, as the LoRa Alliance numbers its members (TR005)."""

from __future__ import annotations

from functools import cache
from typing import ClassVar

from claimstack.lorawan.octets import Octets


class VendorID(Octets):
    """Two bytes given by the LoRa Alliance; 0000 and FFFF are written by those who have none."""

    __slots__ = ()

    LENGTH: ClassVar[int] = 2

    @property
    def vendor(self) -> str | None:
        """The vendor's name; None when nobody is known under this number."""
        return _names().get(str(self))

    def is_assigned(self) -> bool:
        """Whether the number can stand for a vendor at all, known here or not."""
        return self.octets not in (b"\x00\x00", b"\xff\xff")


@cache
def _names() -> dict[str, str]:
    """Read when first asked for; the file says where its figures come from."""
    import json
    from importlib.resources import files

    table = json.loads(files(__package__).joinpath("vendors.json").read_bytes())
    vendors: dict[str, str] = table["vendors"]
    return vendors
