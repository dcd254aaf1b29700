"""The guide "Make a device claimable" with our client, each command as it is printed there."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from claimstack.qr_codes import read_image
from tests.cli.person_at_terminal import Terminal
from tests.support.house import People

JOIN_EUI = "70B3D57ED0000000"
SETTINGS = [
    "--join-eui", JOIN_EUI, "--lorawan-version", "1.0.3", "--lorawan-phy-version", "1.0.3-a",
    "--frequency-plan-id", "EU_863_870", "--with-root-keys",
]  # fmt: skip
_euis = itertools.count(0x0004A310_001FF9E0)


def moment(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def window(opens: str, closes: str) -> list[str]:
    code = "--claim-authentication-code."
    return [code + "value", "ABCD", code + "valid-from", opens, code + "valid-to", closes]


class Device:
    """A device of the maker whose application may be claimed from."""

    def __init__(self, maker: Terminal, application: str, device_id: str) -> None:
        self.dev_eui = f"{next(_euis):016X}"
        self.ids = [application, device_id]
        self.made = maker.gets("end-devices", "create", *self.ids, "--dev-eui", self.dev_eui, *SETTINGS)
        self.source = ["--source-join-eui", JOIN_EUI, "--source-dev-eui", self.dev_eui]
        self.source += ["--source-authentication-code", "ABCD"]
        self.qr = f"LW:D0:{JOIN_EUI}:{self.dev_eui}:00000000:OABCD"


@pytest.fixture
def device(maker: Terminal, maker_app: str) -> Device:
    maker.does("applications", "claim", "authorize", maker_app)
    made = Device(maker, maker_app, "sensor-1")
    maker.does("end-device", "set", *made.ids, *window(moment(-1), moment(1)))
    return made


def test_the_guide_from_end_to_end(maker: Terminal, owner: Terminal, owner_app: str, people: People) -> None:
    app = f"guide-app-{people.maker.uid}"
    maker.does("applications", "create", app, "--user-id", people.maker.uid)
    assert maker.run("applications", "claim", "authorize", app).out == ""
    device = Device(maker, app, "sensor-1")
    assert device.made["root_keys"]["app_key"]["key"]

    said = maker.run("end-device", "set", *device.ids, *window("2021-03-01T00:00:00Z", "2021-03-31T23:59:59Z"))
    assert said.status == 0
    assert "weak" in said.err
    assert "claim_refused" in owner.fails("end-devices", "claim", owner_app, *device.source)

    maker.does("end-device", "set", *device.ids, *window(moment(-1), moment(1)))
    assert "tr005" in maker.gets("end-devices", "list-qr-formats")["formats"]
    maker.does("end-devices", "generate-qr", *device.ids, "--format-id", "tr005")
    assert read_image((maker.home / "sensor-1.png").read_bytes()) == [device.qr]

    assert owner.gets("end-devices", "claim", owner_app, *device.source) == {
        "device_id": "sensor-1",
        "application_ids": {"application_id": owner_app},
        "join_eui": JOIN_EUI,
        "dev_eui": device.dev_eui,
    }
    assert "end_device_not_found" in maker.fails("end-devices", "get", *device.ids)
    mine = owner.gets("end-devices", "get", owner_app, "sensor-1", "--all")
    assert mine["root_keys"]["app_key"] == device.made["root_keys"]["app_key"]
    assert mine["frequency_plan_id"] == "EU_863_870"
    assert "claim_authentication_code" not in mine


def test_a_qr_line_comes_through_a_pipe(owner: Terminal, owner_app: str, device: Device) -> None:
    assert owner.gets("end-devices", "claim", owner_app, given=f"{device.qr}\r\n")["device_id"] == "sensor-1"


def test_a_photo_of_the_label_will_do(maker: Terminal, owner: Terminal, owner_app: str, device: Device) -> None:
    maker.does("end-devices", "generate-qr", *device.ids, "--folder", str(owner.home), "--size", "200")
    claimed = owner.gets("end-devices", "claim", owner_app, "--image", "sensor-1.png", "--target-device-id", "mine-1")
    assert claimed["device_id"] == "mine-1"


def test_without_a_code_nothing_is_claimed_any_more(
    maker: Terminal, owner: Terminal, owner_app: str, device: Device
) -> None:
    maker.does("end-devices", "set", *device.ids, "--unset", "claim-authentication-code")
    assert "claim_authentication_code" not in maker.gets(
        "end-devices", "get", *device.ids, "--claim-authentication-code"
    )
    assert "claim_refused" in owner.fails("end-devices", "claim", owner_app, *device.source)


def test_unauthorize_closes_the_application(maker: Terminal, owner: Terminal, owner_app: str, device: Device) -> None:
    maker.does("application", "claim", "unauthorize", device.ids[0])
    assert "claim_refused" in owner.fails("end-devices", "claim", owner_app, *device.source)


def test_the_code_is_kept_when_asked(maker: Terminal, owner: Terminal, owner_app: str, device: Device) -> None:
    owner.does("end-devices", "claim", owner_app, *device.source, "--invalidate-authentication-code=false")
    kept = owner.gets("end-devices", "get", owner_app, "sensor-1", "--claim-authentication-code")
    assert kept["claim_authentication_code"]["value"] == "ABCD"


def test_the_same_claim_again_gets_the_same_answer(owner: Terminal, owner_app: str, device: Device) -> None:
    first = owner.gets("end-devices", "claim", owner_app, *device.source)
    assert owner.gets("end-devices", "claim", owner_app, *device.source) == first


def test_a_dry_run_shows_what_would_be_sent_and_claims_nothing(
    maker: Terminal, owner: Terminal, owner_app: str, device: Device
) -> None:
    said = owner.run("end-devices", "claim", owner_app, "--dry-run", given=device.qr)
    assert said.status == 0
    assert "ABCD" not in said.out + said.err
    assert device.dev_eui in said.out
    assert "nothing was claimed" in said.err
    assert maker.gets("end-devices", "get", *device.ids)["ids"]["device_id"] == "sensor-1"


def test_a_dry_run_finds_a_wrong_target_and_a_wrong_label(owner: Terminal, owner_app: str, device: Device) -> None:
    assert "no-such-app" in owner.fails("end-devices", "claim", "no-such-app", "--dry-run", given=device.qr)
    assert "error:" in owner.fails("end-devices", "claim", owner_app, "--dry-run", given="LW:D0:nonsense")


@pytest.mark.parametrize("words", [[], ["--source-join-eui", JOIN_EUI], ["--image", "missing.png"]])
def test_a_claim_without_a_device_says_what_to_give(owner: Terminal, owner_app: str, words: list[str]) -> None:
    assert "error:cli:" in owner.fails("end-devices", "claim", owner_app, *words)


def test_a_file_that_is_no_photo_is_named(owner: Terminal, owner_app: str) -> None:
    (owner.home / "note.txt").write_text("no photo")
    assert "note.txt" in owner.fails("end-devices", "claim", owner_app, "--image", "note.txt")


def test_ledger_and_audit_tell_each_side_its_part(
    maker: Terminal, owner: Terminal, owner_app: str, device: Device
) -> None:
    owner.fails("end-devices", "claim", owner_app, *device.source[:-1], "WRONG")
    owner.does("end-devices", "claim", owner_app, *device.source)
    hops = owner.gets("end-devices", "ledger", owner_app, "sensor-1")
    assert [(hop["from_application_id"], hop["to_application_id"]) for hop in hops] == [(device.ids[0], owner_app)]
    rows = maker.gets("applications", "audit", device.ids[0], "--dev-eui", device.dev_eui)
    assert "wrong_code" in [row.get("reason") for row in rows]


def test_people_see_that_a_code_is_weak(maker: Terminal, device: Device, tmp_path: Path) -> None:
    words = ["end-devices", "list", device.ids[0], "--claim-authentication-code", "--output-format", "table"]
    assert "ABCD (weak)" in maker.does(*words)
    assert "weak" in maker.run("end-devices", "generate-qr", *device.ids).err
