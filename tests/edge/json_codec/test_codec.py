"""The JSON codec as a whole: against google.protobuf's own, and with whatever a stranger sends."""

import struct
from typing import Any

import orjson
import pytest
from google.protobuf import json_format, struct_pb2
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstack.edge import json_codec
from claimstack.edge.json_codec.reader import is_wrapper
from claimstack.errors import Invalid
from claimstack.wire import options, v3
from tests.support.contract_messages import ALL, any_message, messages

CLAIM = b"""{
  "authenticated_identifiers": {
    "join_eui": "70B3D57ED0000000", "dev_eui": "0004A310001FF9E0", "authentication_code": "ABCD"
  },
  "target_application_ids": {"application_id": "owner-app"},
  "invalidate_authentication_code": true
}"""


def is_plain(descriptor: Any, seen: tuple[str, ...] = ()) -> bool:
    """Whether nothing in the message has a JSON form of the contract's own."""
    if descriptor.full_name == "google.protobuf.Any":
        return False
    if descriptor.full_name in seen or descriptor.file.package == "google.protobuf":
        return True
    if descriptor.GetOptions().Extensions[options.json_codec]:
        return False
    return all(plain_field(field, (*seen, descriptor.full_name)) for field in descriptor.fields)


def plain_field(field: Any, seen: tuple[str, ...]) -> bool:
    if field.message_type is not None:
        return is_plain(field.message_type, seen)
    return not field.GetOptions().Extensions[options.json]


def in_floats(value: Any) -> Any:
    """The value with its numbers as 32-bit floats: both codecs cut digits, not always the same."""
    if isinstance(value, dict):
        return {key: in_floats(item) for key, item in value.items()}
    if isinstance(value, list):
        return [in_floats(item) for item in value]
    return struct.pack("f", value) if isinstance(value, float | int) else value


PLAIN = [each for each in ALL if is_plain(each.DESCRIPTOR)]


def refusal(message_class: type[Message], source: Any) -> tuple[Any, Any]:
    with pytest.raises(Invalid) as caught:
        json_codec.decode(message_class)(source)
    return caught.value.attributes["field"], caught.value.attributes["reason"]


def test_a_claim_is_read_with_its_euis_in_hexadecimal() -> None:
    request = json_codec.decode(v3.ClaimEndDeviceRequest)(CLAIM)
    assert request.authenticated_identifiers.dev_eui == bytes.fromhex("0004A310001FF9E0")
    assert request.target_application_ids.application_id == "owner-app"
    assert request.invalidate_authentication_code


@settings(max_examples=400, deadline=None)
@given(any_message())
def test_what_is_written_reads_back_as_the_same_message(message: Message) -> None:
    text = json_codec.encode(type(message))(message)
    assert json_codec.decode(type(message))(text) == message


@settings(max_examples=400, deadline=None)
@given(any_message(), st.booleans())
def test_the_standard_mapping_of_every_message_is_read(message: Message, proto_names: bool) -> None:
    text = json_format.MessageToJson(message, preserving_proto_field_name=proto_names).encode()
    assert json_codec.decode(type(message))(text) == message


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLAIN).flatmap(messages))
def test_plain_messages_are_written_as_the_standard_mapping_has_it(message: Message) -> None:
    standard = json_format.MessageToDict(message, preserving_proto_field_name=True)
    assert in_floats(orjson.loads(json_codec.encode(type(message))(message))) == in_floats(standard)


FIELD_NAMES = sorted({field.name for each in ALL for field in each.DESCRIPTOR.fields})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["NaN", "1e999", "2021-03-01T00:00:00Z", "1h", "MAC_V1_0_3", "00" * 8]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELD_NAMES), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(ALL), JSON)
def test_whatever_is_sent_is_a_message_or_an_invalid_argument(message_class: type[Message], value: Any) -> None:
    try:
        json_codec.encode(message_class)(json_codec.decode(message_class)(value))
    except Invalid as invalid:
        assert invalid.attributes["field"]  # noqa: PT017 - most inputs raise, some do not


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ALL), st.data())
def test_a_wrong_type_at_any_field_is_an_invalid_argument_with_the_path(
    message_class: type[Message], data: st.DataObject
) -> None:
    descriptor: Any = message_class.DESCRIPTOR
    if not descriptor.fields or is_wrapper(descriptor):
        return
    field = data.draw(st.sampled_from(list(descriptor.fields)))
    wrong: Any = data.draw(st.sampled_from([True, 3, 1.5, "?", [], [None], {"?": {}}]))
    try:
        json_codec.decode(message_class)({field.name: wrong})
    except Invalid as invalid:
        assert str(invalid.attributes["field"]).startswith(field.name)  # noqa: PT017


