"""What becomes of an entry of a file: a row with a device to register, or with the reason why there is none."""

from __future__ import annotations

from typing import NamedTuple

from claimstack.device_parts import split
from claimstack.device_templates import Converted, Outcome
from claimstack.edge.imports.checked import CheckedDevices
from claimstack.errors import Invalid
from claimstack.import_rows import (
    FoundRow,
    Order,
    SideKeys,
    complete,
    components_of,
    name_chip,
    put_addresses,
    put_side_keys,
    read_side_keys,
    takes_code,
)
from claimstack.wire import claimstack_v1 as v1


class Way(NamedTuple):
    """What is asked of every entry: what was wished for, the contract's rules, and keys from beside.

    `serials`: DevEUIs from beside, by the serials of chips.
    """

    request: v1.CreateImportRequest
    checked: CheckedDevices
    keys: dict[bytes, SideKeys]
    serials: dict[str, bytes]


def found(outcome: Outcome, way: Way) -> FoundRow:
    """What becomes of an entry: a device to register, or why there is none."""
    request = way.request
    place = outcome.place
    if not isinstance(outcome, Converted):
        return FoundRow(place.line, place.column, outcome.name, outcome.reason, last=outcome.last)
    device, paths = outcome.template.end_device, outcome.template.field_mask.paths
    complete(device, paths, request.defaults)
    if outcome.serial and not device.ids.dev_eui:
        refusal = name_chip(device, paths, request, way.serials.get(outcome.serial, b""), place.index)
        if refusal is not None:
            return FoundRow(place.line, place.column, refusal.name, refusal.text)
    remark = put_side_keys(device, paths, way.keys)
    device.ids.application_ids.CopyFrom(request.application_ids)
    try:
        components = components_of(device, request.components)
        put_addresses(device, paths, components, request.server_address)
        way.checked.check(device)
        wish = split(device, paths, components)
    except Invalid as refusal:
        return FoundRow(place.line, place.column, refusal.name, refusal.text)
    warnings = "; ".join((*outcome.warnings, remark)) if remark else "; ".join(outcome.warnings)
    return FoundRow(place.line, place.column, "", "", warnings, wish, takes_code(device))


def way_of(order: Order) -> Way:
    """As it was ordered."""
    request = v1.CreateImportRequest.FromString(order.request)
    keys = read_side_keys(order.keys)
    serials = {own.serial: dev_eui for dev_eui, own in keys.items() if own.serial}
    return Way(request, CheckedDevices(), keys, serials)
