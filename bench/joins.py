"""Joins per second through Backend Interfaces: a Network Server with one header, devices that join again and again."""

import base64
import itertools

import httpx
import orjson

from bench.house import JOIN_EUI, KEY, House
from claimstack.lorawan import AES128Key, DevEUI, DevNonce, JoinEUI
from claimstack.lorawan.otaa import JoinRequest, KeyCipher

ROOT_KEY = bytes(range(16))
NET_ID, USER = "000013", "bench:bench"
_CIPHER = KeyCipher(AES128Key(ROOT_KEY))
_numbers = itertools.count(1)


async def joining_devices(house: House, count: int, first: int) -> None:
    """Devices with an AppKey on the Join Server, at home in the network, and that network."""
    application = f"joins-{next(_numbers)}"
    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{house.http_port}/api", headers=headers, timeout=60
    ) as api:
        await _ok(
            api, "POST", "/v3/users/admin/applications", {"application": {"ids": {"application_id": application}}}
        )
        peer = {"peer_id": application, "net_ids": [NET_ID], "authorization": _authorization()}
        await _ok(api, "POST", "/claimstack/v1/peers", {"peer": peer})
        home = {"settings": {"home_net_id": NET_ID}, "field_mask": {"paths": ["home_net_id"]}}
        await _ok(api, "POST", f"/v3/js/applications/{application}/settings", home)
        for number in range(first, first + count):
            await _device(api, application, number)


def _authorization() -> str:
    return f"Basic {base64.b64encode(USER.encode()).decode()}"


async def _device(api: httpx.AsyncClient, application: str, number: int) -> None:
    ids = {"device_id": f"join-{number}", "join_eui": JOIN_EUI, "dev_eui": f"{number:016X}"}
    await _ok(api, "POST", f"/v3/applications/{application}/devices", {"end_device": {"ids": ids}})
    part = {"ids": ids, "root_keys": {"app_key": {"key": ROOT_KEY.hex()}}}
    words = {"end_device": part, "field_mask": {"paths": ["root_keys.app_key.key"]}}
    await _ok(api, "PUT", f"/v3/js/applications/{application}/devices/join-{number}", words)


async def _ok(api: httpx.AsyncClient, verb: str, path: str, words: object) -> None:
    answer = await api.request(verb, path, content=orjson.dumps(words))
    if answer.status_code != 200:
        raise RuntimeError(f"{verb} {path}: {answer.status_code} {answer.text}")


def joins(count: int, first: int, dev_nonce: int) -> list[bytes]:
    """One join of each device."""
    return [_request(_join_req(number, dev_nonce)) for number in range(first, first + count)]


def _request(body: bytes) -> bytes:
    head = f"POST /backend-interfaces HTTP/1.1\r\nHost: localhost\r\nAuthorization: {_authorization()}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _join_req(number: int, dev_nonce: int) -> bytes:
    dev_eui = DevEUI.from_int(number)
    frame = JoinRequest.signed(JoinEUI.from_hex(JOIN_EUI), dev_eui, DevNonce.from_int(dev_nonce), _CIPHER)
    words = {
        "ProtocolVersion": "1.0", "TransactionID": number, "MessageType": "JoinReq", "SenderID": NET_ID,
        "ReceiverID": JOIN_EUI, "MACVersion": "1.0.3", "PHYPayload": bytes(frame).hex(), "DevEUI": str(dev_eui),
        "DevAddr": "26000001", "DLSettings": "00", "RxDelay": 1,
    }  # fmt: skip
    return orjson.dumps(words)
