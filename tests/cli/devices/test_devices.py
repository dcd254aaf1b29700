"""End devices at the terminal: parts go where they belong, and none is left half done."""

import itertools
import json
from typing import Any

import pytest

from claimstack.cli.terminal.weak_code import is_weak
from claimstack.qr_codes import read_image
from tests.cli.person_at_terminal import Terminal

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True, scope="module")
_euis = itertools.count(0x0004A310_00500000)
VERSIONS = ["--lorawan-version", "1.0.3", "--lorawan-phy-version", "1.0.3-a", "--frequency-plan-id", "EU_863_870"]


def create(maker: Terminal, app: str, device_id: str, *more: str) -> dict[str, Any]:
    words = ["dev", "create", app, device_id, "--dev-eui", f"{next(_euis):016X}", *VERSIONS, *more]
    made: dict[str, Any] = maker.gets(*words)
    return made


def test_a_device_that_joins_has_its_parts_everywhere(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1", "--with-root-keys", "--join-eui", "70B3D57ED0000000")
    assert (made["supports_join"], made["lorawan_version"]) == (True, "MAC_V1_0_3")
    assert set(made["root_keys"]) == {"root_key_id", "app_key"}
    shown = maker.gets("dev", "get", maker_app, "sensor-1", "--all")
    assert shown["root_keys"] == made["root_keys"]
    assert shown["frequency_plan_id"] == "EU_863_870"


def test_a_code_made_here_is_strong_and_can_be_put_on_a_label(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1", "--with-claim-authentication-code")
    code = made["claim_authentication_code"]["value"]
    assert len(code) == 16
    assert not is_weak(code)
    maker.does("dev", "generate-qr", maker_app, "sensor-1")


def test_a_second_code_opens_the_claim_page_with_the_label(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1", "--with-claim-authentication-code")
    maker.does("dev", "generate-qr", maker_app, "sensor-1", "--claim-link", "https://claims.example")
    (link,) = read_image((maker.home / "sensor-1.link.png").read_bytes())
    label = link.removeprefix("https://claims.example/claim#")
    assert label.endswith(f":O{made['claim_authentication_code']['value']}")
    assert "https" in maker.run("dev", "generate-qr", maker_app, "sensor-1", "--claim-link", "http://x").err


def test_without_flags_only_identifiers_and_times_are_shown(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1")
    assert set(maker.gets("dev", "get", maker_app, "sensor-1")) == {"ids", "created_at", "updated_at"}


def test_lorawan_1_1_has_two_root_keys_and_no_join_eui_means_the_servers(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1", "--with-root-keys", "--lorawan-version", "1.1.0",
                  "--lorawan-phy-version", "1.1.0-b")  # fmt: skip
    assert set(made["root_keys"]) == {"root_key_id", "app_key", "nwk_key"}
    assert made["ids"]["join_eui"] == "0000000000000000"


def test_a_device_with_a_session_does_not_join(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "abp-1", "--with-session")
    assert made["ids"]["dev_addr"] == made["session"]["dev_addr"]
    assert set(made["session"]["keys"]) == {"f_nwk_s_int_key", "app_s_key"}
    assert "supports_join" not in made


def test_what_cannot_be_registered_whole_is_not_registered_at_all(maker: Terminal, maker_app: str) -> None:
    words = ["dev", "create", maker_app, "sensor-1", "--dev-eui", f"{next(_euis):016X}", *VERSIONS]
    said = maker.fails(*words, "--mac-settings.rx2-frequency", "5")
    assert "is undone" in said
    assert "end_device_not_found" in maker.fails("dev", "get", maker_app, "sensor-1")


def test_each_field_is_written_to_the_registry_that_keeps_it(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1", "--with-root-keys")
    key = "00112233445566778899AABBCCDDEEFF"
    maker.does("dev", "set", maker_app, "sensor-1", "--name", "One", "--root-keys.app-key.key", key,
               "--mac-settings.rx1-delay", "5", "--formatters.up-formatter", "FORMATTER_CAYENNELPP",
               "--location.latitude", "52.5", "--location.longitude", "4.9")  # fmt: skip
    shown = maker.gets("dev", "get", maker_app, "sensor-1", "--name", "--root-keys.app-key", "--formatters",
                       "--mac-settings", "--locations")  # fmt: skip
    assert shown["name"] == "One"
    assert shown["root_keys"]["app_key"]["key"] == key
    assert shown["mac_settings"]["rx1_delay"] == 5
    assert shown["formatters"]["up_formatter"] == "FORMATTER_CAYENNELPP"
    assert shown["locations"]["user"]["latitude"] == 52.5


def test_the_euis_of_a_device_stay(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1")
    words = ["dev", "set", maker_app, "sensor-1", "--dev-eui", "0000000000000001", "--name", "x"]
    assert "end_device_eui_update" in maker.fails(*words)


def test_a_device_of_another_server_is_not_touched(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1")
    maker.environ["TTN_LW_NETWORK_SERVER_GRPC_ADDRESS"] = "elsewhere.example.com:1884"
    words = ["dev", "set", maker_app, "sensor-1", "--frequency-plan-id", "EU_863_870_TTN"]
    assert "end_device_server_address_mismatch" in maker.fails(*words, "--allow-unknown-hosts")


def test_delete_takes_every_part(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1", "--with-root-keys")
    maker.does("dev", "delete", maker_app, "sensor-1")
    again = ["dev", "create", maker_app, "sensor-2", *VERSIONS, "--dev-eui", str(made["ids"]["dev_eui"])]
    assert "root_keys" not in maker.gets(*again)


def test_several_are_deleted_at_once(maker: Terminal, maker_app: str) -> None:
    for name in ("one-1", "two-2", "three-3"):
        create(maker, maker_app, name)
    maker.does("dev", "batch-delete", maker_app, "one-1", "two-2")
    assert [d["ids"]["device_id"] for d in maker.gets("dev", "list", maker_app)] == ["three-3"]


def test_another_join_server_may_have_the_keys(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1", "--with-root-keys")
    maker.does("dev", "use-ext-js", maker_app, "sensor-1")
    shown = maker.gets("dev", "get", maker_app, "sensor-1", "--root-keys", "--join-server-address")
    assert not {"root_keys", "join_server_address"} & set(shown)


def test_reset_forgets_the_session_of_a_device_that_joins(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1", "--with-root-keys", "--last-dev-nonce", "7")
    key = "00112233445566778899AABBCCDDEEFF"
    session = ["--session.dev-addr", "00000001", "--session.keys.app-s-key.key", key]
    maker.does("dev", "set", maker_app, "sensor-1", *session, "--session.keys.f-nwk-s-int-key.key", key)
    maker.does("dev", "reset", maker_app, "sensor-1", "--name")
    shown = maker.gets("dev", "get", maker_app, "sensor-1", "--session", "--last-dev-nonce", "--root-keys")
    assert "root_keys" in shown
    assert not {"session", "last_dev_nonce"} & set(shown)


def test_reset_leaves_a_fixed_session_its_keys_and_forgets_its_counters(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "abp-1", "--with-session", "--session.last-a-f-cnt-down", "5",
                  "--session.last-f-cnt-up", "9")  # fmt: skip
    maker.does("dev", "reset", maker_app, "abp-1")
    session = maker.gets("dev", "get", maker_app, "abp-1", "--session")["session"]
    assert session["keys"] == made["session"]["keys"]
    assert not {"last_a_f_cnt_down", "last_f_cnt_up"} & set(session)


def test_search_finds_by_parts_of_the_eui(maker: Terminal, maker_app: str) -> None:
    made = create(maker, maker_app, "sensor-1")
    create(maker, maker_app, "sensor-2")
    tail = str(made["ids"]["dev_eui"])[-6:]
    found = maker.gets("dev", "search", maker_app, "--dev-eui-contains", tail)
    assert [d["ids"]["device_id"] for d in found] == ["sensor-1"]


def test_search_finds_by_attributes(maker: Terminal, maker_app: str) -> None:
    create(maker, maker_app, "sensor-1", "--attributes", "colour=red,size-of=big")
    create(maker, maker_app, "sensor-2", "--attributes", "colour=green")
    found = maker.gets("dev", "search", maker_app, "--attributes-contain", "colour=re")
    assert {d["ids"]["device_id"] for d in found} == {"sensor-1", "sensor-2"}
    found = maker.gets("dev", "search", maker_app, "--attributes-contain", "colour=re,size-of=big")
    assert [d["ids"]["device_id"] for d in found] == ["sensor-1"]


def test_a_pipe_of_templates_registers_and_labels_many(maker: Terminal, maker_app: str) -> None:
    template = maker.does("templates", "extend", "--supports-join", *VERSIONS)
    euis = [f"{next(_euis):016X}" for _ in range(3)]
    templates = maker.does("templates", "assign-euis", "70B3D57ED0000000", euis[0], "--count", "3", given=template)
    devices = maker.does("templates", "execute", given=templates)
    maker.does("dev", "create", "--application-id", maker_app, "--with-claim-authentication-code", given=devices)
    listed = maker.does("dev", "list", maker_app)
    assert [d["ids"]["dev_eui"] for d in json.loads(listed)] == euis
    maker.does("dev", "generate-qr", "--folder", ".", given=listed)
    assert {f"eui-{eui.lower()}.png" for eui in euis} == {path.name for path in maker.home.glob("*.png")}


def test_templates_are_made_without_identifiers_and_mapped(maker: Terminal) -> None:
    device = {"ids": {"device_id": "d-1"}, "name": "x", "network_server_address": "h", "lorawan_version": "MAC_V1_1"}
    made = maker.gets("templates", "create", "--mapping-key", "k", given=json.dumps(device))
    assert made["end_device"] == {"name": "x", "lorawan_version": "MAC_V1_1"}
    assert sorted(made["field_mask"]["paths"]) == ["lorawan_version", "name"]
    mapping = {"mapping_key": "k", "end_device": {"ids": {"device_id": "d-2"}, "name": "no"},
               "field_mask": {"paths": ["ids.device_id"]}}  # fmt: skip
    (maker.home / "mapping.json").write_text(json.dumps(mapping))
    words = ["templates", "map", "--mapping-local-file", "mapping.json"]
    mapped = maker.gets(*words, given=json.dumps(made))
    assert mapped["end_device"] == {"ids": {"device_id": "d-2"}, "name": "x", "lorawan_version": "MAC_V1_1"}
    other = json.dumps(made | {"mapping_key": "other"})
    assert "mapping_not_found" in maker.fails(*words, "--fail-not-found", given=other)


@pytest.mark.parametrize(
    "words",
    [
        ["list-frequency-plans", "--base-frequency", "868"],
        ["list-bands", "--band-id", "EU_863_870", "--phy-version", "1.0.3-a"],
        ["list-phy-versions"],
        ["get-default-mac-settings", "--frequency-plan-id", "EU_863_870", "--lorawan-phy-version", "1.0.3-a"],
        ["get-net-id"],
        ["get-dev-addr-prefixes"],
    ],
)
def test_what_the_network_server_knows_needs_no_login(nobody: Terminal, words: list[str]) -> None:
    assert nobody.gets("end-devices", *words)
