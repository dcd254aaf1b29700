"""Field masks: what a request may name, what a mask selects, and what it sets and clears."""

from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st

from claimstack import masks
from claimstack.errors import Invalid
from claimstack.wire import v3
from tests.support.contract_messages import ALL, any_message, messages

IS_GET = "ttn.lorawan.v3.EndDeviceRegistry/Get"
AS_SET = "ttn.lorawan.v3.AsEndDeviceRegistry/Set"


def forbidden(do: Any, *args: Any) -> Any:
    with pytest.raises(Invalid) as caught:
        do(*args)
    assert caught.value.namespace == "pkg/rpcmiddleware/validator"
    assert caught.value.name == "field_mask_paths"
    return caught.value.attributes["forbidden_paths"]


def device() -> v3.EndDevice:
    return v3.EndDevice(
        ids=v3.EndDeviceIdentifiers(device_id="sensor-1", dev_eui=bytes(8)),
        name="Sensor",
        attributes={"a": "b"},
        used_dev_nonces=[1, 2],
        mac_settings=v3.MACSettings(adr=v3.ADRSettings(dynamic=v3.ADRSettings.DynamicMode(margin={"value": 2.5}))),
    )


def test_a_listed_path_is_admitted() -> None:
    masks.check_read(IS_GET, FieldMask(paths=["name", "claim_authentication_code"]))
    masks.check_write(AS_SET, ["formatters.up_formatter"])


def test_a_path_must_be_listed_exactly() -> None:
    assert forbidden(masks.check_read, IS_GET, ["name", "root_keys", "ids.dev_eui."]) == [
        "root_keys",
        "ids.dev_eui.",
    ]


def test_reading_does_not_entitle_to_writing() -> None:
    assert "session" in masks.allowed("ttn.lorawan.v3.AsEndDeviceRegistry/Get")
    assert forbidden(masks.check_write, AS_SET, ["session"]) == ["session"]


def test_an_rpc_without_a_list_admits_no_path() -> None:
    assert masks.allowed("ttn.lorawan.v3.Nothing/Get") == frozenset()
    assert forbidden(masks.check_read, "ttn.lorawan.v3.Nothing/Get", ["name"]) == ["name"]


def test_the_number_of_paths_is_bounded() -> None:
    assert forbidden(masks.check_read, IS_GET, ["name"] * 1001) == ["more than 1000 paths"]
    assert forbidden(masks.select, device(), ["name"] * 1001) == ["more than 1000 paths"]


def test_an_error_names_a_few_paths_and_cuts_them() -> None:
    shown = forbidden(masks.check_read, IS_GET, ["x" * 1000] * 20)
    assert shown == ["x" * 200] * 10


def test_every_listed_path_exists_in_its_message() -> None:
    for rpc, message_class in LISTED:
        assert masks.allowed(rpc)
        masks.select(message_class(), sorted(masks.allowed(rpc)))


LISTED: list[tuple[str, type[Message]]] = [
    (IS_GET, v3.EndDevice),
    (AS_SET, v3.EndDevice),
    ("ttn.lorawan.v3.NsEndDeviceRegistry/Set", v3.EndDevice),
    ("ttn.lorawan.v3.JsEndDeviceRegistry/Get", v3.EndDevice),
    ("ttn.lorawan.v3.ApplicationRegistry/Update", v3.Application),
    ("ttn.lorawan.v3.UserRegistry/Get", v3.User),
    ("ttn.lorawan.v3.OrganizationRegistry/Get", v3.Organization),
    ("ttn.lorawan.v3.ApplicationAccess/UpdateAPIKey", v3.APIKey),
]


def test_a_value_outside_the_list_is_refused_in_a_set() -> None:
    request = v3.SetEndDeviceRequest(end_device=v3.EndDevice(root_keys={"app_key": {"key": bytes(16)}}))
    with pytest.raises(Invalid) as caught:
        masks.check_values(AS_SET, request)
    assert caught.value.name == "non_zero_path"
    assert caught.value.attributes == {"path": "root_keys.app_key.key"}


def test_identifiers_and_listed_values_may_be_carried_by_a_set() -> None:
    carried = v3.EndDevice(ids={"device_id": "sensor-1"}, skip_payload_crypto=True)
    carried.created_at.seconds = 1
    carried.version_ids.brand_id = "acme"
    masks.check_values(AS_SET, v3.SetEndDeviceRequest(end_device=carried))


def test_what_only_reads_may_carry_anything() -> None:
    masks.check_values(IS_GET, v3.GetEndDeviceRequest(end_device_ids={"device_id": "sensor-1"}))


def test_select_takes_the_named_paths_and_nothing_else() -> None:
    chosen = masks.select(device(), ["ids.device_id", "attributes"])
    assert chosen == v3.EndDevice(ids={"device_id": "sensor-1"}, attributes={"a": "b"})


