"""The OpenAPI document: whole, valid, and true to what the codec writes."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import orjson
import pytest
import schemathesis
from google.protobuf.message import Message
from hypothesis import given, settings

from claimstack.edge import json_codec
from claimstack.edge.openapi import openapi_document
from claimstack.edge.openapi.schemas import Schemas
from claimstack.edge.routes import Routes
from claimstack.wire import v3
from tests.support.contract_messages import any_message

DOCUMENT: dict[str, Any] = json.loads(openapi_document())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for verb, operation in item.items():
            yield verb, path, operation


def nested(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from nested(item)
    elif isinstance(value, list):
        for item in value:
            yield from nested(item)


def claim() -> dict[str, Any]:
    return dict(SCHEMAS["ClaimEndDeviceRequest"])


def test_a_tool_that_reads_openapi_takes_the_document() -> None:
    loaded = schemathesis.openapi.from_dict(DOCUMENT)
    loaded.validate()
    assert loaded.statistic.operations.total == sum(1 for _ in operations())


def test_every_route_of_the_contract_is_an_operation() -> None:
    shapes = {(verb, "/".join("{}" if "{" in p else p for p in path.split("/"))) for verb, path, _ in operations()}
    for route in Routes().routes:
        shape = "/".join("{}" if "{" in part else part for part in route.template.split("/"))
        assert (route.verb.lower(), shape) in shapes


def test_every_reference_leads_somewhere() -> None:
    for part in nested(DOCUMENT):
        if "$ref" in part:
            target: Any = DOCUMENT
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]


def test_operations_have_names_of_their_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(names) == len(set(names))


def test_path_variables_are_declared_where_they_stand() -> None:
    for _, path, operation in operations():
        declared = [one["name"] for one in operation["parameters"] if one["in"] == "path"]
        assert declared == [part[1:-1] for part in path.split("/") if part.startswith("{")]


def test_only_what_is_served_is_in_a_document_of_what_is_served() -> None:
    def is_claim(rpc: str) -> bool:
        return rpc == "ttn.lorawan.v3.EndDeviceClaimingServer/Claim"

    assert list(json.loads(openapi_document(is_claim))["paths"]) == ["/api/v3/edcs/claim"]


def test_the_document_is_made_once() -> None:
    assert openapi_document() is openapi_document()


def test_a_claim_needs_a_target_and_one_proof() -> None:
    assert claim()["required"] == ["target_application_ids"]
    assert claim()["allOf"] == [{"oneOf": [{"required": ["authenticated_identifiers"]}, {"required": ["qr_code"]}]}]


def test_what_an_answer_may_hold_in_part_requires_nothing() -> None:
    assert "required" not in SCHEMAS["EndDevice"]
    assert "required" in SCHEMAS["UpdateEndDeviceRequest"]


def test_comments_and_rules_come_along() -> None:
    limit = next(
        one for one in DOCUMENT["paths"]["/api/v3/applications"]["get"]["parameters"] if one["name"] == "limit"
    )
    assert limit["schema"] == {"type": "integer", "minimum": 0, "maximum": 1000}
    assert limit["description"]
    code = SCHEMAS["EndDeviceAuthenticationCode"]["properties"]["value"]
    assert code["pattern"].startswith("^[a-zA-Z0-9]{1,32}$")


def test_identifiers_are_hexadecimal_and_large_integers_text() -> None:
    assert SCHEMAS["EndDeviceIdentifiers"]["properties"]["dev_eui"]["pattern"] == "^[0-9A-Fa-f]{16}$"
    assert SCHEMAS["EndDevice"]["properties"]["min_frequency"]["type"] == "string"


def test_a_bound_of_a_large_integer_is_told_in_words() -> None:
    value: Any = v3.FrequencyValue.DESCRIPTOR.fields_by_name["value"]
    found = Schemas(frozenset()).field(value)
    assert found["description"].endswith("Must be at least 100000.")


def test_an_optional_pattern_admits_nothing_at_all() -> None:
    pattern = SCHEMAS["EndDevice"]["properties"]["serial_number"]["pattern"]
    assert pattern.startswith("^$|(?:")


def test_enums_are_names_unless_the_contract_writes_numbers() -> None:
    assert "MAC_V1_0_3" in SCHEMAS["MACVersion"]["enum"]
    assert SCHEMAS["MACSettings"]["properties"]["rx1_delay"]["enum"] == list(range(16))


def test_lists_tell_their_total_in_a_header() -> None:
    answer = DOCUMENT["paths"]["/api/v3/applications"]["get"]["responses"]["200"]
    assert "X-Total-Count" in answer["headers"]


def test_a_deprecated_rpc_says_so() -> None:
    deprecated = [operation["operationId"] for _, _, operation in operations() if operation.get("deprecated")]
    assert "JsEndDeviceRegistry_Provision" in deprecated


def test_bodies_are_described_where_the_route_takes_one() -> None:
    paths = DOCUMENT["paths"]
    assert "requestBody" in paths["/api/v3/edcs/claim"]["post"]
    assert "requestBody" not in paths["/api/v3/applications"]["get"]


VALUES = {"minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "maxProperties", "propertyNames", "required",
          "allOf", "minimum", "maximum", "format", "const"}  # fmt: skip


def without_rules(schema: Any, inner: bool = False) -> Any:
    """The schema's types alone: random messages keep to no rule of the contract."""
    if isinstance(schema, list):
        return [without_rules(item, inner) for item in schema]
    if not isinstance(schema, dict):
        return schema
    names_of_fields = {"properties": {k: without_rules(v, True) for k, v in schema.get("properties", {}).items()}}
    kept = {k: without_rules(v, inner) for k, v in schema.items() if k not in VALUES and k != "properties"}
    if inner and kept.get("type") == "string":
        kept.pop("enum", None)
        if "0-9A-F" not in kept.get("pattern", ""):
            kept.pop("pattern", None)
    if kept.get("type") == "number":
        kept["type"] = ["number", "string"]  # infinities are text, which the document keeps for itself
    return kept | (names_of_fields if "properties" in schema else {})


@settings(max_examples=300, deadline=None)
@given(any_message())
def test_what_the_codec_writes_has_the_types_of_its_schema(message: Message) -> None:
    schemas = Schemas(frozenset())
    descriptor: Any = message.DESCRIPTOR
    found = without_rules(schemas.message(descriptor))
    components = {name: without_rules(schema) for name, schema in schemas.components.items()}
    whole = {**found, "components": {"schemas": components}}
    written = orjson.loads(json_codec.encode(type(message))(message))
    jsonschema_rs.Draft202012Validator(whole).validate(written)


@pytest.mark.parametrize("name", ["Error", "ErrorDetail", "ErrorDetails"])
def test_errors_are_described(name: str) -> None:
    assert name in SCHEMAS
