"""Device files of The Things Stack in JSON: lists and sequences, codes and keys, and mistakes in place."""

import json
from typing import Any

import pytest

from tests.device_templates.conversions import SAMPLES, devices, ids, outcomes, with_samples, wrong

JSON = "the-things-stack"
DEVICE: dict[str, Any] = {
    "ids": {"device_id": "sensor-1", "dev_eui": "0004A310001FF9DA", "join_eui": "70B3D57ED0000000"},
    "lorawan_version": "MAC_V1_0_2",
    "frequency_plan_id": "EU_863_870",
    "supports_join": True,
    "root_keys": {"app_key": {"key": "0102030405060708090A0B0C0D0E0F10"}},
    "claim_authentication_code": {"value": "ABCD", "valid_from": "2021-03-01T00:00:00Z"},
}


def test_a_device_is_read_with_its_keys_and_its_claim_code() -> None:
    (device,) = devices(JSON, json.dumps([DEVICE]).encode())
    assert device.root_keys.app_key.key == bytes.fromhex("0102030405060708090A0B0C0D0E0F10")
    assert device.claim_authentication_code.value == "ABCD"
    assert device.claim_authentication_code.valid_from.ToJsonString() == "2021-03-01T00:00:00Z"


def test_the_mask_names_what_is_set_without_application_and_times() -> None:
    device = {**DEVICE, "created_at": "0001-01-01T00:00:00Z", "updated_at": "2021-03-01T00:00:00Z"}
    device["ids"] = {**DEVICE["ids"], "application_ids": {"application_id": "maker-app"}}
    (found,) = outcomes(JSON, json.dumps(device).encode())
    template = found.template  # type: ignore[union-attr]
    assert not template.end_device.HasField("created_at")
    assert sorted(template.field_mask.paths) == [
        "claim_authentication_code.valid_from",
        "claim_authentication_code.value",
        "frequency_plan_id",
        "ids.dev_eui",
        "ids.device_id",
        "ids.join_eui",
        "lorawan_version",
        "root_keys.app_key.key",
        "supports_join",
    ]


def test_devices_one_after_the_other_are_read_too() -> None:
    second = {"ids": {"dev_eui": "0004A310001FF9DB"}}
    file = json.dumps(DEVICE) + "\n" + json.dumps(second)
    assert ids(outcomes(JSON, file.encode())) == ["sensor-1", "eui-0004a310001ff9db"]


MISTAKES = [
    ('{"ids": {"device_id": "sensor-2", "dev_eui": "00"}}', "parse_end_device", "`ids.dev_eui`: expected 16"),
    ('{"ids": {"device_id": "Sensor"}}', "parse_end_device", "`ids.device_id`: expected 3 to 36"),
    ('{"ids": {"dev_eui": "0000000000000000"}}', "parse_end_device", "`ids`: expected an id or a DevEUI"),
    ("{}", "parse_end_device", "`ids`: expected an id or a DevEUI"),
    ("7", "parse_json", "expected an object"),
    ('{"ids": {}, "ids": {}}', "parse_json", "an object has the same member twice"),
    ('{"ids": {"device_id": "sensor-2",}}', "parse_json", "Expecting property name"),
]


@pytest.mark.parametrize(("text", "name", "reason"), MISTAKES)
def test_a_mistake_is_named_by_its_entry_and_the_others_go_in(text: str, name: str, reason: str) -> None:
    found = outcomes(JSON, f'[{json.dumps(DEVICE)},\n{text},\n{{"ids":{{"device_id":"sensor-3"}}}}]'.encode())
    ((place, was, why),) = wrong(found)
    assert place.startswith("entry 1, line 2")
    assert was == name
    assert why.startswith(reason)
    assert ids(found) == ["sensor-1", "sensor-3"]


@with_samples
def test_the_real_export_is_read() -> None:
    found = outcomes(JSON, (SAMPLES / "tts-devices.json").read_bytes())
    assert wrong(found) == []
    assert ids(found) == ["migration-test-device", "some-nice-id", "this-is-test-id"]
