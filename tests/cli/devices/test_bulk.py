"""Imports at the terminal: what is wrong is named, codes go to a file of their owner, jobs can be come back to."""

import csv
import itertools
import json
import stat

import pytest

from tests.cli.person_at_terminal import Terminal
from tests.device_templates.conversions import SAMPLES, with_samples
from tests.imports.jobs import dev_eui, line, table

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True, scope="module")
_numbers = itertools.count(700_000, 1000)
CSV = ("--format", "the-things-stack-csv")


def bring(maker: Terminal, app: str, file: bytes, *more: str) -> tuple[dict[str, object], str, int]:
    (maker.home / "devices.csv").write_bytes(file)
    said = maker.run("end-devices", "import", app, *CSV, *more, "devices.csv")
    return json.loads(said.out or "{}"), said.err, said.status


def test_it_works(maker: Terminal, maker_app: str) -> None:
    first = next(_numbers)
    job, _, status = bring(maker, maker_app, table(line(first + n) for n in range(10)))
    assert (job["state"], job["rows_created"], status) == ("IMPORT_DONE", "10", 0)
    assert maker.gets("dev", "get", maker_app, f"sensor-{first}", "--name")["name"] == f"Sensor {first}"


def test_wrong_rows_are_named_by_line(maker: Terminal, maker_app: str) -> None:
    first = next(_numbers)
    job, said, status = bring(maker, maker_app, table([line(first), line(first + 1, app_key="secret-typo")]))
    assert (job["rows_created"], job["rows_failed"], status) == ("1", "1", 255)
    assert "line=3" in said
    assert "app_key" in said
    assert "secret-typo" not in said


def test_devices_of_a_server_that_is_reached_by_ipv6_go_in_without_an_address(maker: Terminal, maker_app: str) -> None:
    first = next(_numbers)
    job, _, status = bring(maker, maker_app, table([line(first)]), "--join-server-grpc-address", "[2001:db8::1]:1884")
    assert (job["rows_created"], status) == ("1", 0)


def test_codes_go_to_a_file_that_only_its_owner_reads(maker: Terminal, maker_app: str) -> None:
    first = next(_numbers)
    bring(maker, maker_app, table([line(first)]), "--set-claim-authentication-code", "--codes-file", "codes.csv")
    path = maker.home / "codes.csv"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with path.open() as file:
        (row,) = csv.DictReader(file)
    assert row["dev_eui"] == dev_eui(first)
    assert len(row["claim_authentication_code"]) == 16
    assert row["qr_code"].endswith(f":O{row['claim_authentication_code']}")


def test_a_file_of_codes_is_never_overwritten(maker: Terminal, maker_app: str) -> None:
    (maker.home / "codes.csv").write_text("precious")
    _, said, status = bring(maker, maker_app, table([line(next(_numbers))]), "--codes-file", "codes.csv")
    assert status == 255
    assert "exists already" in said
    assert (maker.home / "codes.csv").read_text() == "precious"


def test_one_can_come_back_to_an_import_for_its_codes(maker: Terminal, maker_app: str) -> None:
    job, _, _ = bring(maker, maker_app, table([line(next(_numbers))]), "--set-claim-authentication-code")
    maker.does("end-devices", "import", maker_app, "--import-id", str(job["import_id"]), "--codes-file", "later.csv")
    assert len((maker.home / "later.csv").read_text().splitlines()) == 2


@with_samples
def test_a_manifest_says_that_it_holds_no_root_keys_and_takes_them_from_a_side_file(
    maker: Terminal, maker_app: str
) -> None:
    (maker.home / "keys.csv").write_text(f"dev_eui,app_key\n0004A310001FF9DA,{5:032X}\n")
    manifest = str(SAMPLES / "microchip-atecc608a-tnglora-b-and-c.json")
    said = maker.run(
        "end-devices", "import", maker_app, "--format", "microchip-atecc608a-tnglora",
        "--set-claim-authentication-code", "--keys-file", "keys.csv", manifest,
    )  # fmt: skip
    job = json.loads(said.out)
    assert "holds no root keys" in said.err
    assert job["rows_created"] == "2"
    device = maker.gets("dev", "get", maker_app, "eui-0004a310001ff9da", "--root-keys", "--provisioner-id")
    assert device["root_keys"]["app_key"]["key"] == f"{5:032X}"
    assert device["provisioner_id"] == "microchip"


@with_samples
def test_chips_without_a_dev_eui_go_in_with_a_range_of_them(maker: Terminal, maker_app: str) -> None:
    manifest = str(SAMPLES / "microchip-atecc608a-mahtn-t-example.json")
    words = ("end-devices", "import", maker_app, "--format", "microchip-atecc608a-mahtn-t")
    refused = maker.run(*words, manifest)
    assert (refused.status, json.loads(refused.out)["rows_failed"]) == (255, "2")
    assert "no_dev_eui" in refused.err
    start = dev_eui(next(_numbers))
    job = json.loads(
        maker.run(*words, "--start-dev-eui", start, "--default-join-eui", "EC656E0000000001", manifest).out
    )
    assert job["rows_created"] == "2"
    device = maker.gets("dev", "get", maker_app, f"eui-{start.lower()}", "--root-keys.root-key-id", "--provisioner-id")
    assert device["ids"]["join_eui"] == "EC656E0000000001"
    assert device["provisioner_id"] == "microchip"
    assert device["root_keys"]["root_key_id"].startswith("0123")


def test_a_wrong_file_of_keys_is_refused_before_anything_is_done(maker: Terminal, maker_app: str) -> None:
    (maker.home / "keys.csv").write_text("dev_eui,app_key\n0004A310001FF9DA,not-a-key\n")
    first = next(_numbers)
    more = "--keys-file", "keys.csv", "--codes-file", "none.csv"
    _, said, status = bring(maker, maker_app, table([line(first)]), *more)
    assert status == 255
    assert "line 2" in said
    assert not (maker.home / "none.csv").exists()
    assert maker.run("dev", "get", maker_app, f"sensor-{first}").status == 255
