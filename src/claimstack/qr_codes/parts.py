"""The parts that all written forms of TR005 share: two EUIs, a ProfileID, tagged extensions.

Reading is lenient about hexadecimal digits in lower case, which real devices carry; each such
leniency is noted as a warning, so that a person sees it and a maker can mend the label.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from claimstack.lorawan import DevEUI, JoinEUI, VendorID
from claimstack.lorawan.octets import Octets
from claimstack.qr_codes.label import Label, UnreadableLabel, VendorProfileID

Value = TypeVar("Value", bound=Octets)

# The field of a Label that each tag stands for. Drafts 2 and 3 say V (device validation code)
# where the final text says O (owner token).
FIELDS = {
    "O": ("owner_token", "OwnerToken"),
    "S": ("serial_number", "SerNum"),
    "P": ("proprietary", "Proprietary"),
    "C": ("checksum", "CheckSum"),
}
DRAFT_FIELDS = {"V": FIELDS["O"], "S": FIELDS["S"], "P": FIELDS["P"]}


class Reading:
    """The label being read: the parts as they come, and the warnings met on the way."""

    def __init__(self) -> None:
        self.extensions: dict[str, str] = {}
        self.warnings: list[str] = []

    def warn(self, place: str, what: str) -> None:
        """Note a departure that does not hinder reading."""
        self.warnings.append(f"{place}: {what}")

    def octets(self, kind: type[Value], text: str, place: str) -> Value:
        """Read a part of a fixed number of hexadecimal digits, or refuse naming `place`."""
        try:
            value = kind.from_hex(text)
        except ValueError as fault:
            raise UnreadableLabel(place, str(fault).partition(": ")[2]) from None
        if str(value) != text:
            self.warn(place, "hexadecimal digits in lower case")
        return value

    def profile_id(self, text: str, place: str) -> tuple[VendorID, VendorProfileID]:
        """Read VendorID and VendorProfileID, which stand together without anything between."""
        both = self.octets(ProfileID, text, place).octets
        return VendorID(both[:2]), VendorProfileID(both[2:])

    def extend(self, fields: dict[str, tuple[str, str]], written: str, place: str) -> None:
        """Take one tagged extension; the last of several counts, an empty one is none."""
        if len(written) < 2:
            return self.warn(place, "an empty extension, ignored")
        if written[0] not in fields:
            return self.warn(place, f"an unknown extension, ignored; known are {', '.join(fields)}")
        name, title = fields[written[0]]
        if name in self.extensions:
            self.warn(f"{place} ({title})", "given more than once, this one counts")
        self.extensions[name] = written[1:]
        return None

    def label(self, join_eui: JoinEUI, dev_eui: DevEUI, profile: ProfileParts) -> Label:
        """The label that was read."""
        return Label(
            dev_eui,
            join_eui,
            *profile,
            owner_token=self.extensions.get("owner_token"),
            serial_number=self.extensions.get("serial_number"),
            proprietary=self.extensions.get("proprietary"),
            checksum=self.extensions.get("checksum"),
            warnings=tuple(self.warnings),
        )


ProfileParts = tuple[VendorID, VendorProfileID]


class ProfileID(Octets):
    """VendorID and VendorProfileID as one: 4 bytes."""

    __slots__ = ()

    LENGTH = 4


def require_characters(text: str, allowed: Iterable[str], shown: str, place: str) -> None:
    """Refuse a value with a character outside `allowed`; `shown` is how people read that set."""
    for position, character in enumerate(text, start=1):
        if character not in allowed:
            raise UnreadableLabel(place, f"expected only {shown}, character {position} is not")
