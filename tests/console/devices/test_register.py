"""Registering by hand and from a label: what is made here, what is refused, and that nothing half remains."""

import re
from typing import Any

import pytest

from claimstack.qr_codes import draw, png
from tests.console.conftest import Fields, Visiting, Visitor
from tests.console.devices.test_story import claimed, opened
from tests.support.house import House, Person

LABEL = "LW:D0:70B3D57ED0000000:0004A3FB00000001:00000000:O7QK2ZB9XHT4MWD3S"
GIVEN: dict[str, Any] = {"eui": "enter", "join_eui": "70B3D57ED0000000", "frequency_plan_id": "EU_863_870_TTN"}
VERSIONS = {"lorawan_version": "MAC_V1_0_3", "lorawan_phy_version": "PHY_V1_0_3_REV_A"}


def filled(visitor: Visitor, path: str, **given: str) -> dict[str, Any]:
    """The form for a new device as a browser has it, with the lists chosen from, and what is given."""
    return {**dict(Fields(visitor.get(path).text, path).values), **VERSIONS, **given}


@pytest.fixture
def app(console: House, maker: Person) -> str:
    return console.application(maker, "registered")


def test_a_devices_label_fills_the_form_in(visitor: Visitor, app: str) -> None:
    answer = visitor.post(f"/console/applications/{app}/devices/_label", label=LABEL)
    values = dict(Fields(answer.text, f"/console/applications/{app}/devices/_new").values)
    assert values["dev_eui"] == "0004A3FB00000001"
    assert values["join_eui"] == "70B3D57ED0000000"
    assert values["code"] == "7QK2ZB9XHT4MWD3S"
    assert values["device_id"] == "eui-0004a3fb00000001"


def test_a_picture_of_a_label_is_read(visitor: Visitor, app: str) -> None:
    path, headers = f"/console/applications/{app}/devices/_label/picture", {"sec-fetch-site": "same-origin"}
    answer = visitor.http.post(path, content=png(draw(LABEL), 400), headers=headers)
    assert (answer.status_code, answer.text) == (200, LABEL)
    for content in (png(draw("https://example.com/elsewhere"), 400), b"no picture"):
        assert visitor.http.post(path, content=content, headers=headers).status_code == 422


def test_a_former_owner_is_told_that_a_device_left_and_a_stranger_nothing(
    visitor: Visitor, visiting: Visiting, console: House, maker: Person
) -> None:
    owner, app = console.person("owner"), console.application(maker, "former")
    opened(console, maker, app)
    ids = {"device_id": "gone", "join_eui": "70B3D57ED0000000", "dev_eui": "0004A3FD0000F0E1"}
    device = {"ids": ids, "claim_authentication_code": {"value": "ABCD2345EFGH6789"}}
    console.ok("POST", f"/applications/{app}/devices", {"end_device": device}, maker.key)
    farm = console.application(owner, "far")
    claimed(console, f"LW:D0:{ids['join_eui']}:{ids['dev_eui']}:00000000:OABCD2345EFGH6789", owner, farm)
    path = f"/console/applications/{app}/devices"
    told = visitor.get(f"{path}/gone/claiming")
    assert told.status_code == 404
    assert "now belongs to someone else" in told.text
    assert farm not in told.text
    assert owner.uid not in told.text
    assert "There is no such page" in visitor.get(f"{path}/never-here").text
    stranger = visiting(console.person("stranger").session)
    never = f"/console/applications/{app}-no/devices/gone"
    shown = [stranger.get(one).text.replace(one, "") for one in (f"{path}/gone", never)]
    assert shown[0] == shown[1]
    assert "There is no such page" in shown[0]


def test_a_text_that_is_no_label_is_told_beside_its_field(visitor: Visitor, app: str) -> None:
    answer = visitor.post(f"/console/applications/{app}/devices/_label", label="this is no label at all")
    assert answer.status_code == 400
    assert 'id="label-problem"' in answer.text


