"""EndDeviceQRCodeGenerator: labels for clients, both ways."""

from collections.abc import Awaitable
from typing import Any

import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.claiming import EndDeviceQRCodeGenerator
from claimstack.clock import from_micros
from claimstack.errors import ClaimstackError
from claimstack.identity import ANONYMOUS, Caller
from claimstack.qr_codes import read_image
from claimstack.wire import v3

GENERATOR = EndDeviceQRCodeGenerator()
SOMEBODY = Caller(kind="user", entity=1, uid="maker", credential="session")
JOIN_EUI, DEV_EUI = bytes.fromhex("70B3D57ED0000000"), bytes.fromhex("0004A310001FF9E0")
LABEL = "LW:D0:70B3D57ED0000000:0004A310001FF9E0:00000000"


def call(caller: Caller = SOMEBODY) -> Call:
    return Call(method="", now=from_micros(0), caller=caller)


def device(code: str = "") -> v3.EndDevice:
    made = v3.EndDevice(ids=v3.EndDeviceIdentifiers(join_eui=JOIN_EUI, dev_eui=DEV_EUI))
    if code:
        made.claim_authentication_code.value = code
    return made


def generating(made: v3.EndDevice, side: int = 0, format_id: str = "tr005") -> v3.GenerateEndDeviceQRCodeRequest:
    request = v3.GenerateEndDeviceQRCodeRequest(format_id=format_id, end_device=made)
    if side:
        request.image.image_size = side
    return request


async def error_of(answer: Awaitable[Any]) -> ClaimstackError:
    with pytest.raises(ClaimstackError) as caught:
        await answer
    return caught.value


async def test_all_formats_are_listed_under_ids_of_the_contract() -> None:
    formats = (await GENERATOR.ListFormats(Empty(), call())).formats
    assert set(formats) == {"tr005", "tr005draft2", "tr005draft3", "deveui"}
    assert list(formats["tr005"].field_mask.paths) == ["claim_authentication_code", "ids"]
    assert formats["tr005"] == await GENERATOR.GetFormat(v3.GetQRCodeFormatRequest(format_id="tr005"), call())


async def test_a_format_that_there_is_not_is_not_found() -> None:
    asks = (
        GENERATOR.GetFormat(v3.GetQRCodeFormatRequest(format_id="none"), call()),
        GENERATOR.Generate(generating(device(), format_id="none"), call()),
        GENERATOR.Parse(v3.ParseEndDeviceQRCodeRequest(format_id="none", qr_code=LABEL.encode()), call()),
    )
    for ask in asks:
        error = await error_of(ask)
        assert (error.code, error.name) == (5, "format_not_found")


async def test_a_label_identifies_without_and_claims_with_the_code() -> None:
    assert (await GENERATOR.Generate(generating(device()), call())).text == LABEL
    assert (await GENERATOR.Generate(generating(device("ABCD")), call())).text == f"{LABEL}:OABCD"


async def test_the_picture_reads_as_the_text() -> None:
    answer = await GENERATOR.Generate(generating(device("ABCD"), 300), call())
    assert answer.image.embedded.mime_type == "image/png"
    assert read_image(answer.image.embedded.data) == [answer.text]


async def test_a_picture_too_small_names_the_smallest_that_works() -> None:
    error = await error_of(GENERATOR.Generate(generating(device("ABCD"), 20), call()))
    assert (error.code, error.name) == (3, "format")
    assert "at least 74 pixels" in error.text


async def test_a_lower_case_code_cannot_be_put_on_a_label() -> None:
    error = await error_of(GENERATOR.Generate(generating(device("abcd")), call()))
    assert error.code == 3
    assert "lower-case" in error.text
    assert "abcd" not in error.text


@pytest.mark.parametrize("name", ["join_eui", "dev_eui"])
async def test_a_label_needs_both_euis(name: str) -> None:
    made = device()
    made.ids.ClearField(name)
    error = await error_of(GENERATOR.Generate(generating(made), call()))
    assert (error.code, error.name) == (9, f"no_{name}")


async def test_a_label_is_read_into_a_template() -> None:
    text = "LW:D0:70B3D57ED0000000:0004A310001FF9E0:00AB0012:OABCD:S77"
    answer = await GENERATOR.Parse(v3.ParseEndDeviceQRCodeRequest(qr_code=text.encode()), call())
    read = answer.end_device_template.end_device
    assert answer.format_id == "tr005"
    assert (read.ids.join_eui, read.ids.dev_eui) == (JOIN_EUI, DEV_EUI)
    assert (read.claim_authentication_code.value, read.serial_number) == ("ABCD", "77")
    assert (read.lora_alliance_profile_ids.vendor_id, read.lora_alliance_profile_ids.vendor_profile_id) == (0xAB, 0x12)
    assert list(answer.end_device_template.field_mask.paths) == ["claim_authentication_code", "ids"]


async def test_a_bare_dev_eui_is_read_too() -> None:
    answer = await GENERATOR.Parse(v3.ParseEndDeviceQRCodeRequest(qr_code=b"0004A310001FF9E0"), call())
    assert answer.end_device_template.end_device == v3.EndDevice(ids=v3.EndDeviceIdentifiers(dev_eui=DEV_EUI))


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("https://example.com", "unknown_format", "the beginning"),
        ("LW:D0:70B3D57ED0000000", "format", "part 4 (DevEUI)"),
    ],
)
async def test_what_cannot_be_read_is_refused_with_the_place(text: str, name: str, place: str) -> None:
    error = await error_of(GENERATOR.Parse(v3.ParseEndDeviceQRCodeRequest(qr_code=text.encode()), call()))
    assert (error.code, error.name, error.attributes["place"]) == (3, name, place)


async def test_only_who_says_who_they_are_is_served() -> None:
    asks = (
        GENERATOR.ListFormats(Empty(), call(ANONYMOUS)),
        GENERATOR.GetFormat(v3.GetQRCodeFormatRequest(format_id="tr005"), call(ANONYMOUS)),
        GENERATOR.Generate(generating(device()), call(ANONYMOUS)),
        GENERATOR.Parse(v3.ParseEndDeviceQRCodeRequest(qr_code=LABEL.encode()), call(ANONYMOUS)),
    )
    for ask in asks:
        assert (await error_of(ask)).code == 16
