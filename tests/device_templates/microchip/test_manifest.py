"""Manifests of secure elements: what is read from a good one, and which warnings it comes with."""

import json
from typing import Any

import pytest

from claimstack.device_files import MAHTN_T, TNGLORA
from claimstack.device_templates import Converted, Trust
from claimstack.device_templates.outcome import Outcome
from tests.device_templates.conversions import SAMPLES, ids, outcomes, pieces, with_samples, wrong
from tests.device_templates.microchip.maker import (
    DEV_EUI,
    OTHER_DEV_EUI,
    OTHER_SERIAL,
    SERIAL,
    LogSignerKey,
    maker,
)


def manifest(*entries: Any) -> bytes:
    return json.dumps(list(entries)).encode()


def read(*entries: Any, format_id: str = TNGLORA, **given: Any) -> list[Outcome]:
    return outcomes(format_id, manifest(*entries), **{"trust": maker().trust, **given})


def good(found: list[Outcome]) -> Converted:
    assert isinstance(found[0], Converted), found
    return found[0]


@pytest.mark.parametrize("form", ["B", "C"])
def test_both_generations_of_tnglora_give_a_device_that_supports_join(form: str) -> None:
    made = maker()
    template = good(read(made.entry(made.payload(form=form)))).template
    device = template.end_device
    assert (device.ids.device_id, device.ids.dev_eui.hex().upper()) == ("eui-0004a31000aabb01", DEV_EUI)
    assert device.ids.join_eui.hex() == "70b3d57ed0000000"
    assert (device.provisioner_id, device.root_keys.root_key_id, template.mapping_key) == ("microchip", SERIAL, SERIAL)
    assert device.supports_join
    assert not device.root_keys.HasField("app_key")
    assert list(template.field_mask.paths) == [
        "ids.device_id",
        "ids.dev_eui",
        "ids.join_eui",
        "provisioner_id",
        "provisioning_data",
        "root_keys.root_key_id",
        "supports_join",
    ]


def test_the_whole_payload_is_kept_for_the_provisioner() -> None:
    made = maker()
    data = good(read(made.entry())).template.end_device.provisioning_data
    assert data.fields["version"].number_value == 1
    key = data.fields["publicKeySet"].struct_value.fields["keys"].list_value.values[0].struct_value
    assert key.fields["crv"].string_value == "P-256"


def test_a_mahtn_t_chip_has_no_dev_eui_yet() -> None:
    made = maker()
    template = good(read(made.entry(made.payload(form="MAHTN-T")), format_id=MAHTN_T)).template
    assert not template.end_device.ids.dev_eui
    assert not template.end_device.ids.device_id
    assert template.mapping_key == SERIAL
    assert "ids.dev_eui" not in template.field_mask.paths


def test_the_join_eui_is_the_one_that_the_chip_shows_in_slot_9() -> None:
    made = maker()
    shown = {"publicData": [{"zone": "data", "slot": 9, "offset": 0, "data": "ASNFZ4mrze8AAAAA"}]}
    template = good(read(made.entry(made.payload(modelInfo=shown)))).template
    assert template.end_device.ids.join_eui.hex() == "0123456789abcdef"


def test_an_old_entry_without_header_and_with_padded_coordinates_is_read() -> None:
    made = maker()
    payload = made.payload()
    key = payload["publicKeySet"]["keys"][0]
    key["x"], key["y"] = key["x"] + "=", key["y"] + "="
    entry = made.entry(payload)
    del entry["header"]
    assert ids(read(entry)) == ["eui-0004a31000aabb01"]


@pytest.mark.parametrize("size", [1, 1000])
def test_a_wrong_entry_is_named_by_its_index_and_the_others_go_in(size: int) -> None:
    made = maker()
    bad = made.entry(made.payload(), signature="AAAA")
    last = made.entry(made.payload(OTHER_SERIAL, OTHER_DEV_EUI))
    found = outcomes(TNGLORA, pieces(manifest(made.entry(), bad, last), size), trust=made.trust)
    assert [(name, place.split(",")[0]) for place, name, _ in wrong(found)] == [("signature", "entry 1")]
    assert ids(found) == ["eui-0004a31000aabb01", "eui-0004a31000aabb02"]


