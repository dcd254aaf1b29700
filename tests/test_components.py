"""A node that is a part of the whole: what is not selected answers Unimplemented."""

from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty

from claimstack.components import selected
from claimstack.settings import SettingsError, load
from claimstack.wire import v3
from tests.support.house import House, Refusal, house_settings


@pytest.fixture
def join_server(tmp_path: Path) -> Iterator[House]:
    house = House(house_settings(tmp_path / "data", "", components=("js",)))
    yield house
    house.close()


def test_a_join_server_alone_serves_joins_and_who_may_what(join_server: House) -> None:
    assert join_server.call("Js/GetDefaultJoinEUI", Empty())[0].join_eui == bytes(8)
    assert join_server.api("GET", "/users").status_code == 200
    answer = join_server.http.post("/backend-interfaces", json={"MessageType": "JoinReq"})
    assert answer.json()["Result"]["ResultCode"] == "UnknownSender"


@pytest.mark.parametrize(
    ("rpc", "request_"),
    [
        ("Ns/GetNetID", Empty()),
        ("EndDeviceClaimingServer/Claim", v3.ClaimEndDeviceRequest()),
        ("EndDeviceQRCodeGenerator/ListFormats", Empty()),
        ("AsEndDeviceRegistry/Get", v3.GetEndDeviceRequest()),
    ],
)
def test_what_is_not_selected_is_unimplemented(join_server: House, rpc: str, request_: object) -> None:
    with pytest.raises(Refusal) as refusal:
        join_server.call(rpc, request_.SerializeToString())  # type: ignore[attr-defined]
    assert refusal.value.code is grpc.StatusCode.UNIMPLEMENTED


def test_over_http_it_is_not_implemented_either(join_server: House) -> None:
    assert join_server.api("GET", "/qr-codes/end-devices/formats").status_code == 501
    assert join_server.http.put("/api/v2/devices/0004A310001FF9E0/claim", json={}).status_code == 404


def test_without_a_join_server_nothing_joins(tmp_path: Path) -> None:
    house = House(house_settings(tmp_path / "data", "", components=("dcs",)))
    try:
        assert house.http.post("/backend-interfaces", json={}).status_code == 404
    finally:
        house.close()


def test_the_identity_server_is_part_of_every_node() -> None:
    services = {"ttn.lorawan.v3.UserRegistry": 1, "ttn.lorawan.v3.Js": 2, "ttn.lorawan.v3.Ns": 3}
    assert list(selected(services, ("js",)).values()) == [1, 2]


def test_an_unknown_component_is_named() -> None:
    with pytest.raises(SettingsError, match="no component 'xs'"):
        load({"components": "js,xs"})
