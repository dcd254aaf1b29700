"""Routes: which RPC a method and a path call, and how the request message comes together."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claimstack.edge.routes import Route, Routes, WrongVerb, services
from claimstack.errors import Invalid, NotFound
from claimstack.wire import v3

ROUTES = Routes()
DEVICES = "/api/v3/applications/maker-app/devices"


def request(verb: str, path: str, query: str | bytes = "", body: bytes = b"") -> Any:
    return ROUTES.match(verb, path).message(query, body)


def refusal(verb: str, path: str, query: str | bytes = "", body: bytes = b"") -> tuple[Any, Any]:
    with pytest.raises(Invalid) as caught:
        request(verb, path, query, body)
    return caught.value.attributes["field"], caught.value.attributes["reason"]


def rpc(verb: str, path: str) -> str:
    return ROUTES.match(verb, path).method.removeprefix("ttn.lorawan.v3.")


def test_a_path_names_the_device_and_the_query_the_fields() -> None:
    asked = request("GET", f"{DEVICES}/sensor-1", "field_mask=name,claim_authentication_code")
    assert asked == v3.GetEndDeviceRequest(
        end_device_ids={"device_id": "sensor-1", "application_ids": {"application_id": "maker-app"}},
        field_mask={"paths": ["name", "claim_authentication_code"]},
    )


@pytest.mark.parametrize(
    ("verb", "path", "called"),
    [
        ("POST", "/api/v3/edcs/claim", "EndDeviceClaimingServer/Claim"),
        ("POST", "/api/v3/edcs/applications/maker-app/authorize", "EndDeviceClaimingServer/AuthorizeApplication"),
        ("DELETE", "/api/v3/edcs/applications/maker-app/authorize", "EndDeviceClaimingServer/UnauthorizeApplication"),
        ("GET", DEVICES, "EndDeviceRegistry/List"),
        ("PUT", "/api/v3/js/applications/maker-app/devices/sensor-1", "JsEndDeviceRegistry/Set"),
        ("POST", "/api/v3/js/applications/maker-app/devices", "JsEndDeviceRegistry/Set"),
        ("GET", "/api/v3/auth_info", "EntityAccess/AuthInfo"),
        ("HEAD", DEVICES, "EndDeviceRegistry/List"),
    ],
)
def test_verb_and_path_find_the_rpc(verb: str, path: str, called: str) -> None:
    assert rpc(verb, path) == called


def test_every_route_of_the_contract_finds_itself() -> None:
    for route in ROUTES.routes:
        path = "/".join("x" if part.startswith("{") else part for part in route.template.split("/"))
        found = ROUTES.match(route.verb, path)
        assert (found.route.rpc, found.route.template) == (route.rpc, route.template)
        assert found.values == ("x",) * len(route.variables)


def test_every_service_of_both_packages_is_there() -> None:
    packages = {service.full_name.rpartition(".")[0] for service in services()}
    assert packages == {"ttn.lorawan.v3", "claimstack.v1"}


def test_a_known_path_with_another_verb_tells_which_it_has() -> None:
    with pytest.raises(WrongVerb) as caught:
        ROUTES.match("PATCH", f"{DEVICES}/sensor-1")
    assert caught.value.allow == ("DELETE", "GET", "PUT")
    assert caught.value.http_status == 405
    assert caught.value.text == f"{DEVICES}/sensor-1 answers DELETE, GET, PUT, not PATCH"


@pytest.mark.parametrize(
    "path",
    ["", "/", "/api/v3", "/api/v3/nothing", "/api/v3//edcs/claim", f"{DEVICES}/", f"{DEVICES}//",
     "api/v3/edcs/claim", "/api/v3/applications//devices", "/api/v3/applications/" + "x" * 3000],
)  # fmt: skip
def test_an_unknown_path_is_nothing(path: str) -> None:
    with pytest.raises(NotFound) as caught:
        ROUTES.match("GET", path)
    assert caught.value.name == "route_not_found"


def sample(verb: str, template: str) -> Route:
    variables = tuple(part[1:-1] for part in template.split("/") if part.startswith("{"))
    return Route(verb, template, verb + template, v3.EndDeviceIdentifiers, v3.EndDevice, False, "", variables)


def test_a_literal_goes_before_a_variable_but_only_where_it_has_the_verb() -> None:
    table = Routes([sample("GET", "/devices/{device_id}"), sample("POST", "/devices/filter")])
    found = table.match("GET", "/devices/filter")
    assert found.values == ("filter",)
    with pytest.raises(WrongVerb) as caught:
        table.match("PUT", "/devices/filter")
    assert caught.value.allow == ("GET", "POST")


def test_a_variable_that_leads_nowhere_leaves_no_value_behind() -> None:
    table = Routes([sample("GET", "/{device_id}/a/b"), sample("GET", "/x/{device_id}/c")])
    found = table.match("GET", "/x/a/c")
    assert found.values == ("a",)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=20))
def test_any_text_stands_in_a_path_percent_encoded(text: str) -> None:
    found = ROUTES.match("GET", f"{DEVICES}/{quote(text, safe='')}")
    assert found.values == ("maker-app", text)


def test_a_path_that_is_not_utf_8_is_invalid() -> None:
    assert refusal("GET", f"{DEVICES}/%FF") == ("path", "expected UTF-8")


@pytest.mark.parametrize("eui", ["0004A310001FF9E0", "0004a310001ff9e0", "AASjEAAf-eA", "AASjEAAf-eA="])
def test_an_eui_in_a_query_is_hexadecimal_or_base64(eui: str) -> None:
    path = "/api/v3/edcs/claim/maker-app/devices/sensor-1"
    assert request("GET", path, f"dev_eui={eui}").dev_eui == bytes.fromhex("0004A310001FF9E0")


def test_a_wrong_value_in_a_query_is_named_by_its_parameter() -> None:
    assert refusal("GET", DEVICES, "limit=many") == ("limit", "expected an integer from 0 to 4294967295")
    assert refusal("GET", DEVICES, "limit=1&limit=2") == ("limit", "expected one value")


def test_a_query_takes_nested_names_in_both_spellings() -> None:
    asked = request("GET", "/api/v3/applications", "collaborator.user_ids.user_id=maker&deleted=true")
    same = request("GET", "/api/v3/applications", "collaborator.userIds.userId=maker&deleted=1")
    assert asked == same
    assert asked.collaborator.user_ids.user_id == "maker"
    assert asked.deleted


def test_a_field_mask_may_be_spread_over_several_parameters() -> None:
    asked = request("GET", DEVICES, "field_mask=name,ids&field_mask=attributes")
    assert list(asked.field_mask.paths) == ["name", "ids", "attributes"]


def test_an_entry_of_a_map_of_texts_is_named_in_brackets() -> None:
    asked = request("GET", "/api/v3/search/applications", "attributes_contain%5Ba.b%5D=x&attributes_contain[c]=y")
    assert dict(asked.attributes_contain) == {"a.b": "x", "c": "y"}
    assert refusal("GET", "/api/v3/search/applications", "id_contains[a]=x")[0] == "id_contains[a]"


def test_times_and_wrappers_are_read_from_a_query() -> None:
    route = Route("GET", "/x", "s/m", v3.EndDevice, v3.EndDevice, False, "", ())
    query = "claim_authentication_code.valid_from=2021-03-01T00:00:00Z&battery_percentage=0.5"
    device: Any = route.message(
        [], query + "&mac_settings.supports_32_bit_f_cnt=true&used_dev_nonces=1&used_dev_nonces=2", b""
    )
    assert device.claim_authentication_code.valid_from.seconds == 1_614_556_800
    assert device.battery_percentage.value == 0.5
    assert device.mac_settings.supports_32_bit_f_cnt.value
    assert list(device.used_dev_nonces) == [1, 2]


def test_what_has_no_text_form_is_refused_in_a_query() -> None:
    assert refusal("GET", "/api/v3/applications", "collaborator=maker")[0] == "collaborator"


def test_unknown_parameters_are_passed_over() -> None:
    query = "nothing=1&ids=2&field_mask.paths.x=3&" + "x" * 300 + "=4"
    assert request("GET", DEVICES, query) == request("GET", DEVICES)


@pytest.mark.parametrize("query", [b"\xff=1", "a=%FF", "&".join("a=1" for _ in range(1001))])
def test_a_query_is_bounded_and_utf_8(query: str | bytes) -> None:
    assert refusal("GET", DEVICES, query)[0] == "query"


def test_a_long_query_is_refused() -> None:
    assert refusal("GET", DEVICES, "a=" + "x" * 40_000) == ("query", "expected at most 32768 characters")


def test_the_path_has_the_last_word_over_body_and_query() -> None:
    body = b'{"end_device": {"ids": {"device_id": "other", "dev_eui": "0004A310001FF9E0"}, "name": "A"}}'
    sent = request("PUT", f"{DEVICES}/sensor-1", "", body)
    assert sent.end_device.ids.device_id == "sensor-1"
    assert sent.end_device.ids.dev_eui == bytes.fromhex("0004A310001FF9E0")
    assert sent.end_device.name == "A"
    asked = request("GET", f"{DEVICES}/sensor-1", "end_device_ids.device_id=other")
    assert asked.end_device_ids.device_id == "sensor-1"


def test_the_path_decides_between_the_members_of_a_oneof() -> None:
    body = b'{"collaborator": {"organization_ids": {"organization_id": "acme"}}}'
    sent = request("POST", "/api/v3/users/maker/applications", "", body)
    assert sent.collaborator == v3.OrganizationOrUserIdentifiers(user_ids={"user_id": "maker"})


def test_a_whole_body_leaves_nothing_to_the_query() -> None:
    assert not request("POST", "/api/v3/edcs/claim", "target_device_id=x", b"{}").target_device_id


def test_a_body_may_be_one_field_of_the_request() -> None:
    route = Route(
        "PUT", "/x/{end_device.ids.device_id}", "s/m", v3.SetEndDeviceRequest, v3.EndDevice, False, "end_device",
        ("end_device.ids.device_id",),
    )  # fmt: skip
    sent: Any = route.message(["sensor-1"], "field_mask=name", b'{"name": "A"}')
    assert (sent.end_device.name, sent.end_device.ids.device_id) == ("A", "sensor-1")
    assert list(sent.field_mask.paths) == ["name"]
    with pytest.raises(Invalid, match=r"end_device\.name"):
        route.message(["sensor-1"], "", b'{"name": 1}')


def test_a_mistake_in_a_body_is_named_by_its_path() -> None:
    body = b'{"end_device": {"claim_authentication_code": {"valid_from": "soon"}}}'
    path, reason = refusal("PUT", f"{DEVICES}/sensor-1", "", body)
    assert path == "end_device.claim_authentication_code.valid_from"
    assert reason == "expected an RFC 3339 time, such as 2021-03-01T00:00:00Z"