@pytest.mark.parametrize(
    ("source", "path"),
    [
        (b'{"ids": {"dev_eui": "70B3"}}', "ids.dev_eui"),
        (b'{"claim_authentication_code": {"valid_from": "soon"}}',
         "claim_authentication_code.valid_from"),
        (b'{"claimAuthenticationCode": {"validFrom": 5}}', "claim_authentication_code.valid_from"),
        (b'{"locations": {"user": {"latitude": "north"}}}', "locations.user.latitude"),
        (b'{"used_dev_nonces": [1, 4294967296]}', "used_dev_nonces.1"),
        (b'{"used_dev_nonces": 1}', "used_dev_nonces"),
        (b'{"used_dev_nonces": [null]}', "used_dev_nonces.0"),
        (b'{"mac_settings": {"rx2_frequency": -1}}', "mac_settings.rx2_frequency"),
        (b'{"name": 5}', "name"),
        (b'{"supports_join": "yes"}', "supports_join"),
        (b'{"attributes": []}', "attributes"),
        (b"[]", "body"),
        (b"null", "body"),
        (b"{", "body"),
        (b'{"battery_percentage": NaN}', "body"),
        (b'"\xff"', "body"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_its_path(source: bytes, path: str) -> None:
    assert refusal(v3.EndDevice, source)[0] == path


def test_an_unknown_enum_name_is_answered_with_the_known_ones() -> None:
    path, reason = refusal(v3.EndDevice, {"lorawan_version": "1.9"})
    assert path == "lorawan_version"
    assert reason == ("expected one of MAC_UNKNOWN, MAC_V1_0, MAC_V1_0_1, MAC_V1_0_2, MAC_V1_1, MAC_V1_0_3, MAC_V1_0_4")


def test_a_refusal_never_repeats_what_was_sent() -> None:
    with pytest.raises(Invalid) as caught:
        json_codec.decode(v3.EndDevice)({"root_keys": {"app_key": {"key": "SECRET"}}})
    assert "SECRET" not in str(caught.value)


def test_no_body_is_an_empty_message() -> None:
    assert json_codec.decode(v3.EndDevice)(b"") == v3.EndDevice()


def test_unknown_fields_and_null_are_passed_over() -> None:
    source = b'{"no_such_field": {"a": [1]}, "name": null, "ids": null}'
    assert json_codec.decode(v3.EndDevice)(source) == v3.EndDevice()


def test_an_empty_object_is_a_message_that_is_there() -> None:
    assert json_codec.decode(v3.EndDevice)(b'{"ids": {}}').HasField("ids")


def test_of_a_field_given_twice_the_last_counts() -> None:
    device = json_codec.decode(v3.EndDevice)(
        b'{"used_dev_nonces": [1], "usedDevNonces": [2], "attributes": {"a": "1"}, "attributes": {"b": "2"}}'
    )
    assert list(device.used_dev_nonces) == [2]
    assert dict(device.attributes) == {"b": "2"}


def test_two_members_of_one_oneof_are_refused() -> None:
    source = {"authenticated_identifiers": {}, "qr_code": "AAAA"}
    path, reason = refusal(v3.ClaimEndDeviceRequest, source)
    assert path == "qr_code"
    assert reason == "expected only one of authenticated_identifiers, qr_code"


@pytest.mark.parametrize("levels", [1000, 100_000])
def test_nesting_is_bounded(levels: int) -> None:
    path, _ = refusal(v3.ErrorDetails, b'{"cause":' * levels + b"{}" + b"}" * levels)
    assert path == "body" or str(path).startswith("cause.cause")


def test_nesting_is_bounded_in_free_form_values() -> None:
    lists = b"[" * 70 + b"]" * 70
    path, reason = refusal(v3.EndDevice, b'{"provisioning_data": {"a": ' + lists + b"}}")
    assert str(path).startswith("provisioning_data.a.0.0")
    assert reason == "expected at most 64 levels of nesting"


def test_the_deepest_message_that_is_read_can_be_written_and_sent() -> None:
    source = b'{"cause":' * 60 + b"{}" + b"}" * 60
    message = json_codec.decode(v3.ErrorDetails)(source)
    assert json_codec.encode(v3.ErrorDetails)(message) == source
    assert v3.ErrorDetails.FromString(message.SerializeToString()) == message


@pytest.mark.parametrize(
    ("opening", "closing", "too_many"), [(b'{"a":', b"}", 21), (b"[", b"]", 31), (b'{"a":[', b"]}", 13)]
)
def test_the_deepest_free_form_value_that_is_read_can_be_sent(opening: bytes, closing: bytes, too_many: int) -> None:
    for levels in range(1, 64):
        source = b'{"provisioning_data":{"a":' + opening * levels + b"1" + closing * levels + b"}}"
        try:
            device = json_codec.decode(v3.EndDevice)(source)
        except Invalid:
            break
        held = v3.EndDevices(end_devices=[device] * 2)
        assert v3.EndDevices.FromString(held.SerializeToString()) == held
    assert levels == too_many


def test_a_long_path_is_cut() -> None:
    path, _ = refusal(v3.EndDevice, {"locations": {"x" * 10_000: 1}})
    assert len(str(path)) <= 256


def test_a_part_of_a_message_leaves_the_rest_as_it_is() -> None:
    device = v3.EndDevice(name="sensor")
    json_codec.read_into(device, {"description": "in the cellar"})
    assert (device.name, device.description) == ("sensor", "in the cellar")


def test_a_message_as_plain_values_can_stand_in_other_json() -> None:
    details = v3.ErrorDetails(namespace="pkg/errors", attributes=struct_pb2.Struct())
    assert json_codec.to_object(details) == {"namespace": "pkg/errors", "attributes": {}}
