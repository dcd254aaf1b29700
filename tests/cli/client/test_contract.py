"""Routes, queries and names, from the generated tables."""

import re
from pathlib import Path

import pytest

from claimstack.cli.client import contract

CLI = Path(contract.__file__).parents[1]
IDS = {"application_ids": {"application_id": "app1"}}


def test_path_variables_and_the_rest_of_a_get_go_where_they_belong() -> None:
    request = {"application_ids": {"application_id": "a/b"}, "field_mask": {"paths": ["name", "description"]}}
    assert contract.route("ApplicationRegistry/Get", request) == (
        "GET",
        "/api/v3/applications/a%2Fb?field_mask=name%2Cdescription",
        None,
    )


def test_nested_lists_and_flags_become_dotted_query_values() -> None:
    request = {**IDS, "device_ids": ["d1", "d2"]}
    assert contract.route("EndDeviceBatchRegistry/Delete", request)[1].endswith(
        "/app1/devices/batch?device_ids=d1&device_ids=d2"
    )
    owned: dict[str, object] = {
        "deleted": True,
        "limit": 5,
        "order": "",
        "collaborator": {"user_ids": {"user_id": "u 1"}},
    }
    assert contract.route("ApplicationRegistry/List", owned)[1] == (
        "/api/v3/applications?deleted=true&limit=5&collaborator.user_ids.user_id=u%201"
    )


def test_the_binding_is_the_first_whose_variables_are_there() -> None:
    request = {"collaborator": {"organization_ids": {"organization_id": "acme"}}}
    method, target, body = contract.route("ApplicationRegistry/Create", request)
    assert (method, target, body) == ("POST", "/api/v3/organizations/acme/applications", request)


def test_a_request_without_its_address_is_refused() -> None:
    with pytest.raises(contract.NoRoute, match="application_id"):
        contract.route("ApplicationRegistry/Get", {})


@pytest.mark.parametrize(
    ("rpc", "is_read"),
    [
        ("ApplicationRegistry/Get", True),
        ("EndDeviceQRCodeGenerator/Parse", True),
        ("EndDeviceClaimingServer/GetInfoByJoinEUI", True),
        ("EndDeviceClaimingServer/Claim", False),
        ("NsEndDeviceRegistry/Set", False),
        ("ApplicationRegistry/IssueDevEUI", False),
    ],
)
def test_reads_are_told_from_changes(rpc: str, is_read: bool) -> None:
    assert contract.is_read(rpc) is is_read


def test_every_rpc_that_the_client_names_is_in_the_contract() -> None:
    known = contract.table("cli_routes.json")
    text = "\n".join(path.read_text() for path in CLI.rglob("*.py"))
    named = set(re.findall(r'"([A-Z][A-Za-z]+/[A-Z][A-Za-z]+)"', text))
    assert len(named) > 20
    assert named <= set(known)


def test_a_oneof_is_a_segment_of_a_path_and_no_json_name() -> None:
    names, kind, place = contract.resolve("EndDevice", "mac_settings.adr.mode.static.nb_trans") or ([], "", "")
    assert names == ["mac_settings", "adr", "static", "nb_trans"]
    assert (kind, place) == ("int", "ADRSettings.StaticMode.nb_trans")
    assert contract.resolve("EndDevice", "mac_settings.nothing") is None


def test_wrappers_hex_enums_and_maps_have_their_kinds() -> None:
    kinds = [
        (contract.resolve("EndDevice", path) or ([], "", ""))[1]
        for path in ("mac_settings.rx1_delay", "net_id", "lorawan_version", "attributes", "locations")
    ]
    assert kinds == ["w:e:RxDelay", "hex3", "e:MACVersion", "%string", "%m:Location"]


def test_comments_of_the_contract_are_there_for_help() -> None:
    assert "letters and digits" in contract.comment("EndDeviceAuthenticationCode.value")


def test_a_list_answers_with_its_entity() -> None:
    assert contract.entity("ApplicationRegistry/List") == "Application"
    assert contract.entity("ApplicationRegistry/Get") == "Application"
