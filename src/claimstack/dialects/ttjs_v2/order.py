"""The body of a claim: JSON to a value, or why it cannot be one.

`ownerToken`, `homeNetID`, `homeNSID`, `asID`, `lock` (version 1: `locked`), `regenerateOwnerToken`, `kek`. What is not
known is passed over, as version 1 sends vendor's own fields.
"""

import re
from dataclasses import dataclass
from typing import Any

import orjson

from claimstack.peers.peer import KEK_BYTES
from claimstack.vault import Secret

_NET_ID, _NS_ID = re.compile(r"[0-9A-Fa-f]{6}"), re.compile(r"[0-9A-Fa-f]{16}")
_MOST_LABEL = 2048


class Malformed(Exception):
    """The body is no claim; the text says what was expected, never what came."""


@dataclass(frozen=True, slots=True)
class Kek:
    """A key encryption key for the AppSKey by its label; without a key it names one that is known."""

    label: str
    key: Secret | None


@dataclass(frozen=True, slots=True)
class Order:
    """A claim as it was asked for. NetID 3 bytes, NSID 8 bytes or empty."""

    owner_token: Secret
    net_id: bytes
    ns_id: bytes
    as_id: str
    lock: bool
    regenerate: bool
    kek: Kek | None


def order_in(body: bytes) -> Order:
    """Read the body; `Malformed`."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed("expected JSON") from None
    if not isinstance(value, dict):
        raise Malformed("expected a JSON object")
    return Order(
        owner_token=Secret(_text(value, "ownerToken").encode()),
        net_id=_octets(value, "homeNetID", _NET_ID),
        ns_id=_octets(value, "homeNSID", _NS_ID) if value.get("homeNSID") else b"",
        as_id=_text(value, "asID"),
        lock=_flag(value, "lock", _flag(value, "locked", True)),
        regenerate=_flag(value, "regenerateOwnerToken", False),
        kek=_kek(value.get("kek")),
    )


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if text is None:
        return ""
    if not isinstance(text, str) or len(text) > _MOST_LABEL or "\0" in text:
        raise Malformed(f"{name}: expected a text")
    return text


def _octets(value: dict[str, Any], name: str, form: re.Pattern[str]) -> bytes:
    text = value.get(name)
    if not isinstance(text, str) or not form.fullmatch(text):
        raise Malformed(f"{name}: expected hexadecimal digits")
    return bytes.fromhex(text)


def _flag(value: dict[str, Any], name: str, default: bool) -> bool:
    flag = value.get(name)
    if flag is None:
        return default
    if not isinstance(flag, bool):
        raise Malformed(f"{name}: expected true or false")
    return flag


def _kek(value: Any) -> Kek | None:
    if value is None:
        return None
    if not isinstance(value, dict) or not value.get("label"):
        raise Malformed("kek: expected label and key")
    label, text = _text(value, "label"), _text(value, "key")
    if not text:
        return Kek(label, None)
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) not in KEK_BYTES:
        raise Malformed("kek: expected a key of 32, 48 or 64 hexadecimal digits")
    return Kek(label, Secret(key))
