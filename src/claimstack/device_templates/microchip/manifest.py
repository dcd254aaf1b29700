"""Manifests of Microchip's ATECC608A and B secure elements for LoRaWAN: TNGLORA, and the older MAHTN-T.

One signed entry for each chip says who it is. It holds no root keys: those stay in the chip and with the Join Server
that Microchip shares them with, so a device joins here only once its keys come from elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.struct_pb2 import Struct, Value

from claimstack.device_templates.device import device_id_of
from claimstack.device_templates.formats import Conversion, Format
from claimstack.device_templates.json_elements import Element, JSONElements
from claimstack.device_templates.microchip.base64_text import read_url
from claimstack.device_templates.microchip.jws import verified
from claimstack.device_templates.microchip.secure_element import Chains, SecureElement
from claimstack.device_templates.microchip.trust import LogSigner
from claimstack.device_templates.outcome import Converted, Mistake, Outcome, Wrong
from claimstack.device_templates.strict_json import NAME as JSON
from claimstack.device_templates.strict_json import parse
from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.wire import v3

TNGLORA = "microchip-atecc608a-tnglora"
MAHTN_T = "microchip-atecc608a-mahtn-t"
PROVISIONER = "microchip"
JOIN_EUI = JoinEUI.from_hex("70B3D57ED0000000")
MOST_ENTRY_BYTES = 1 << 16
NOTE = (
    "A manifest proves who a device is and holds no root keys: the device joins only once its keys come from"
    " a side file or from a crypto server."
)
DUPLICATE = ("duplicate", "the same chip stands in an earlier entry")
_NAME = "payload"
_MODEL = re.compile(r"ATECC608[AB]")
_SERIAL = re.compile(r"0123[0-9a-f]{12}27")
_JOIN_EUI_SLOT = 9
_PATHS = ("ids.join_eui", "provisioner_id", "provisioning_data", "root_keys.root_key_id", "supports_join")
_PATHS_WITH_DEV_EUI = ("ids.device_id", "ids.dev_eui", *_PATHS)


def manifest_elements() -> JSONElements:
    """Cuts a manifest into its entries."""
    return JSONElements(only_list=True, most_bytes=MOST_ENTRY_BYTES)


class _Reader:
    def __init__(self, format_id: str, conversion: Conversion) -> None:
        self._elements = manifest_elements()
        self._entries = Entries(format_id, conversion)
        self._chips = Chips()

    @property
    def over(self) -> bool:
        return self._elements.over

    def feed(self, chunk: bytes) -> Iterator[Outcome]:
        for found in self._elements.feed(chunk):
            yield self._chips.once(self._entries.outcome(found)) if isinstance(found, Element) else found

    def close(self) -> Iterator[Outcome]:
        yield from self._elements.close()


class Entries:
    """Judges entries of manifests, each by itself."""

    def __init__(self, format_id: str, conversion: Conversion) -> None:
        self._format_id = format_id
        self._conversion = conversion
        self._chains = Chains(conversion.trust.roots)

    def outcome(self, element: Element) -> Converted | Wrong:
        """The template of an entry, or why there is none."""
        try:
            entry = parse(element.text, element.position)
            if not isinstance(entry, dict):
                raise Mistake(JSON, "expected an object")
            return self._converted(entry, element)
        except Mistake as mistake:
            return mistake.at(element.place)

    def _converted(self, entry: Mapping[str, Any], element: Element) -> Converted:
        payload, signer = verified(entry, self._conversion.trust, self._format_id)
        serial = _serial(payload)
        if entry.get("header", {}).get("uniqueId", serial) != serial:
            raise Mistake(_NAME, "the header names another chip")
        chip = self._chip(payload)
        if chip.serial != serial:
            raise Mistake(_NAME, "the certificate is that of another chip")
        warnings = _dates(payload, signer, chip, self._conversion.now)
        if warnings and self._conversion.strict:
            raise Mistake("expired", "; ".join(warnings))
        return Converted(_template(payload, chip, self._format_id), element.place, warnings, serial)

    def _chip(self, payload: Mapping[str, Any]) -> SecureElement:
        match payload.get("publicKeySet"):
            case {"keys": [{"kty": "EC", "crv": "P-256", "x": str(x), "y": str(y), "x5c": x5c}, *_]}:
                chip = self._chains.read(x5c)
                if _coordinate(x) + _coordinate(y) != chip.point[1:]:
                    raise Mistake(_NAME, "the public key is not that of the certificate")
                return chip
        raise Mistake("no_certificate", "expected a P-256 key with certificates")


class Chips:
    """Those of one manifest; the same chip is taken once."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def once(self, outcome: Outcome) -> Outcome:
        """The outcome, or a refusal when its chip stood in an earlier entry."""
        if isinstance(outcome, Converted) and not self.new(outcome.serial):
            return Wrong(outcome.place, *DUPLICATE)
        return outcome

    def new(self, serial: str) -> bool:
        """Whether it was not seen before."""
        number = int(serial, 16)
        known = number in self._seen
        self._seen.add(number)
        return not known


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


