"""TR005, the final text of November 2020: reads leniently, writes strictly.

LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>[:O<OwnerToken>][:S<SerNum>][:P<Proprietary>][:C<CheckSum>]
"""

from __future__ import annotations

from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.qr_codes.checksum import checksum
from claimstack.qr_codes.label import Label, UnreadableLabel, UnwritableLabel
from claimstack.qr_codes.parts import FIELDS, Reading

ID = "tr005"
NAME = "TR005"
DESCRIPTION = "LoRa Alliance TR005, the format of labels since 2020"

_PLACES = ("SchemaID", "JoinEUI", "DevEUI", "ProfileID")

# The alphanumeric mode of QR codes, without the colon that divides the parts.
VALUE_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./")
# What the contract lets through as a code typed by hand: a label must not carry more.
TOKEN_CHARACTERS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
TOKEN_LENGTH = 32


def recognises(text: str) -> bool:
    """Whether the text begins as this format does."""
    return text.startswith("LW:")


def parse(text: str) -> Label:
    """Read a label, or refuse with `UnreadableLabel` naming the part."""
    prefix, *parts = text.split(":")
    if prefix != "LW":
        raise UnreadableLabel("part 1 (prefix)", "expected LW")
    if parts[:1] != ["D0"]:
        raise UnreadableLabel("part 2 (SchemaID)", "expected D0")
    if len(parts) < len(_PLACES):
        missing = len(parts)
        raise UnreadableLabel(f"part {missing + 2} ({_PLACES[missing]})", "is missing")
    reading = Reading()
    join_eui = _join_eui(reading, parts[1])
    dev_eui = reading.octets(DevEUI, parts[2], "part 4 (DevEUI)")
    profile = reading.profile_id(parts[3], "part 5 (ProfileID)")
    for number, written in enumerate(parts[4:], start=6):
        reading.extend(FIELDS, _unbroken(reading, written, f"part {number}"), f"part {number}")
    _weigh_values(reading)
    _weigh_checksum(reading, text, parts[4:])
    return reading.label(join_eui, dev_eui, profile)


def _join_eui(reading: Reading, written: str) -> JoinEUI:
    # The Things Stack reads an empty JoinEUI as zeros, and so do we: the device is still named.
    # An empty DevEUI, which it also takes for zeros, names nothing, so that one is refused.
    if written == "":
        reading.warn("part 3 (JoinEUI)", "is empty, read as 0000000000000000")
        return JoinEUI(bytes(8))
    return reading.octets(JoinEUI, written, "part 3 (JoinEUI)")


def _unbroken(reading: Reading, written: str, place: str) -> str:
    # Scanners and pipes end the text with a line break; in a claim code it would never match.
    value = written.rstrip("\r\n")
    if value != written:
        reading.warn(place, "a line break at its end, ignored")
    return value


def _weigh_values(reading: Reading) -> None:
    for name, title in FIELDS.values():
        if not VALUE_CHARACTERS.issuperset(reading.extensions.get(name, "")):
            reading.warn(title, "has characters that do not belong on a label")


def _weigh_checksum(reading: Reading, text: str, extensions: list[str]) -> None:
    written = reading.extensions.get("checksum")
    if written is None:
        return
    covered = text.rpartition(":")[0]
    if [extension[:1] for extension in extensions].index("C") != len(extensions) - 1:
        # What a checksum in the middle covers is nowhere defined.
        reading.warn("CheckSum", "is not the last part, so it proves nothing")
    elif checksum(covered) != written:
        reading.warn("CheckSum", "does not fit the text: a misprint, a misread or another rule")


def write(label: Label, *, with_checksum: bool = False) -> str:
    """The text for a label, or `UnwritableLabel`. `label.checksum` is not used but made anew."""
    if label.join_eui is None:
        raise UnwritableLabel("part 3 (JoinEUI)", "a label needs one")
    if label.dev_eui.is_zero():
        raise UnwritableLabel("part 4 (DevEUI)", "a label needs one that is not zero")
    parts = ["LW", "D0", str(label.join_eui), str(label.dev_eui), label.profile_id]
    for tag in "OSP":
        name, title = FIELDS[tag]
        if (value := getattr(label, name)) is not None:
            _require_writable(title, value)
            parts.append(f"{tag}{value}")
    text = ":".join(parts)
    return f"{text}:C{checksum(text)}" if with_checksum else text


def _require_writable(title: str, value: str) -> None:
    if not value:
        raise UnwritableLabel(title, "expected at least one character")
    allowed, shown = VALUE_CHARACTERS, "0-9, A-Z, blank and $%*+-./"
    if title == "OwnerToken":
        allowed, shown = TOKEN_CHARACTERS, "0-9 and A-Z"
        if len(value) > TOKEN_LENGTH:
            raise UnwritableLabel(title, f"expected at most {TOKEN_LENGTH} characters")
    if any(character.islower() for character in value):
        raise UnwritableLabel(title, f"expected only {shown}: a label has no lower-case letters")
    if not allowed.issuperset(value):
        raise UnwritableLabel(title, f"expected only {shown}")
