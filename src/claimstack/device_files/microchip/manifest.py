"""Manifests of Microchip's ATECC608A and B secure elements for LoRaWAN: TNGLORA, and the older MAHTN-T.

One signed entry for each chip says who it is. It holds no root keys: those stay in the chip and with the Join Server
that Microchip shares them with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from claimstack.device_files.json_elements import JSONElements
from claimstack.device_files.microchip.base64_text import read_url
from claimstack.device_files.microchip.jws import verified
from claimstack.device_files.microchip.secure_element import Chains, SecureElement
from claimstack.device_files.microchip.trust import LogSigner, Trust
from claimstack.device_files.mistake import Mistake
from claimstack.device_files.strict_json import NAME as JSON
from claimstack.device_files.strict_json import Position, parse
from claimstack.lorawan import JoinEUI

TNGLORA = "microchip-atecc608a-tnglora"
MAHTN_T = "microchip-atecc608a-mahtn-t"
JOIN_EUI = JoinEUI.from_hex("70B3D57ED0000000")
MOST_ENTRY_BYTES = 1 << 16
MOST_LEVELS = 16
_NAME = "payload"
_MODEL = re.compile(r"ATECC608[AB]")
_SERIAL = re.compile(r"0123[0-9a-f]{12}27")
_JOIN_EUI_SLOT = 9
_MOST_BITS = 1023  # of what becomes a number of 64 bits with a floating point


def manifest_elements() -> JSONElements:
    """Cuts a manifest into its entries."""
    return JSONElements(only_list=True, most_bytes=MOST_ENTRY_BYTES)


class Terms(NamedTuple):
    """On which entries are believed: whose signatures, and at what time (aware UTC).

    `strict` refuses what is signed outside the dates of its certificates, which is only reported else.
    """

    format_id: str
    trust: Trust
    now: datetime
    strict: bool = False


class Chip(NamedTuple):
    """What a believed entry says of its chip; plain values, so that it passes between processes.

    `serial` is 9 bytes in 18 hex digits. EUIs are 8 bytes, `dev_eui` is empty for a chip that has none. `statement` is
    the signed payload, an object of JSON. `warnings` are for people: dates out of range.
    """

    serial: str
    dev_eui: bytes
    join_eui: bytes
    statement: Mapping[str, Any]
    warnings: tuple[str, ...] = ()


class Entries:
    """Judges entries of manifests, each by itself."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._chains = Chains(terms.trust.roots)

    def chip(self, text: bytes, position: Position) -> Chip:
        """The chip of an entry that begins there; `Mistake` when it is not to be believed."""
        entry = parse(text, position)
        if not isinstance(entry, dict):
            raise Mistake(JSON, "expected an object")
        payload, signer = verified(entry, self._terms.trust, self._terms.format_id)
        _check_form(payload)
        serial = _serial(payload)
        if entry.get("header", {}).get("uniqueId", serial) != serial:
            raise Mistake(_NAME, "the header names another chip")
        element = self._element(payload)
        if element.serial != serial:
            raise Mistake(_NAME, "the certificate is that of another chip")
        warnings = _dates(payload, signer, element, self._terms.now)
        if warnings and self._terms.strict:
            raise Mistake("expired", "; ".join(warnings))
        return Chip(serial, self._dev_eui(element), _join_eui(payload).octets, payload, warnings)

    def _element(self, payload: Mapping[str, Any]) -> SecureElement:
        match payload.get("publicKeySet"):
            case {"keys": [{"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y), "x5c": x5c}, *_]}:
                element = self._chains.read(x5c)
                if _coordinate(x) + _coordinate(y) != element.point[1:]:
                    raise Mistake(_NAME, "the public key is not that of the certificate")
                return element
        raise Mistake("no_certificate", "expected a P-256 key with certificates")

    def _dev_eui(self, element: SecureElement) -> bytes:
        if self._terms.format_id == MAHTN_T:
            return b""
        if element.dev_eui is None or element.dev_eui.is_zero():
            raise Mistake("dev_eui", "expected a DevEUI in the chip's certificate")
        return element.dev_eui.octets


def _check_form(value: Any, level: int = 0) -> None:
    """Whether it can be kept: each level takes three of the hundred that readers of protobuf go down."""
    if isinstance(value, dict | list):
        if level == MOST_LEVELS:
            raise Mistake(_NAME, f"expected at most {MOST_LEVELS} levels of nesting")
        for part in value.values() if isinstance(value, dict) else value:
            _check_form(part, level + 1)
    elif isinstance(value, int) and value.bit_length() > _MOST_BITS:
        raise Mistake(_NAME, "a number is too large")


def _serial(payload: Mapping[str, Any]) -> str:
    """The chip's serial, 9 bytes in lower-case hex; also checks that this is a payload we know."""
    version, model, serial = (payload.get(name) for name in ("version", "model", "uniqueId"))
    if version != 1 or isinstance(version, bool) or not isinstance(model, str) or not _MODEL.fullmatch(model):
        raise Mistake(_NAME, "expected version 1 of the statement about an ATECC608A or B")
    if not isinstance(serial, str) or not _SERIAL.fullmatch(serial):
        raise Mistake(_NAME, "expected a serial number of 18 digits in uniqueId")
    return serial


def _coordinate(text: str) -> bytes:
    try:
        return read_url(text.rstrip("="), 32)  # the oldest files have padding here
    except ValueError as fault:
        raise Mistake(_NAME, f"public key: {fault}") from None


def _dates(payload: Mapping[str, Any], signer: LogSigner, element: SecureElement, now: datetime) -> tuple[str, ...]:
    """What is out of its dates. Nothing, for an entry of a present signer made while all certificates were valid."""
    try:
        made = datetime.fromisoformat(str(payload.get("provisioningTimestamp")))
        beyond = made > now
    except (ValueError, TypeError):  # TypeError: without an offset it is no moment
        raise Mistake(_NAME, "expected a moment with an offset in provisioningTimestamp") from None
    found: list[str] = []
    if not signer.not_before <= made <= signer.not_after:
        window = f"from {signer.not_before:%Y-%m-%d} to {signer.not_after:%Y-%m-%d}"
        found.append(f"{signer.name} signs {window}, the chip was provisioned on {made:%Y-%m-%d}")
    if now > signer.not_after:
        found.append(f"{signer.name} expired on {signer.not_after:%Y-%m-%d}")
    if not element.not_before <= made <= element.not_after:
        found.append("the chip's certificate was not valid when it was provisioned")
    if beyond:
        found.append("the chip was provisioned in the future")
    return tuple(found)


def _join_eui(payload: Mapping[str, Any]) -> JoinEUI:
    """What the chip was given as JoinEUI, by its public memory where the entry shows it."""
    match payload.get("modelInfo"):
        case {"publicData": list(zones)}:
            shown = [zone for zone in zones if isinstance(zone, dict) and zone.get("slot") == _JOIN_EUI_SLOT]
            for zone in shown:
                if zone.get("offset") == 0:
                    return _first_eui(zone.get("data"))
    return JOIN_EUI


def _first_eui(text: object) -> JoinEUI:
    try:
        return JoinEUI(read_url(text)[:8])
    except ValueError:
        raise Mistake(_NAME, "expected a JoinEUI in the public memory of the chip") from None
