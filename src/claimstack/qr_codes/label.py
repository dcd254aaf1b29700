"""What a label says about an end device, whichever format it is written in (TR005).

Also the two refusals of this room. Their words name the place and what was expected there, and
never repeat what stood there: people scan labels that carry root keys.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from claimstack.lorawan import DevEUI, JoinEUI, VendorID
from claimstack.lorawan.octets import Octets

UNKNOWN_VENDOR = VendorID(b"\x00\x00")


class VendorProfileID(Octets):
    """Two bytes by which a vendor numbers its own device profiles."""

    __slots__ = ()

    LENGTH = 2


UNKNOWN_PROFILE = VendorProfileID(b"\x00\x00")


class LabelRefusal(ValueError):
    """A label that cannot be read or written: `place` on it, and what was `expected` there."""

    def __init__(self, place: str, expected: str) -> None:
        self.place = place
        self.expected = expected
        super().__init__(f"{place}: {expected}")


class UnreadableLabel(LabelRefusal):
    """The text is not a label of the format asked for, or of any."""


class UnwritableLabel(LabelRefusal):
    """What was asked for cannot be put on a label, or not into an image of that size."""


@dataclass(frozen=True, slots=True)
class Label:
    """The parts of a label. Absent extensions are None; an empty one counts as absent."""

    dev_eui: DevEUI
    join_eui: JoinEUI | None = None
    """None only for a label that carries nothing but a DevEUI."""
    vendor_id: VendorID = UNKNOWN_VENDOR
    vendor_profile_id: VendorProfileID = UNKNOWN_PROFILE
    owner_token: str | None = field(default=None, repr=False)
    """The claim authentication code, as TR005 calls it. A secret, so it is never shown."""
    serial_number: str | None = None
    proprietary: str | None = field(default=None, repr=False)
    checksum: str | None = None
    """As it stands on the label; when it is wrong or proves nothing, a warning says so."""
    warnings: tuple[str, ...] = field(default=(), compare=False)
    """Where the label departs from TR005 but can be read: for people, in the order met."""

    @property
    def profile_id(self) -> str:
        """VendorID and VendorProfileID as they stand on a label: 8 upper-case hex digits."""
        return f"{self.vendor_id}{self.vendor_profile_id}"
