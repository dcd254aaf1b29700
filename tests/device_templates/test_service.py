"""The converter as a service: its formats, templates of what is good, and one error for what is not."""

import asyncio
import contextlib
import json

import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.device_files import TNGLORA
from claimstack.device_templates.service import EndDeviceTemplateConverter
from claimstack.edge import rules
from claimstack.edge.json_codec import decode
from claimstack.errors import Invalid, NotFound
from claimstack.wire import v3
from tests.device_templates.conversions import NOW
from tests.device_templates.microchip.maker import maker

CSV = "the-things-stack-csv"


def service(**given: object) -> EndDeviceTemplateConverter:
    return EndDeviceTemplateConverter(decode(v3.EndDevice), **given)  # type: ignore[arg-type]


def call() -> Call:
    return Call(method="ttn.lorawan.v3.EndDeviceTemplateConverter/Convert", now=NOW)


async def converted(
    format_id: str, data: bytes, into: list[str], served: EndDeviceTemplateConverter | None = None
) -> None:
    request = v3.ConvertEndDeviceTemplateRequest(format_id=format_id, data=data)
    templates = (served or service()).Convert(request, call())
    async for template in templates:
        ids = template.end_device.ids
        into.append(ids.device_id)


async def test_the_formats_are_listed_as_the_contract_has_it() -> None:
    answer = await service().ListFormats(Empty(), call())
    assert sorted(answer.formats) == [
        "microchip-atecc608a-mahtn-t",
        "microchip-atecc608a-tnglora",
        "the-things-stack",
        "the-things-stack-csv",
        "the-things-stack-xlsx",
    ]
    assert answer.formats[TNGLORA].file_extensions == [".json"]
    assert "no root keys" in answer.formats[TNGLORA].description
    rules.check(answer)


async def test_templates_come_in_the_order_of_the_file() -> None:
    found: list[str] = []
    await converted(CSV, b"id\nsensor-1\nsensor-2\n", found)
    assert found == ["sensor-1", "sensor-2"]


async def test_a_format_that_is_not_known_is_not_found() -> None:
    with pytest.raises(NotFound) as refused:
        await converted("spreadsheet", b"", [])
    assert refused.value.attributes == {"format_id": "spreadsheet"}


async def test_one_wrong_entry_becomes_an_error_with_its_place_after_the_good_ones() -> None:
    found: list[str] = []
    with pytest.raises(Invalid) as refused:
        await converted(CSV, b"id;vendor_id\nsensor-1;1\nsensor-2;x\nsensor-3;3\n", found)
    assert found == ["sensor-1", "sensor-3"]
    error = refused.value
    assert (error.namespace, error.name) == ("pkg/devicetemplateconverter", "parse_csv_field")
    assert error.text == "entry 1, line 3, column 2: `vendor_id`: expected a decimal number"
    assert (error.attributes["index"], error.attributes["line"], error.attributes["column"]) == (1, 3, 2)


async def test_many_wrong_entries_are_counted_and_the_first_are_named() -> None:
    found: list[str] = []
    with pytest.raises(Invalid) as refused:
        await converted(CSV, b"id;vendor_id\n" + b"sensor-1;x\n" * 500, found)
    assert found == []
    assert refused.value.name == "entries"
    assert refused.value.attributes["count"] == 500
    named = refused.value.attributes["wrong"]
    assert isinstance(named, list)
    assert len(named) == 20
    assert named[1] == "entry 1, line 3, column 2: `vendor_id`: expected a decimal number"


async def test_signers_are_those_the_service_was_given() -> None:
    manifest = json.dumps([maker().entry()]).encode()
    found: list[str] = []
    await converted(TNGLORA, manifest, found, service(trust=maker().trust, strict=True))
    assert found == ["eui-0004a31000aabb01"]
    with pytest.raises(Invalid) as refused:
        await converted(TNGLORA, manifest, [])
    assert refused.value.name == "unknown_key_id"


async def test_make_and_model_of_the_request_go_into_every_template() -> None:
    request = v3.ConvertEndDeviceTemplateRequest(format_id=CSV, data=b"id\nsensor-1\n")
    request.end_device_version_ids.brand_id = "maker"
    (template,) = [one async for one in service().Convert(request, call())]
    assert template.end_device.version_ids.brand_id == "maker"
    assert list(template.field_mask.paths) == ["ids.device_id", "version_ids.brand_id"]


@pytest.mark.parametrize("file", [b"id\n" + b"sensor-1\n" * 1600, b'id\n"' + b"x\n" * (1 << 19)])
async def test_others_get_their_turn_while_a_long_file_is_converted(file: bytes) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    with contextlib.suppress(Invalid):
        await converted(CSV, file, [])
    task.cancel()
    assert turns >= 100
