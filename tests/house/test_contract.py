"""The contract is whole: documented, routed, masked, and its rules are the ones we mean."""

import json
from collections.abc import Iterator
from importlib.resources import files

import protovalidate
import pytest
from google.api import annotations_pb2
from google.protobuf.descriptor import Descriptor, MethodDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto, FileDescriptorSet
from google.protobuf.descriptor_pool import Default

from claimstack.wire import claimstack_v1, v3

WIRE = files("claimstack.wire")
COMMENTS = json.loads((WIRE / "comments.json").read_text())
MASKS = json.loads((WIRE / "field_masks.json").read_text())
UNIMPLEMENTED = json.loads((WIRE / "unimplemented.json").read_text())
PACKAGES = {v3.EndDevice.DESCRIPTOR.file.package, claimstack_v1.Transfer.DESCRIPTOR.file.package}

# What servers of one cluster, or an application over gRPC, ask; the original has no route either.
WITHOUT_ROUTE = {
    "AppAs/SimulateUplink",
    "AppAs/Subscribe",
    "AppJs/GetAppSKey",
    "AsJs/GetAppSKey",
    "EndDeviceRegistry/BatchUpdateLastSeen",
    "EndDeviceRegistry/GetIdentifiersForEUIs",
    "GatewayRegistry/GetIdentifiersForEUI",
    "NsJs/GetNwkSKeys",
    "NsJs/HandleJoin",
}
# Paths that old clients send for fields that are gone.
GONE_PATHS = {"As/GetLink": {"api_key", "network_server_address", "tls"}}


def our_files() -> list[FileDescriptorProto]:
    """The files of our packages, out of the compiled contract."""
    contract = FileDescriptorSet.FromString((WIRE / "contract.binpb").read_bytes())
    return [file for file in contract.file if file.package in PACKAGES]


def methods() -> list[MethodDescriptor]:
    """Every RPC of the contract."""
    found: list[MethodDescriptor] = []
    for file in our_files():
        for service in file.service:
            found += Default().FindServiceByName(f"{file.package}.{service.name}").methods
    return found


def named(method: MethodDescriptor) -> str:
    """`package.Service/Rpc`, as on the wire."""
    return f"{method.containing_service.full_name}/{method.name}"


def elements(scope: str, message: DescriptorProto) -> Iterator[str]:
    """Full names of a message, its fields, and of what is nested in it."""
    if message.options.map_entry:
        return
    name = f"{scope}.{message.name}"
    yield name
    yield from (f"{name}.{field.name}" for field in message.field)
    yield from (f"{name}.{enum.name}" for enum in message.enum_type)
    for nested in message.nested_type:
        yield from elements(name, nested)


def test_every_service_rpc_message_field_and_enum_has_a_comment() -> None:
    wanted = [named(method).replace("/", ".") for method in methods()]
    for file in our_files():
        wanted += [f"{file.package}.{service.name}" for service in file.service]
        wanted += [f"{file.package}.{enum.name}" for enum in file.enum_type]
        for message in file.message_type:
            wanted += elements(file.package, message)
    assert len(wanted) > 2000
    assert [name for name in wanted if not COMMENTS.get(name)] == []


def test_every_rpc_has_a_route_or_is_known_to_have_none() -> None:
    http = annotations_pb2.http
    bare = {named(m) for m in methods() if not m.GetOptions().HasExtension(http)}
    assert bare == {f"ttn.lorawan.v3.{name}" for name in WITHOUT_ROUTE}


def test_no_two_rpcs_share_a_route() -> None:
    routes: list[tuple[str, str]] = []
    for method in methods():
        rule = method.GetOptions().Extensions[annotations_pb2.http]
        for binding in (rule, *rule.additional_bindings):
            verb = binding.WhichOneof("pattern")
            routes += [(verb, getattr(binding, verb))] if verb else []
    assert len(routes) == len(set(routes))


def test_every_rpc_that_takes_a_field_mask_has_an_allow_list_and_no_other_has() -> None:
    masked = {named(m) for m in methods() if "field_mask" in m.input_type.fields_by_name}
    assert masked == set(MASKS["rpcs"])


@pytest.mark.parametrize("rpc", MASKS["rpcs"])
def test_every_allowed_path_leads_to_a_field(rpc: str) -> None:
    spec = MASKS["rpcs"][rpc]
    root = masked_message(Default().FindMethodByName(rpc.replace("/", ".")), write=spec["set"])
    lost = {path for path in MASKS["lists"][spec["list"]] if not leads_to_field(root, path)}
    assert lost == GONE_PATHS.get(spec["list"], set())


def masked_message(method: MethodDescriptor, *, write: bool) -> Descriptor:
    """The message that the paths of an RPC start in: written entity, answer, or its rows."""
    answer = method.output_type
    if write:
        fields = method.input_type.fields
        found = next(f for f in fields if f.name != "field_mask" and not f.name.endswith("_ids"))
    elif len(answer.fields) == 1 and answer.fields[0].is_repeated:
        found = answer.fields[0]
    else:
        return answer
    assert found.message_type is not None
    return found.message_type


def leads_to_field(message: Descriptor | None, path: str) -> bool:
    """Whether a mask path names a field, with oneof names as segments."""
    *_, last = segments = path.split(".")
    for segment in segments:
        if message is None:
            return False
        if segment in message.oneofs_by_name:
            continue
        if segment not in message.fields_by_name:
            return False
        message = message.fields_by_name[segment].message_type
    return bool(last)


def test_an_rpc_is_either_in_the_contract_or_known_by_name_only() -> None:
    served = {named(method) for method in methods()}
    by_name = {f"{service}/{rpc}" for service, rpcs in UNIMPLEMENTED.items() for rpc in rpcs}
    assert not served & by_name
    assert "ttn.lorawan.v3.ApplicationWebhookRegistry/List" in by_name


def violated(message: v3.ClaimEndDeviceRequest) -> list[str]:
    """Rules that a message breaks."""
    return [violation.proto.rule_id for violation in protovalidate.collect_violations(message)]


def claim(code: str, net_id: bytes = b"") -> v3.ClaimEndDeviceRequest:
    """A well-formed claim with this code."""
    return v3.ClaimEndDeviceRequest(
        target_application_ids=v3.ApplicationIdentifiers(application_id="owner-app"),
        authenticated_identifiers=v3.ClaimEndDeviceRequest.AuthenticatedIdentifiers(
            join_eui=bytes(8), dev_eui=bytes(8), authentication_code=code
        ),
        target_net_id=net_id,
    )


@pytest.mark.parametrize("code", ["A", "ABCD", "abcd", "Z" * 32])
def test_a_claim_code_has_1_to_32_letters_and_digits_of_either_case(code: str) -> None:
    assert violated(claim(code)) == []


@pytest.mark.parametrize("code", ["", "AB CD", "A-B", "Ä", "Z" * 33])
def test_any_other_claim_code_breaks_the_rule(code: str) -> None:
    assert violated(claim(code)) == ["string.pattern"]


def test_an_optional_net_id_may_be_empty_but_not_short() -> None:
    assert violated(claim("ABCD", net_id=b"\x00\x00\x13")) == []
    assert violated(claim("ABCD", net_id=b"\x13")) == ["bytes.len"]


def test_a_claim_must_name_a_source_and_a_target() -> None:
    assert violated(v3.ClaimEndDeviceRequest()) == ["required", "required"]
