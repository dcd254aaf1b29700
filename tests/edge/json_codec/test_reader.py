"""Reading JSON: the spellings that the contract accepts beyond the standard mapping."""

from typing import Any

import pytest
from google.protobuf.message import Message

from claimstack.edge.json_codec import decode
from claimstack.errors import Invalid
from claimstack.wire import v3


def read(message_class: type[Message], value: Any) -> Any:
    return decode(message_class)(value)


@pytest.mark.parametrize("spelling", ["MAC_V1_0_3", "V1_0_3", "1.0.3", 5, "5", 5.0])
def test_an_enum_is_read_by_name_short_name_alias_and_number(spelling: Any) -> None:
    assert read(v3.EndDevice, {"lorawan_version": spelling}).lorawan_version == v3.MAC_V1_0_3


def test_an_alias_of_a_name_goes_before_its_number() -> None:
    assert read(v3.EndDevice, {"lorawan_version": "1.1"}).lorawan_version == v3.MAC_V1_1


@pytest.mark.parametrize("spelling", ["1.0.2-b", "PHY_V1_0_2_REV_B", "RP001_V1_0_2_REV_B"])
def test_regional_parameters_have_older_names(spelling: str) -> None:
    assert read(v3.EndDevice, {"lorawan_phy_version": spelling}).lorawan_phy_version == v3.PHY_V1_0_2_REV_B


@pytest.mark.parametrize("number", [2**31, -(2**31) - 1, 1.5, True, "", [], "mac_v1_0_3"])
def test_what_is_no_enum_value_is_refused(number: Any) -> None:
    with pytest.raises(Invalid, match="one of MAC_UNKNOWN"):
        read(v3.EndDevice, {"lorawan_version": number})


def test_a_number_of_a_newer_release_is_kept() -> None:
    assert read(v3.EndDevice, {"lorawan_version": 99}).lorawan_version == 99


@pytest.mark.parametrize("value", [868_100_000, "868100000", {"value": 868_100_000}, {"value": "868100000"}])
def test_a_wrapper_is_read_bare_and_as_an_object(value: Any) -> None:
    assert read(v3.MACSettings, {"rx2_frequency": value}).rx2_frequency.value == 868_100_000


@pytest.mark.parametrize("value", [False, {"value": False}, {}])
def test_a_wrapper_of_nothing_is_there(value: Any) -> None:
    assert read(v3.EndDevice, {"skip_payload_crypto_override": value}).HasField("skip_payload_crypto_override")


def test_a_wrapper_of_an_enum_takes_its_spellings() -> None:
    assert read(v3.MACSettings, {"rx1_delay": "RX_DELAY_5"}).rx1_delay.value == 5
    assert read(v3.MACSettings, {"rx1_delay": 5}) == read(v3.MACSettings, {"rx1_delay": "5"})


@pytest.mark.parametrize("mask", ["name,ids.dev_eui", {"paths": ["name", "ids.dev_eui"]}, "name,ids.devEui"])
def test_a_mask_is_read_as_text_and_as_an_object(mask: Any) -> None:
    request = read(v3.UpdateEndDeviceRequest, {"field_mask": mask})
    assert list(request.field_mask.paths) == ["name", "ids.dev_eui"]


def test_a_free_form_object_keeps_its_shape() -> None:
    value: dict[str, object] = {"a": [1.5, None, True, "x", {"b": {}}]}
    data = read(v3.EndDevice, {"provisioning_data": value}).provisioning_data
    assert data["a"][0] == 1.5
    assert data.fields["a"].list_value.values[1].HasField("null_value")
    assert data.fields["a"].list_value.values[4].struct_value.fields["b"].HasField("struct_value")


@pytest.mark.parametrize("value", [{"@type": "type.googleapis.com/nothing.Known"}, {"name": "x"}, {"@type": 1}, []])
def test_a_packed_message_must_be_of_a_known_type(value: Any) -> None:
    with pytest.raises(Invalid, match=r"details\.0"):
        read(v3.ErrorDetails, {"details": [value]})


def test_a_packed_message_is_read_by_its_type() -> None:
    packed = {"@type": "type.googleapis.com/ttn.lorawan.v3.EndDeviceIdentifiers", "dev_eui": "0004A310001FF9E0"}
    details = read(v3.ErrorDetails, {"details": [packed]}).details[0]
    unpacked = v3.EndDeviceIdentifiers()
    assert details.Unpack(unpacked)
    assert unpacked.dev_eui == bytes.fromhex("0004A310001FF9E0")


def test_a_packed_time_stands_under_value() -> None:
    packed = {"@type": "type.googleapis.com/google.protobuf.Duration", "value": "1.5s"}
    assert read(v3.ErrorDetails, {"details": [packed]}).details[0].type_url.endswith("Duration")


def test_mistakes_in_maps_and_messages_in_lists_are_named_by_key_and_position() -> None:
    with pytest.raises(Invalid, match=r"attributes\.a"):
        read(v3.EndDevice, {"attributes": {"a": 1}})
    with pytest.raises(Invalid, match=r"queued_application_downlinks\.1\.f_port"):
        read(v3.EndDevice, {"queued_application_downlinks": [{}, {"f_port": -1}]})
    with pytest.raises(Invalid, match=r"provisioning_data\.a\.0"):
        read(v3.EndDevice, {"provisioning_data": {"a": [10**400]}})
