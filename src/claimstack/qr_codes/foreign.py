"""Labels that are not TR005 but stick on LoRaWAN hardware: named, so that a person knows why.

Nothing is read from them. Several carry root keys, so not a word of them may be repeated.
"""

from __future__ import annotations

import re

_HEX16 = "[0-9A-Fa-f]{16}"

# What is found, and what it says to the person with the phone; the first that fits.
_KINDS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i)^https?://(?:www\.)?ttig\.pro/"), "this is the label of a gateway"),
    (
        re.compile(r"(?i)app_?key|nwk_?key|app_?s_?key"),
        "this label carries root keys (Dragino, Milesight and others print such); keep it secret,"
        " and register the device by hand",
    ),
    (
        re.compile(rf"^[^;]+;{_HEX16};{_HEX16};[0-9A-Fa-f]{{32}}\s*$"),
        "this label carries root keys (serial, DevEUI, AppEUI, AppKey); keep it secret, and"
        " register the device by hand",
    ),
    (
        re.compile(r"^https?://.*\bSN=", re.IGNORECASE | re.DOTALL),
        "this is a maker's web link with a serial number (Milesight prints such)",
    ),
    (re.compile("^URN:LWDP:"), "this is a Browan or TrackNet label, a format of their own"),
    (
        re.compile(rf"^{_HEX16}{_HEX16}:"),
        "this is a Seeed label: DevEUI and JoinEUI run together, without claim code",
    ),
    (
        re.compile(rf"^{_HEX16}:{_HEX16}$"),
        "these are two EUIs, and nothing tells which is the DevEUI (Tektelic prints it first)",
    ),
    (re.compile("^\ufeff"), "there is a byte order mark before the text"),
    (re.compile(r"^\s+"), "there are blanks before the text"),
    (re.compile(r"^(?i:lw:|urn:)"), "the prefix is not in upper case"),
    (re.compile(r"LW:D0:"), "the label's text stands inside other text; give it alone"),
    (re.compile(r"(?i)dev_?eui"), "this is text with a DevEUI in it; type the DevEUI alone"),
    (re.compile(r"^https?://", re.IGNORECASE), "this is a web link"),
)


def kind_of(text: str) -> str | None:
    """What sort of label this is, in words for a person; None when it is like nothing known."""
    return next((words for pattern, words in _KINDS if pattern.search(text)), None)