def test_a_parent_selects_its_whole_sub_message() -> None:
    assert masks.select(device(), ["ids.device_id", "ids"]).ids == device().ids
    assert masks.select(device(), ["ids", "ids.device_id"]).ids == device().ids


def test_a_oneof_is_a_segment() -> None:
    whole = masks.select(device(), ["mac_settings.adr.mode.dynamic"])
    assert whole.mac_settings.adr.dynamic.margin.value == 2.5
    part = masks.select(device(), ["mac_settings.adr.mode.dynamic.margin"])
    assert part == whole
    assert masks.select(device(), ["mac_settings.adr.mode"]) == whole
    assert not masks.select(device(), ["mac_settings.adr.mode.static"]).mac_settings.adr.HasField("static")


@pytest.mark.parametrize(
    "path",
    ["", ".", "nothing", "name.first", "ids.", ".ids", "attributes.a", "locations.user", "used_dev_nonces.0",
     "mac_settings.adr.dynamic", "mac_settings.adr.mode.margin", "provisioning_data.fields", "created_at.seconds",
     "ids." * 100 + "dev_eui"],
)  # fmt: skip
def test_what_is_no_path_is_refused(path: str) -> None:
    assert forbidden(masks.select, device(), [path]) == [path[:200]]


def test_apply_sets_what_is_there_and_clears_what_is_not() -> None:
    target = device()
    masks.apply(target, v3.EndDevice(description="new"), ["name", "description", "ids.dev_eui", "attributes"])
    assert target.description == "new"
    assert target.name == ""
    assert target.ids == v3.EndDeviceIdentifiers(device_id="sensor-1")
    assert not target.attributes
    assert list(target.used_dev_nonces) == [1, 2]


def test_apply_replaces_lists_and_never_adds_to_them() -> None:
    target = device()
    masks.apply(target, v3.EndDevice(used_dev_nonces=[3]), ["used_dev_nonces"])
    assert list(target.used_dev_nonces) == [3]


def test_apply_of_one_member_of_a_oneof_puts_the_other_away() -> None:
    target, source = device(), v3.EndDevice()
    source.mac_settings.adr.static.data_rate_index = v3.DATA_RATE_3
    masks.apply(target, source, ["mac_settings.adr.mode.static.data_rate_index"])
    assert target.mac_settings.adr.WhichOneof("mode") == "static"


def test_apply_of_an_absent_oneof_clears_it() -> None:
    target = device()
    masks.apply(target, v3.EndDevice(), ["mac_settings.adr.mode"])
    assert target.mac_settings.adr.WhichOneof("mode") is None


def test_apply_below_what_neither_has_makes_nothing() -> None:
    target = device()
    masks.apply(target, v3.EndDevice(), ["session.dev_addr"])
    assert target == device()


def test_set_paths_names_the_leaves_with_oneofs_and_the_empty_messages() -> None:
    full = device()
    full.formatters.SetInParent()
    assert masks.set_paths(full) == [
        "ids.device_id",
        "ids.dev_eui",
        "name",
        "attributes",
        "mac_settings.adr.mode.dynamic.margin",
        "used_dev_nonces",
        "formatters",
    ]


@settings(max_examples=300, deadline=None)
@given(any_message())
def test_the_set_paths_of_a_message_select_it_whole(message: Message) -> None:
    assert masks.select(message, masks.set_paths(message)) == message


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ALL).flatmap(lambda c: st.tuples(messages(c), messages(c))), st.data())
def test_after_apply_both_have_the_same_at_the_paths_and_the_rest_is_as_before(
    pair: tuple[Message, Message], data: st.DataObject
) -> None:
    source, target = pair
    every = [field.name for field in source.DESCRIPTOR.fields if not field.containing_oneof]
    paths = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    rest = [path for path in every if path not in paths]
    before = masks.select(target, rest)
    masks.apply(target, source, paths)
    assert masks.select(target, paths) == masks.select(source, paths)
    assert masks.select(target, rest) == before


@settings(max_examples=200, deadline=None)
@given(any_message(), st.data())
def test_selecting_twice_is_selecting_once(message: Message, data: st.DataObject) -> None:
    every = masks.set_paths(message)
    paths = data.draw(st.lists(st.sampled_from(every))) if every else []
    once = masks.select(message, paths)
    assert masks.select(once, paths) == once
    assert set(masks.set_paths(once)) <= {*every, *paths}


def test_more_paths_than_are_kept_planned_work_the_same() -> None:
    paths = sorted(masks.allowed("ttn.lorawan.v3.NsEndDeviceRegistry/Get"))
    assert len(paths) > 500
    assert masks.select(device(), paths).mac_settings == device().mac_settings