def _dates(payload: Mapping[str, Any], signer: LogSigner, chip: SecureElement, now: datetime) -> tuple[str, ...]:
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
    if not chip.not_before <= made <= chip.not_after:
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


def _template(payload: Mapping[str, Any], chip: SecureElement, format_id: str) -> v3.EndDeviceTemplate:
    device = v3.EndDevice(provisioner_id=PROVISIONER, supports_join=True)
    device.ids.join_eui = _join_eui(payload).octets
    device.root_keys.root_key_id = chip.serial
    _fill_struct(device.provisioning_data, payload)
    if format_id == TNGLORA:
        device.ids.dev_eui = _dev_eui(chip).octets
        device.ids.device_id = device_id_of(device.ids.dev_eui)
    paths = _PATHS_WITH_DEV_EUI if format_id == TNGLORA else _PATHS
    return v3.EndDeviceTemplate(end_device=device, field_mask=FieldMask(paths=paths), mapping_key=chip.serial)


def _dev_eui(chip: SecureElement) -> DevEUI:
    if chip.dev_eui is None or chip.dev_eui.is_zero():
        raise Mistake("dev_eui", "expected a DevEUI in the chip's certificate")
    return chip.dev_eui


def _fill_struct(into: Struct, members: Mapping[str, Any]) -> None:
    fields = into.fields
    for name, value in members.items():
        _fill_value(fields[name], value)


def _fill_value(into: Value, value: Any) -> None:
    # By exact type and the commonest first: this runs some 30 times for each chip.
    kind = type(value)
    if kind is str:
        into.string_value = value
    elif kind is dict:
        into.struct_value.SetInParent()
        _fill_struct(into.struct_value, value)
    elif kind is list:
        into.list_value.SetInParent()
        for item in value:
            _fill_value(into.list_value.values.add(), item)
    elif kind is bool:
        into.bool_value = value
    elif value is None:
        into.null_value = 0  # type: ignore[assignment]
    else:
        into.number_value = value


def _format(format_id: str, name: str, description: str) -> Format:
    def open_reader(conversion: Conversion) -> _Reader:
        return _Reader(format_id, conversion)

    return Format(format_id, name, description, (".json",), open_reader, NOTE)


MICROCHIP_TNGLORA = _format(
    TNGLORA,
    "Microchip ATECC608A-TNGLORA Manifest",
    "Signed manifest of ATECC608A/B-TNGLORA secure elements, one entry for each chip; holds no root keys",
)
MICROCHIP_MAHTN_T = _format(
    MAHTN_T,
    "Microchip ATECC608A-MAHTN-T Manifest",
    "Signed manifest of ATECC608A-MAHTN-T secure elements, which have no DevEUI yet; holds no root keys",
)