def test_eui_keys_and_code_are_made_here(visitor: Visitor, console: House, maker: Person, app: str) -> None:
    path = f"/console/applications/{app}/devices/_new"
    form = filled(visitor, path, device_id="made-here", frequency_plan_id="EU_863_870_TTN")
    made = visitor.post(path, **form)
    assert made.status_code == 303, made.text
    found = console.ok(
        "GET", f"/applications/{app}/devices/made-here?field_mask=claim_authentication_code,ids", token=maker.key
    )
    assert found["ids"]["dev_eui"].startswith("0004A310")
    assert re.fullmatch("[2-9A-HJ-NP-Z]{16}", found["claim_authentication_code"]["value"])
    keys = console.ok("GET", f"/js/applications/{app}/devices/made-here?field_mask=root_keys", token=maker.key)
    assert len(keys["root_keys"]["app_key"]["key"]) == 32


def test_a_form_with_mistakes_names_each_and_registers_nothing(
    visitor: Visitor, console: House, maker: Person, app: str
) -> None:
    wrong = {"device_id": "half", "eui": "enter", "dev_eui": "12", "join_eui": "x", "keys": "enter", "app_key": "zz"}
    path = f"/console/applications/{app}/devices/_new"
    answer = visitor.post(path, **filled(visitor, path, **wrong))
    assert answer.status_code == 400
    for name in ("dev_eui", "join_eui", "app_key", "frequency_plan_id"):
        assert f'id="{name}-problem"' in answer.text, name
    assert console.ok("GET", f"/applications/{app}/devices", token=maker.key) == {}


def test_a_device_that_one_server_refuses_is_taken_back(
    visiting: Visiting, console: House, maker: Person, app: str
) -> None:
    helper = console.person("helper")
    rights = [f"RIGHT_APPLICATION_{one}" for one in ("INFO", "DEVICES_READ", "DEVICES_WRITE")]
    member = {"ids": {"user_ids": {"user_id": helper.uid}}, "rights": rights}
    console.ok("PUT", f"/applications/{app}/collaborators", {"collaborator": member}, maker.key)
    visitor, path = visiting(helper.session), f"/console/applications/{app}/devices/_new"
    given = {**GIVEN, "dev_eui": "0004A3FB00000002", "device_id": "half", "keys": "generate"}
    answer = visitor.post(path, **filled(visitor, path, **given))
    assert answer.status_code == 400
    assert "You lack the rights for this" in answer.text
    assert console.ok("GET", f"/applications/{app}/devices", token=maker.key) == {}
    made = visitor.post(path, **filled(visitor, path, **{**given, "keys": "none"}))
    assert made.status_code == 303


def test_a_form_sent_twice_registers_one_device_with_its_first_keys(
    visitor: Visitor, console: House, maker: Person, app: str
) -> None:
    path = f"/console/applications/{app}/devices/_new"
    form = filled(visitor, path, **GIVEN, dev_eui="0004A3FB00000003", device_id="twice")
    keys = []
    for _ in range(2):
        assert visitor.post(path, **form).status_code == 303
        found = console.ok("GET", f"/js/applications/{app}/devices/twice?field_mask=root_keys", token=maker.key)
        keys.append(found["root_keys"]["app_key"]["key"])
    assert keys[0] == keys[1]


def test_the_filters_of_the_list_show_what_they_say(visitor: Visitor, console: House, maker: Person, app: str) -> None:
    for number, name in ((4, "coded"), (5, "plain")):
        ids = {"device_id": name, "join_eui": "70B3D57ED0000000", "dev_eui": f"0004A3FB{number:08X}"}
        console.ok("POST", f"/applications/{app}/devices", {"end_device": {"ids": ids}}, maker.key)
    base = f"/console/applications/{app}/devices"
    assert "plain" in visitor.get(f"{base}?show=silent").text
    assert "plain" not in visitor.get(f"{base}?show=claimed").text
    assert "coded</a>" in visitor.get(f"{base}?q=00-04-A3-FB-00-00-00-04").text
    assert "plain</a>" not in visitor.get(f"{base}?q=00-04-A3-FB-00-00-00-04").text


def test_deleting_asks_once_and_names_the_device(visitor: Visitor, console: House, maker: Person, app: str) -> None:
    ids = {"device_id": "to-go", "join_eui": "70B3D57ED0000000", "dev_eui": "0004A3FB00000006"}
    console.ok("POST", f"/applications/{app}/devices", {"end_device": {"ids": ids}}, maker.key)
    base = f"/console/applications/{app}/devices"
    assert "Delete the end device to-go?" in visitor.get(f"{base}/to-go/settings").text
    assert visitor.send(f"{base}/to-go/delete", f"{base}/to-go/settings").status_code == 303
    assert visitor.get(f"{base}/to-go").status_code == 404
