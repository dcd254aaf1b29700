"""TR005 draft 2, found on devices of 2019 and 2020: read, never written.

URN:LW:DP:<JoinEUI>:<DevEUI>:<ProfileID>[:%V<code>%S<serial>%P<proprietary>]
"""

from __future__ import annotations

from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.qr_codes.label import Label, UnreadableLabel
from claimstack.qr_codes.parts import DRAFT_FIELDS, Reading, require_characters

ID = "tr005draft2"
NAME = "TR005 draft 2"
DESCRIPTION = "LoRa Alliance TR005, draft 2 (superseded; read only)"

_PLACES = ("JoinEUI", "DevEUI", "ProfileID")
_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-./")


def recognises(text: str) -> bool:
    """Whether the text begins as this format does."""
    return text.startswith("URN:LW:")


def parse(text: str) -> Label:
    """Read a label, or refuse with `UnreadableLabel` naming the part."""
    parts = text.split(":")
    for number, expected in enumerate(("URN", "LW", "DP"), start=1):
        if parts[number - 1 : number] != [expected]:
            raise UnreadableLabel(f"part {number} (prefix)", f"expected {expected}")
    if len(parts) < 6:
        raise UnreadableLabel(f"part {len(parts) + 1} ({_PLACES[len(parts) - 3]})", "is missing")
    if len(parts) > 7:
        raise UnreadableLabel("part 8", "expected the end")
    reading = Reading()
    join_eui = reading.octets(JoinEUI, parts[3], "part 4 (JoinEUI)")
    dev_eui = reading.octets(DevEUI, parts[4], "part 5 (DevEUI)")
    profile = reading.profile_id(parts[5], "part 6 (ProfileID)")
    if len(parts) == 7:
        _extensions(reading, parts[6])
    return reading.label(join_eui, dev_eui, profile)


def _extensions(reading: Reading, written: str) -> None:
    # Some printers escaped the percent sign as in a URL.
    before, *extensions = written.replace("%25", "%").split("%")
    if before:
        raise UnreadableLabel("part 7 (extensions)", "expected a percent sign first")
    for number, extension in enumerate(extensions, start=1):
        place = f"part 7, extension {number}"
        require_characters(extension, _CHARACTERS, "0-9, A-Z and $*+-./", place)
        reading.extend(DRAFT_FIELDS, extension, place)
