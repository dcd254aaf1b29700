"""Root keys in a file of their own, for formats that have none: a table of DevEUI, AppKey and perhaps NwkKey.

One line a device, divided by commas or semicolons; a first line with names (`dev_eui`, `app_key`, `nwk_key`) may be
there. Keys are 16 bytes in hexadecimal. A chip without a DevEUI is given one by its serial number (`serial`, 9 bytes)
in front; its keys may then be missing. No reason repeats what stood in the file.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from typing import NamedTuple

from claimstack.errors import Invalid
from claimstack.wire import v3

_NAMESPACE = "pkg/imports"
MOST_BYTES = 1 << 24
"""Of the file: it is held in memory while the other is read."""

_KEYS = r"([0-9A-F]{32})(?:[,;]([0-9A-F]{32})?)?"
_LINE = re.compile(rf"(?:([0-9A-F]{{18}})[,;])?([0-9A-F]{{16}})(?:[,;]{_KEYS}|[,;]*)", re.ASCII | re.IGNORECASE)
_HEAD = re.compile(r"(?:serial[,;])?dev_eui(?:[,;]app_key(?:[,;]nwk_key)?)?", re.IGNORECASE)


class SideKeys(NamedTuple):
    """The keys of one device; `nwk_key` is empty for LoRaWAN 1.0. `serial`: of its chip, 18 digits in lower case."""

    app_key: bytes
    nwk_key: bytes
    serial: str = ""


def read_side_keys(file: bytes) -> dict[bytes, SideKeys]:
    """Keys by DevEUI; `Invalid` `keys_file` with the line that is wrong."""
    found: dict[bytes, SideKeys] = {}
    serials: set[str] = set()
    for number, line in enumerate(_text(file).splitlines(), 1):
        text = line.replace('"', "").replace(" ", "")
        if not text or (number == 1 and _HEAD.fullmatch(text)):
            continue
        match = _LINE.fullmatch(text)
        if match is None or not (match[1] or match[3]):
            raise _wrong(number, "expected a DevEUI of 16 digits, an AppKey of 32, and perhaps an NwkKey of 32")
        serial, dev_eui = (match[1] or "").lower(), bytes.fromhex(match[2])
        if dev_eui in found or serial in serials:
            raise _wrong(number, f"this {'DevEUI' if dev_eui in found else 'serial number'} stands in an earlier line")
        found[dev_eui] = SideKeys(bytes.fromhex(match[3] or ""), bytes.fromhex(match[4] or ""), serial)
        serials |= {serial} - {""}
    return found


def put_side_keys(device: v3.EndDevice, paths: MutableSequence[str], keys: dict[bytes, SideKeys]) -> str:
    """Give a device its keys, if it has none; what a person should know."""
    if not keys or device.root_keys.app_key.key or device.root_keys.nwk_key.key:
        return ""
    own = keys.get(device.ids.dev_eui)
    if own is None:
        return "the file of keys has none for this device"
    for name, key in (("app_key", own.app_key), ("nwk_key", own.nwk_key)):
        if key:
            getattr(device.root_keys, name).key = key
            paths.append(f"root_keys.{name}.key")
    return ""


def _text(file: bytes) -> str:
    try:
        return file.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _wrong(file[: fault.start].count(b"\n") + 1, "expected UTF-8 text") from None


def _wrong(line: int, reason: str) -> Invalid:
    return Invalid(_NAMESPACE, "keys_file", "line {line}: {reason}", line=line, reason=reason)
