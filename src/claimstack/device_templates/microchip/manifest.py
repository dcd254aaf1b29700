"""Manifests of Microchip's secure elements as device templates: who a chip is, and nothing of its root keys.

A device that comes this way joins here only once its keys come from elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.struct_pb2 import Struct, Value

from claimstack.device_files import (
    MAHTN_T,
    TNGLORA,
    Chip,
    Chips,
    Element,
    Entries,
    Mistake,
    Place,
    Terms,
    Wrong,
    manifest_elements,
)
from claimstack.device_templates.device import device_id_of
from claimstack.device_templates.formats import Conversion, Format
from claimstack.device_templates.outcome import Converted, Outcome
from claimstack.wire import v3

PROVISIONER = "microchip"
NOTE = (
    "A manifest proves who a device is and holds no root keys: the device joins only once its keys come from"
    " a side file or from a crypto server."
)
DUPLICATE = ("duplicate", "the same chip stands in an earlier entry")
_PATHS = ("ids.join_eui", "provisioner_id", "provisioning_data", "root_keys.root_key_id", "supports_join")
_PATHS_WITH_DEV_EUI = ("ids.device_id", "ids.dev_eui", *_PATHS)


class _Reader:
    def __init__(self, format_id: str, conversion: Conversion) -> None:
        self._elements = manifest_elements()
        self._entries = Entries(Terms(format_id, conversion.trust, conversion.now, conversion.strict))
        self._chips = Chips()

    @property
    def over(self) -> bool:
        return self._elements.over

    def feed(self, chunk: bytes) -> Iterator[Outcome]:
        for found in self._elements.feed(chunk):
            yield self._outcome(found) if isinstance(found, Element) else found

    def close(self) -> Iterator[Outcome]:
        yield from self._elements.close()

    def _outcome(self, element: Element) -> Outcome:
        try:
            chip = self._entries.chip(element.text, element.position)
        except Mistake as mistake:
            return mistake.at(element.place)
        return of_chip(chip, element.place) if self._chips.new(chip.serial) else Wrong(element.place, *DUPLICATE)


def of_chip(chip: Chip, place: Place) -> Converted:
    """The template of a chip."""
    device = v3.EndDevice(provisioner_id=PROVISIONER, supports_join=True)
    device.ids.join_eui = chip.join_eui
    put_statement(device, chip)
    if chip.dev_eui:
        device.ids.dev_eui, device.ids.device_id = chip.dev_eui, device_id_of(chip.dev_eui)
    mask = FieldMask(paths=_PATHS_WITH_DEV_EUI if chip.dev_eui else _PATHS)
    template = v3.EndDeviceTemplate(end_device=device, field_mask=mask, mapping_key=chip.serial)
    return Converted(template, place, chip.warnings, chip.serial)


def put_statement(device: v3.EndDevice, chip: Chip) -> None:
    """What the maker states about the chip, and by what name its Join Server finds the keys."""
    device.root_keys.root_key_id = chip.serial
    _fill_struct(device.provisioning_data, chip.statement)


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
