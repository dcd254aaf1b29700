"""Writing JSON: what the contract's own form has that the standard mapping has not."""

from typing import Any

import orjson
from google.protobuf.message import Message

from claimstack.edge.json_codec import encode
from claimstack.wire import v3


def written(message: Message) -> Any:
    return orjson.loads(encode(type(message))(message))


def test_a_device_is_written_with_its_proto_names_and_without_zeros() -> None:
    device = v3.EndDevice(
        ids={"device_id": "sensor-1", "dev_eui": bytes.fromhex("0004A310001FF9E0"), "join_eui": bytes(8)},
        lorawan_version=v3.MAC_V1_0_3,
        min_frequency=863_000_000,
        supports_join=False,
        attributes={"b": "2", "a": "1"},
    )
    device.claim_authentication_code.valid_from.seconds = 1_614_556_800
    assert encode(v3.EndDevice)(device) == (
        b'{"ids":{"device_id":"sensor-1","dev_eui":"0004A310001FF9E0","join_eui":"0000000000000000"},'
        b'"attributes":{"a":"1","b":"2"},"lorawan_version":"MAC_V1_0_3","min_frequency":"863000000",'
        b'"claim_authentication_code":{"valid_from":"2021-03-01T00:00:00Z"}}'
    )


def test_wrappers_are_bare_and_some_enums_are_numbers() -> None:
    settings = v3.MACSettings(
        rx1_delay={"value": 5}, rx2_frequency={"value": 868_100_000}, supports_32_bit_f_cnt={"value": False}
    )
    assert written(settings) == {"rx1_delay": 5, "rx2_frequency": "868100000", "supports_32_bit_f_cnt": False}


def test_a_value_of_several_names_is_written_by_the_first() -> None:
    assert written(v3.EndDevice(lorawan_phy_version=v3.PHY_V1_0)) == {"lorawan_phy_version": "PHY_V1_0"}


def test_a_number_without_a_name_is_written_as_a_number() -> None:
    assert written(v3.EndDevice(lorawan_version=99)) == {"lorawan_version": 99}  # type: ignore[arg-type]


def test_a_mask_is_an_object() -> None:
    request = v3.UpdateEndDeviceRequest(field_mask={"paths": ["ids.dev_eui", "name"]})
    assert written(request) == {"field_mask": {"paths": ["ids.dev_eui", "name"]}}


def test_a_chosen_member_of_a_oneof_is_written_though_it_is_empty() -> None:
    settings = v3.ADRSettings()
    settings.disabled.SetInParent()
    assert written(settings) == {"disabled": {}}


def test_address_blocks_have_their_length_after_a_slash() -> None:
    response = v3.GetDeviceAdressPrefixesResponse(dev_addr_prefixes=[bytes.fromhex("26011B0018")])
    assert written(response) == {"dev_addr_prefixes": ["26011B00/24"]}


def test_a_packed_message_is_unpacked_and_an_unknown_one_shown_packed() -> None:
    details = v3.ErrorDetails()
    details.details.add().Pack(v3.EndDeviceIdentifiers(device_id="sensor-1"))
    details.details.add(type_url="type.googleapis.com/nothing.Known", value=b"\x01")
    details.details.add(type_url=details.details[0].type_url, value=b"\xff")
    details.details.add()
    known = "type.googleapis.com/ttn.lorawan.v3.EndDeviceIdentifiers"
    assert written(details)["details"] == [
        {"@type": known, "device_id": "sensor-1"},
        {"@type": "type.googleapis.com/nothing.Known", "value": "AQ=="},
        {"@type": known, "value": "/w=="},
        {},
    ]


def test_a_free_form_object_is_written_as_it_is() -> None:
    device = v3.EndDevice()
    device.provisioning_data.update({"a": [1, None, True, {"b": "x"}]})
    device.provisioning_data.fields["unset"].SetInParent()
    assert written(device) == {"provisioning_data": {"a": [1, None, True, {"b": "x"}], "unset": None}}
