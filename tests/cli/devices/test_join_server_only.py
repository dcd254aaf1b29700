"""Devices on the Join Server only: registered with the client's Network and Application Server switched off."""

import json

import pytest

from tests.cli.person_at_terminal import Terminal
from tests.device_templates.conversions import SAMPLES, with_samples
from tests.device_templates.microchip.maker import maker as chip_maker
from tests.support.house import House, fresh

ALONE = ["--network-server-enabled=false", "--application-server-enabled=false"]


@pytest.mark.parametrize(("version", "keys"), [("1.0.2", {"app_key"}), ("1.1.0", {"app_key", "nwk_key"})])
def test_a_device_gets_root_keys_and_a_claim_code(
    house: House, maker: Terminal, maker_app: str, version: str, keys: set[str]
) -> None:
    device, eui = fresh("sensor"), f"0004A3100051{'10' if version == '1.0.2' else '11'}{fresh('0')[2:]:0>2}"[:16]
    words = ["--dev-eui", eui, "--join-eui", "70B3D57ED0000000", "--lorawan-version", version]
    made = maker.gets(
        "end-devices",
        "create",
        maker_app,
        device,
        *words,
        *ALONE,
        "--with-root-keys",
        "--with-claim-authentication-code",
    )
    assert set(made["root_keys"]) - {"root_key_id"} == keys
    assert made["claim_authentication_code"]["value"]
    shown = maker.gets("end-devices", "get", maker_app, device, *ALONE, "--root-keys", "--claim-authentication-code")
    assert {name: shown["root_keys"][name]["key"] for name in keys} == {
        name: made["root_keys"][name]["key"] for name in keys
    }
    key = maker.gets("applications", "api-keys", "create", maker_app, "--right-application-all")["key"]
    for component in ("ns", "as"):
        path = f"/{component}/applications/{maker_app}/devices/{device}?field_mask=session"
        assert house.api("GET", path, token=key).status_code == 404


def test_a_manifest_of_nobody_we_trust_provisions_nothing(maker: Terminal, maker_app: str) -> None:
    (maker.home / "manifest.json").write_text(json.dumps([chip_maker().entry()]))
    words = ["--application-id", maker_app, "--join-eui", "70B3D57ED0000000", "--local-file", "manifest.json"]
    said = maker.fails("end-devices", "provision", *words, "--provisioner-id", "microchip")
    assert "entry 0" in said
    assert "provisioner_not_found" in maker.fails("end-devices", "provision", *words, "--provisioner-id", "acme")


@with_samples
@pytest.mark.parametrize("way", ["from_data", "range"])
def test_a_manifest_provisions_devices_that_can_be_registered(maker: Terminal, maker_app: str, way: str) -> None:
    name, more = PROVISIONED[way]
    words = ["--application-id", maker_app, "--join-eui", "EC656E0000000002", "--local-file", str(SAMPLES / name)]
    devices = maker.gets("end-devices", "provision", *words, "--provisioner-id", "microchip", *more)
    assert len(devices) == 2
    assert maker.run("end-devices", "get", maker_app, devices[0]["ids"]["device_id"]).status == 255  # nothing is kept
    for device in devices:
        assert device["ids"]["join_eui"] == "EC656E0000000002"
        maker.does("end-devices", "create", *ALONE, given=json.dumps(device))
        shown = maker.gets(
            "end-devices", "get", maker_app, device["ids"]["device_id"], *ALONE, "--provisioner-id",
            "--root-keys.root-key-id",
        )  # fmt: skip
        assert shown["provisioner_id"] == "microchip"
        assert shown["root_keys"]["root_key_id"] == device["root_keys"]["root_key_id"]
        maker.does("end-devices", "delete", maker_app, device["ids"]["device_id"])


PROVISIONED = {
    "from_data": ("microchip-atecc608a-tnglora-b-and-c.json", ()),
    "range": ("microchip-atecc608a-mahtn-t-example.json", ("--start-dev-eui", "0004A310000000FF")),
}
