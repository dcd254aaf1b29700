"""A maker's side in a house: an application open to claims, devices with codes, and a peer that may claim."""

import base64
import itertools
from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.house import ADMIN_KEY as ADMIN
from tests.support.house import House, Person, fresh

_numbers = itertools.count(0x0004A30B00100000)
JOIN_EUI = "EC656E0000000001"
CODE = "CAFE2345CAFE2345"


def new_dev_eui() -> str:
    """A DevEUI that nothing has yet, 16 upper-case hexadecimal digits."""
    return f"{next(_numbers):016X}"


def open_application(house: House, maker: Person) -> str:
    """An application whose devices may be claimed; its id."""
    uid = house.application(maker, "maker-app")
    rights = [f"RIGHT_APPLICATION_DEVICES_{name}" for name in ("READ", "WRITE", "READ_KEYS", "WRITE_KEYS")]
    key = house.application_key(uid, maker.key, *rights)
    house.ok("POST", f"/edcs/applications/{uid}/authorize", {"api_key": key}, maker.key)
    return uid


def a_device(
    house: House, maker: Person, application: str, dev_eui: str, code: str = CODE, join_eui: str = JOIN_EUI
) -> str:
    """A device of the maker with a code and an AppKey; its id."""
    ids = {"device_id": fresh("sensor"), "join_eui": join_eui, "dev_eui": dev_eui}
    device: dict[str, Any] = {"ids": ids}
    if code:
        device["claim_authentication_code"] = {"value": code}
    house.ok("POST", f"/applications/{application}/devices", {"end_device": device}, maker.key)
    keyed = {
        "ids": {**ids, "application_ids": {"application_id": application}},
        "root_keys": {"app_key": {"key": "0" * 31 + "1"}},
    }
    body = {"end_device": keyed, "field_mask": {"paths": ["root_keys.app_key.key"]}}
    house.ok("PUT", f"/js/applications/{application}/devices/{ids['device_id']}", body, maker.key)
    return ids["device_id"]


def set_code(house: House, maker: Person, application: str, device_id: str, code: str) -> None:
    """Give a device a code for its next sale."""
    body = {
        "end_device": {"claim_authentication_code": {"value": code}},
        "field_mask": {"paths": ["claim_authentication_code"]},
    }
    house.ok("PUT", f"/applications/{application}/devices/{device_id}", body, maker.key)


class Network:
    """A peer of a house that is known by Basic credentials, and its calls of the claim dialect."""

    def __init__(self, house: House, net_id: str = "000013", **more: Any) -> None:
        self.peer_id, self._house = fresh("network"), house
        self.user, self.password = self.peer_id, "the password of a network"
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        self.header = f"Basic {pair}"
        peer = {"peer_id": self.peer_id, "net_ids": [net_id], "as_ids": [f"as.{self.peer_id}"], **more}
        answer = house.http.post(
            "/api/claimstack/v1/peers",
            json={"peer": {**peer, "authorization": self.header}},
            headers={"authorization": f"Bearer {ADMIN}"},
        )
        assert answer.status_code == 200, answer.text
        self.net_id = net_id
        # Who speaks is read from memory, at most half a second behind the table.
        while self.status("0" * 16).status_code == 401:
            pass

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> httpx.Response:
        """One call below the house's HTTP port."""
        headers: Mapping[str, str] = {"authorization": self.header}
        return self._house.http.request(method, self._house.url + path, json=body, headers=headers, **more)

    def claim(self, dev_eui: str, code: str = CODE, **more: Any) -> httpx.Response:
        """As The Things Stack asks."""
        body = {"ownerToken": code, "homeNetID": self.net_id, "asID": "", "lock": True, **more}
        return self.call("PUT", f"/api/v2/devices/{dev_eui}/claim", body)

    def unclaim(self, dev_eui: str) -> httpx.Response:
        """Give it up."""
        return self.call("DELETE", f"/api/v2/devices/{dev_eui}/claim")

    def status(self, dev_eui: str) -> httpx.Response:
        """Ask for it."""
        return self.call("GET", f"/api/v2/devices/{dev_eui}/claim")
