"""Root keys in a file of their own, for formats that have none: a table of DevEUI, AppKey and perhaps NwkKey.

One line a device, divided by commas or semicolons; a first line with names (`dev_eui`, `app_key`, `nwk_key`) may be
there. Keys are 16 bytes in hexadecimal. No reason repeats what stood in the file.
"""

from __future__ import annotations

import re
from collections.abc import MutableSequence
from typing import NamedTuple

from claimstack.errors import Invalid
from claimstack.imports.job import NAMESPACE
from claimstack.wire import v3

MOST_BYTES = 1 << 24
"""Of the file: it is held in memory while the other is read."""

_LINE = re.compile(r"([0-9A-F]{16})[,;]([0-9A-F]{32})(?:[,;]([0-9A-F]{32})?)?", re.ASCII | re.IGNORECASE)
_HEAD = re.compile(r"dev_eui[,;]app_key(?:[,;]nwk_key)?", re.IGNORECASE)


class SideKeys(NamedTuple):
    """The keys of one device; `nwk_key` is empty for LoRaWAN 1.0."""

    app_key: bytes
    nwk_key: bytes


def read_side_keys(file: bytes) -> dict[bytes, SideKeys]:
    """Keys by DevEUI; `Invalid` `keys_file` with the line that is wrong."""
    found: dict[bytes, SideKeys] = {}
    for number, line in enumerate(_text(file).splitlines(), 1):
        text = line.replace('"', "").replace(" ", "")
        if not text or (number == 1 and _HEAD.fullmatch(text)):
            continue
        match = _LINE.fullmatch(text)
        if match is None:
            raise _wrong(number, "expected a DevEUI of 16 digits, an AppKey of 32, and perhaps an NwkKey of 32")
        dev_eui = bytes.fromhex(match[1])
        if dev_eui in found:
            raise _wrong(number, "this DevEUI stands in an earlier line")
        found[dev_eui] = SideKeys(bytes.fromhex(match[2]), bytes.fromhex(match[3] or ""))
    return found


def put_side_keys(device: v3.EndDevice, paths: MutableSequence[str], keys: dict[bytes, SideKeys]) -> str:
    """Give a device its keys, if it has none; what a person should know."""
    if not keys or device.root_keys.app_key.key or device.root_keys.nwk_key.key:
        return ""
    own = keys.get(device.ids.dev_eui)
    if own is None:
        return "the file of keys has none for this device"
    for name, key in own._asdict().items():
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
    return Invalid(NAMESPACE, "keys_file", "line {line}: {reason}", line=line, reason=reason)
