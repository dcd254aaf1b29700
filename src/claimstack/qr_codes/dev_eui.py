"""A label that carries only a DevEUI, as very many devices do: it names, it cannot claim."""

from __future__ import annotations

from claimstack.lorawan import DevEUI
from claimstack.lorawan.octets import HEX_DIGITS
from claimstack.qr_codes.label import Label
from claimstack.qr_codes.parts import Reading

ID = "dev_eui"
NAME = "DevEUI"
DESCRIPTION = "Only a DevEUI: identifies a device, carries no claim authentication code"


def recognises(text: str) -> bool:
    """Whether the text is one run of hexadecimal digits."""
    return HEX_DIGITS.issuperset(text)


def parse(text: str) -> Label:
    """Read 16 hexadecimal digits, or refuse with `UnreadableLabel`."""
    reading = Reading()
    dev_eui = reading.octets(DevEUI, text, "the text (DevEUI)")
    return Label(dev_eui, warnings=tuple(reading.warnings))
