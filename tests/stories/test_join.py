"""A device is sold: it joins at its maker's, is claimed, joins its new owner's network with keys under their KEK."""

import os
from base64 import b64encode
from typing import Any

import pytest

from claimstack.lorawan import AES128Key, DevNonce, NetID
from claimstack.lorawan.otaa import KeyCipher, session_keys, unseal, unwrap
from tests.support.house import ADMIN_KEY, House, People, fresh
from tests.support.joining import app_s_key_req, home_ns_req, join_req, join_request

JOIN_EUI, ROOT_KEY, CODE = "70B3D57ED0000000", bytes(range(16)), "STORYCODE7654321"
KEK = bytes(range(100, 132))


class Networks:
    """The maker's network 000013 and the owner's 000042, each known by a header of its own."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._headers = {net_id: f"Token {fresh('network')}" for net_id in ("000013", "000042")}
        for net_id, header in self._headers.items():
            keks = [{"label": "owners-kek", "key": b64encode(KEK).decode()}] if net_id == "000042" else []
            words = {"peer_id": fresh("peer"), "net_ids": [net_id], "as_ids": [f"as.{net_id}"], "keks": keks}
            answer = house.http.post(
                "/api/claimstack/v1/peers",
                json={"peer": {**words, "authorization": header, "app_s_key": "APP_S_KEY_WRAPPED"}},
                headers={"authorization": f"Bearer {ADMIN_KEY}"},
            )
            assert answer.status_code == 200, answer.text

    def ask(self, net_id: str, words: dict[str, Any]) -> dict[str, Any]:
        answer = self._house.http.post(
            "/backend-interfaces", json=words, headers={"authorization": self._headers[net_id]}
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
def networks(house: House) -> Networks:
    return Networks(house)


def result(words: dict[str, Any]) -> str:
    return str(words["Result"]["ResultCode"])


def test_a_claimed_device_joins_its_new_home(house: House, people: People, networks: Networks) -> None:
    source, target = house.application(people.maker, "source"), house.application(people.owner, "target")
    dev_eui = os.urandom(8)
    ids = {"device_id": "sensor-1", "join_eui": JOIN_EUI, "dev_eui": dev_eui.hex().upper()}
    device = {"ids": ids, "claim_authentication_code": {"value": CODE}}
    house.ok("POST", f"/applications/{source}/devices", {"end_device": device}, people.maker.key)
    part = {"ids": ids, "root_keys": {"app_key": {"key": ROOT_KEY.hex()}}, "net_id": "000013"}
    mask = {"paths": ["root_keys.app_key.key", "net_id"]}
    path = f"/js/applications/{source}/devices/sensor-1"
    house.ok("PUT", path, {"end_device": part, "field_mask": mask}, people.maker.key)

    def frame(nonce: int) -> bytes:
        return join_request(nonce, ROOT_KEY, dev_eui)

    at_makers = networks.ask("000013", join_req(frame(1), dev_eui))
    old = {"DevEUI": dev_eui.hex(), "SenderID": "as.000013"}
    assert result(at_makers) == "Success"
    assert result(networks.ask("000013", app_s_key_req(at_makers["SessionKeyID"], **old))) == "Success"
    assert result(networks.ask("000042", join_req(frame(2), dev_eui, SenderID="000042"))) == "ActivationDisallowed"

    key = house.application_key(source, people.maker.key, "RIGHT_APPLICATION_ALL")
    house.ok("POST", f"/edcs/applications/{source}/authorize", {"api_key": key}, people.maker.key)
    claim = {
        "authenticated_identifiers": {
            "join_eui": JOIN_EUI, "dev_eui": dev_eui.hex().upper(), "authentication_code": CODE,
        },
        "target_application_ids": {"application_id": target},
        "invalidate_authentication_code": True,
        "target_net_id": "000042",
        "target_network_server_kek_label": "owners-kek",
        "target_application_server_kek_label": "owners-kek",
        "target_application_server_id": "as.000042",
    }  # fmt: skip
    house.ok("POST", "/edcs/claim", claim, people.owner.key)

    assert result(networks.ask("000013", app_s_key_req(at_makers["SessionKeyID"], **old))) == "JoinReqFailed"
    assert result(networks.ask("000013", join_req(frame(3), dev_eui))) == "ActivationDisallowed"
    assert networks.ask("000013", home_ns_req(DevEUI=dev_eui.hex()))["HNetID"] == "000042"
    home = {"SenderID": "000042"}
    assert result(networks.ask("000042", join_req(frame(1), dev_eui, **home))) == "JoinReqFailed"
    joined = networks.ask("000042", join_req(frame(4), dev_eui, **home))
    assert result(joined) == "Success"
    cipher = KeyCipher(AES128Key(ROOT_KEY))
    accept, _ = unseal(bytes.fromhex(joined["PHYPayload"]), cipher)
    keys = session_keys(cipher, NetID.from_hex("000042"), accept.join_nonce, DevNonce.from_int(4))
    assert (int(accept.join_nonce), str(accept.net_id)) == (2, "000042")
    for name, expected in (("NwkSKey", keys.f_nwk_s_int_key), ("AppSKey", keys.app_s_key)):
        assert joined[name]["KEKLabel"] == "owners-kek"
        assert unwrap(bytes.fromhex(joined[name]["AESKey"]), KEK) == expected
    fetched = {"DevEUI": dev_eui.hex(), "SenderID": "as.000042"}
    told = networks.ask("000042", app_s_key_req(joined["SessionKeyID"], **fetched))
    assert told["AppSKey"] == joined["AppSKey"]