def test_a_manifest_that_is_cut_off_gives_what_came_before() -> None:
    file = manifest(maker().entry(), maker().entry())[:-100]
    found = outcomes(TNGLORA, file, trust=maker().trust)
    assert ids(found) == ["eui-0004a31000aabb01"]
    assert [(name, reason) for _, name, reason in wrong(found)] == [("parse_json", "Unterminated string")]


@pytest.mark.parametrize("file", [b"{}", b"", b'"x"', b"\xff\xfe"])
def test_what_is_no_list_is_no_manifest(file: bytes) -> None:
    assert [name for _, name, _ in wrong(outcomes(TNGLORA, file))] == ["parse_json"]


def test_a_manifest_of_a_present_signer_has_no_warnings_and_passes_strictly() -> None:
    found = read(maker().entry(), strict=True)
    assert good(found).warnings == ()


def expired_signer() -> tuple[LogSignerKey, Trust]:
    signer = LogSignerKey("Old Log Signer", years=(-3, 0))
    return signer, maker().trust.with_signers(signer.pem)


def test_dates_are_reported_and_enforced_only_strictly() -> None:
    signer, trust = expired_signer()
    entry = maker().entry(header=signer.header, key=signer.key)
    assert good(read(entry, trust=trust)).warnings == ("Old Log Signer expired on 2026-05-01",)
    ((_, name, reason),) = wrong(read(entry, trust=trust, strict=True))
    assert (name, reason) == ("expired", "Old Log Signer expired on 2026-05-01")


LATE = [
    (
        "2026-05-02T00:00:00Z",
        "Old Log Signer signs from 2023-05-02 to 2026-05-01, the chip was provisioned on 2026-05-02",
    ),
    ("2027-05-02T00:00:00Z", "the chip was provisioned in the future"),
    ("2024-05-02T00:00:00Z", "the chip's certificate was not valid when it was provisioned"),
]


@pytest.mark.parametrize(("moment", "warning"), LATE)
def test_every_date_that_is_out_of_range_is_told(moment: str, warning: str) -> None:
    signer, trust = expired_signer()
    entry = maker().entry(maker().payload(provisioningTimestamp=moment), signer.header, signer.key)
    assert warning in good(read(entry, trust=trust)).warnings


@with_samples
def test_the_real_manifests_are_read_with_the_signers_that_the_package_carries() -> None:
    found = outcomes(TNGLORA, (SAMPLES / "microchip-atecc608a-tnglora-b-and-c.json").read_bytes())
    assert ids(found) == ["eui-0004a310001ff9da", "eui-0004a310001aa90a"]
    assert [one.template.mapping_key for one in found if isinstance(one, Converted)] == [
        "01238ebe20080bd527",
        "0123114e171b98b427",
    ]
    mahtn_t = outcomes(MAHTN_T, (SAMPLES / "microchip-atecc608a-mahtn-t-example.json").read_bytes())
    assert [one.template.mapping_key for one in mahtn_t if isinstance(one, Converted)] == [
        "0123d34fb176c66f27",
        "012350172871677127",
    ]
    warnings = [one.warnings[0] for one in mahtn_t if isinstance(one, Converted)]
    assert all(warning.endswith("the chip was provisioned on 2019-01-11") for warning in warnings)


@with_samples
@pytest.mark.parametrize(("format_id", "name"), [(TNGLORA, "tnglora-b-and-c"), (MAHTN_T, "mahtn-t-example")])
def test_the_real_manifests_are_too_old_for_a_strict_reader(format_id: str, name: str) -> None:
    found = outcomes(format_id, (SAMPLES / f"microchip-atecc608a-{name}.json").read_bytes(), strict=True)
    assert [name for _, name, _ in wrong(found)] == ["expired", "expired"]


@with_samples
def test_the_real_manifest_with_a_damaged_signature_is_refused() -> None:
    found = outcomes(TNGLORA, (SAMPLES / "microchip-atecc608a-tnglora-bad-signature.json").read_bytes())
    assert [name for _, name, _ in wrong(found)] == ["signature"]
    assert len(found) == 1


@with_samples
def test_a_mahtn_t_signer_is_not_believed_for_tnglora() -> None:
    found = outcomes(TNGLORA, (SAMPLES / "microchip-atecc608a-mahtn-t-example.json").read_bytes())
    assert [name for _, name, _ in wrong(found)] == ["unknown_key_id", "unknown_key_id"]
