"""Frequency plan and versions are changed later, from lists, by the rules of the API."""

import pytest

from tests.console.conftest import Visitor
from tests.console.devices.test_register import GIVEN, VERSIONS, filled
from tests.support.house import House, Person

MASK = "frequency_plan_id,lorawan_version,lorawan_phy_version"


@pytest.fixture
def base(visitor: Visitor, console: House, maker: Person) -> str:
    """The address of a device that a Network Server of ours has."""
    app = console.application(maker, "radio")
    path = f"/console/applications/{app}/devices"
    form = filled(visitor, f"{path}/_new", **GIVEN, device_id="one", dev_eui=f"0004A3FC{abs(hash(app)) % 16**8:08X}")
    made = visitor.post(f"{path}/_new", **form)
    assert made.status_code == 303, made.text
    return f"{path}/one"


def radio(console: House, base: str, key: str) -> dict[str, str]:
    app = base.split("/")[3]
    found = console.ok("GET", f"/ns/applications/{app}/devices/one?field_mask={MASK}", token=key)
    return {name: str(found[name]) for name in MASK.split(",")}


def test_plan_and_versions_are_changed(visitor: Visitor, console: House, maker: Person, base: str) -> None:
    words = {
        "frequency_plan_id": "US_902_928_FSB_2",
        "lorawan_version": "MAC_V1_0_4",
        "lorawan_phy_version": "RP002_V1_0_1",
    }
    shown = visitor.get(f"{base}/settings").text
    for name, value in {**VERSIONS, "frequency_plan_id": "EU_863_870_TTN"}.items():
        assert f'<option value="{value}" selected>' in shown, name
    answer = visitor.send(f"{base}/radio", f"{base}/settings", **words)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{base}/settings")
    assert radio(console, base, maker.key) == words


def test_what_was_not_chosen_is_asked_for_and_what_was_stays(
    visitor: Visitor, console: House, maker: Person, base: str
) -> None:
    before = radio(console, base, maker.key)
    words = {**VERSIONS, "lorawan_version": "", "frequency_plan_id": "US_902_928_FSB_2"}
    answer = visitor.post(f"{base}/radio", **words)
    assert answer.status_code == 400
    assert 'id="lorawan_version-problem"' in answer.text
    assert '<option value="US_902_928_FSB_2" selected>' in answer.text
    assert radio(console, base, maker.key) == before


def test_a_device_without_a_network_server_has_no_such_settings(
    visitor: Visitor, console: House, maker: Person
) -> None:
    app = console.application(maker, "no-radio")
    ids = {"device_id": "two", "join_eui": "70B3D57ED0000000", "dev_eui": "0004A3FC00FFFF02"}
    console.ok("POST", f"/applications/{app}/devices", {"end_device": {"ids": ids}}, maker.key)
    assert "/radio" not in visitor.get(f"/console/applications/{app}/devices/two/settings").text
