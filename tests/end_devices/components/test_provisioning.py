"""Provisioning from a maker's manifest: devices get the identifiers that were asked for, and nothing is kept."""

import json
from collections.abc import AsyncIterator

import pytest

from claimstack.calls import Call
from claimstack.device_templates import MAHTN_T, TNGLORA
from claimstack.device_templates.service import EndDeviceTemplateConverter
from claimstack.edge.json_codec import decode
from claimstack.end_devices.components.provisioning import provisioned
from claimstack.errors import Invalid, NotFound
from claimstack.identity import ANONYMOUS
from claimstack.wire import v3
from tests.device_templates.microchip.maker import maker
from tests.support.devices import a_call

JOIN_EUI, SERIALS = bytes.fromhex("70B3D57ED0000001"), ("0123aabbccddeeff27", "0123aabbccddeefe27")
Request = v3.ProvisionEndDevicesRequest


def manifest(form: str) -> bytes:
    made = maker()
    euis = ("0004A31000AABB01", "0004A31000AABB02")
    return json.dumps([made.entry(made.payload(s, e, form)) for s, e in zip(SERIALS, euis, strict=True)]).encode()


async def microchip(data: bytes, with_dev_eui: bool, call: Call) -> AsyncIterator[v3.EndDevice]:
    converter = EndDeviceTemplateConverter(decode(v3.EndDevice), maker().trust)
    asked = v3.ConvertEndDeviceTemplateRequest(format_id=TNGLORA if with_dev_eui else MAHTN_T, data=data)
    async for template in converter.Convert(asked, call):
        yield template.end_device


async def devices(request: v3.ProvisionEndDevicesRequest) -> list[v3.EndDevice]:
    found = provisioned({"microchip": microchip}, request, a_call(ANONYMOUS))
    return [device async for device in found]


def asked(form: str, **ways: object) -> v3.ProvisionEndDevicesRequest:
    ids = v3.ApplicationIdentifiers(application_id="maker-app")
    data = {"application_ids": ids, "provisioner_id": "microchip", "provisioning_data": manifest(form)}
    return Request(**data, **ways)  # type: ignore[arg-type]


async def test_identifiers_come_from_the_file() -> None:
    found = await devices(asked("B", from_data=Request.IdentifiersFromData(join_eui=JOIN_EUI)))
    assert [one.ids.device_id for one in found] == ["eui-0004a31000aabb01", "eui-0004a31000aabb02"]
    assert {one.ids.join_eui for one in found} == {JOIN_EUI}
    assert [one.root_keys.root_key_id for one in found] == list(SERIALS)
    assert {one.ids.application_ids.application_id for one in found} == {"maker-app"}


async def test_identifiers_count_up() -> None:
    first = bytes.fromhex("0004A310000000FF")
    found = await devices(asked("MAHTN-T", range=Request.IdentifiersRange(join_eui=JOIN_EUI, start_dev_eui=first)))
    assert [one.ids.dev_eui.hex() for one in found] == ["0004a310000000ff", "0004a31000000100"]


async def test_identifiers_are_listed() -> None:
    wanted = [v3.EndDeviceIdentifiers(device_id=f"chip-{n}", dev_eui=bytes(7) + bytes([n])) for n in (1, 2)]
    found = await devices(asked("MAHTN-T", list=Request.IdentifiersList(join_eui=JOIN_EUI, end_device_ids=wanted)))
    assert [(one.ids.device_id, one.ids.dev_eui[-1]) for one in found] == [("chip-1", 1), ("chip-2", 2)]
    short = asked("MAHTN-T", list=Request.IdentifiersList(join_eui=JOIN_EUI, end_device_ids=wanted[:1]))
    with pytest.raises(Invalid, match="end_devices_exhausted"):
        await devices(short)


async def test_one_way_must_be_chosen_and_the_provisioner_known() -> None:
    with pytest.raises(Invalid, match="list, range or from_data"):
        await devices(asked("B"))
    with pytest.raises(NotFound, match="provisioner_not_found"):
        await devices(Request(provisioner_id="acme"))
