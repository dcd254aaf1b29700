"""TR005 draft 3, found on evaluation boards of 2020 and 2021: read, never written.

URN:DEV:LW:<JoinEUI>_<DevEUI>_<ProfileID>[_V<code>][_S<serial>][_P<proprietary>]
"""

from __future__ import annotations

from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.qr_codes.label import Label, UnreadableLabel
from claimstack.qr_codes.parts import DRAFT_FIELDS, Reading, require_characters

ID = "tr005draft3"
NAME = "TR005 draft 3"
DESCRIPTION = "LoRa Alliance TR005, draft 3 (superseded; read only)"

_PREFIX = "URN:DEV:LW:"
_PLACES = ("JoinEUI", "DevEUI", "ProfileID")
_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def recognises(text: str) -> bool:
    """Whether the text begins as this format does."""
    return text.startswith("URN:DEV:")


def parse(text: str) -> Label:
    """Read a label, or refuse with `UnreadableLabel` naming the part."""
    if not text.startswith(_PREFIX):
        raise UnreadableLabel("the beginning", f"expected {_PREFIX}")
    parts = text.removeprefix(_PREFIX).split("_")
    reading = Reading()
    join_eui = reading.octets(JoinEUI, parts[0], "part 1 (JoinEUI)")
    if len(parts) < len(_PLACES):
        raise UnreadableLabel(f"part {len(parts) + 1} ({_PLACES[len(parts)]})", "is missing")
    dev_eui = reading.octets(DevEUI, parts[1], "part 2 (DevEUI)")
    profile = reading.profile_id(parts[2], "part 3 (ProfileID)")
    for number, extension in enumerate(parts[3:], start=4):
        require_characters(extension, _CHARACTERS, "0-9 and A-Z", f"part {number}")
        reading.extend(DRAFT_FIELDS, extension, f"part {number}")
    return reading.label(join_eui, dev_eui, profile)
