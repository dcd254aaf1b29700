"""The contract's rules at the door: the first broken one is named, a masked write is held to what it sets."""

import pytest
from google.protobuf.message import Message

from claimstack.edge import rules
from claimstack.errors import Invalid
from claimstack.wire import v3


def broken(request: Message, mask: list[str] | None = None) -> str:
    """The field that is named."""
    with pytest.raises(Invalid) as refused:
        rules.check(request, mask)
    return str(refused.value.attributes["field"])


def device(**fields: object) -> v3.UpdateEndDeviceRequest:
    ids = {"device_id": "dev-1", "application_ids": {"application_id": "app-1"}}
    return v3.UpdateEndDeviceRequest(end_device={"ids": ids, **fields})


def test_a_broken_rule_names_field_and_expectation() -> None:
    with pytest.raises(Invalid) as refused:
        rules.check(v3.GetApplicationRequest(application_ids={"application_id": "X"}))
    assert refused.value.attributes["field"] == "application_ids.application_id"
    assert refused.value.attributes["name"] == "application_id"
    assert refused.value.attributes["type"] == "GetApplicationRequest"
    assert refused.value.attributes["reason"]


def test_a_masked_write_is_held_to_what_it_sets() -> None:
    request = device(name="n" * 51, description="fine")
    assert broken(request, ["name"]) == "end_device.name"
    rules.check(request, ["description"])


def test_a_masked_write_is_always_held_to_its_identifiers() -> None:
    request = v3.UpdateEndDeviceRequest(end_device={"ids": {"device_id": "X"}})
    assert broken(request, ["name"]).startswith("end_device.ids")


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (device(name="a\0b"), "end_device.name"),
        (device(attributes={"key": "a\0"}), "end_device.attributes"),
        (device(attributes={"k\0y": "a"}), "end_device.attributes"),
        (v3.SearchAccountsRequest(query="\0"), "query"),
        (v3.GetApplicationRequest(field_mask={"paths": ["name", "\0"]}), "field_mask.paths"),
    ],
)
def test_text_holds_no_nul_character(request_: Message, path: str) -> None:
    assert broken(request_) == path


def test_a_zero_byte_in_an_eui_is_none_in_a_text() -> None:
    request = device(name="fine")
    request.end_device.ids.dev_eui = bytes(8)
    rules.check(request, ["name"])
