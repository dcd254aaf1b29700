"""Joins per second through Backend Interfaces: a Network Server with one header, devices that join again and again."""

import base64
import itertools
from collections import Counter

import httpx
import orjson

from bench.figures import Row, measured, row
from bench.house import JOIN_EUI, House
from bench.load import request
from bench.seed import an_application, ok
from claimstack.lorawan import AES128Key, DevEUI, DevNonce, JoinEUI
from claimstack.lorawan.otaa import JoinRequest, KeyCipher

ROOT_KEY = bytes(range(16))
NET_ID = "000013"
AUTHORIZATION = f"Basic {base64.b64encode(b'bench:bench').decode()}"
JOINS, FIRST_JOINING = 2000, 10_000_000
_CIPHER = KeyCipher(AES128Key(ROOT_KEY))
_numbers = itertools.count(1)


async def rounds(house: House, engine: str) -> list[Row]:
    """First joins, then later ones, at 1, 16 and 64 clients; an answer other than Success is shown."""
    rows = []
    await joining_devices(house, JOINS, FIRST_JOINING)
    for dev_nonce, clients in enumerate((1, 16, 64), 1):
        outcome, cpu = await measured(house, joins(JOINS, FIRST_JOINING, dev_nonce), clients, keep=True)
        outcome.statuses = Counter({200: sum(b'"Success"' in body for body in outcome.bodies or ())})
        outcome.statuses[0] = JOINS - outcome.statuses[200]
        rows.append(row(f"join (TS002), {engine}, {clients} clients", outcome, cpu, None))
    return rows


async def joining_devices(house: House, count: int, first: int) -> None:
    """Devices with an AppKey on the Join Server, at home in the network, and that network."""
    application = f"joins-{next(_numbers)}"
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.http_port}/api", timeout=60) as api:
        await an_application(api, application, "v3/users/admin")
        peer = {"peer_id": application, "net_ids": [NET_ID], "authorization": AUTHORIZATION}
        await ok(api, "POST", "/claimstack/v1/peers", {"peer": peer})
        home = {"settings": {"home_net_id": NET_ID}, "field_mask": {"paths": ["home_net_id"]}}
        await ok(api, "POST", f"/v3/js/applications/{application}/settings", home)
        for number in range(first, first + count):
            await _device(api, application, number)


async def _device(api: httpx.AsyncClient, application: str, number: int) -> None:
    ids = {"device_id": f"join-{number}", "join_eui": JOIN_EUI, "dev_eui": f"{number:016X}"}
    await ok(api, "POST", f"/v3/applications/{application}/devices", {"end_device": {"ids": ids}})
    part = {"ids": ids, "root_keys": {"app_key": {"key": ROOT_KEY.hex()}}}
    words = {"end_device": part, "field_mask": {"paths": ["root_keys.app_key.key"]}}
    await ok(api, "PUT", f"/v3/js/applications/{application}/devices/join-{number}", words)


def joins(count: int, first: int, dev_nonce: int) -> list[bytes]:
    """One join of each device."""
    numbers = range(first, first + count)
    return [request("POST", "/backend-interfaces", AUTHORIZATION, _join_req(n, dev_nonce)) for n in numbers]


def _join_req(number: int, dev_nonce: int) -> bytes:
    dev_eui = DevEUI.from_int(number)
    frame = JoinRequest.signed(JoinEUI.from_hex(JOIN_EUI), dev_eui, DevNonce.from_int(dev_nonce), _CIPHER)
    words = {
        "ProtocolVersion": "1.0", "TransactionID": number, "MessageType": "JoinReq", "SenderID": NET_ID,
        "ReceiverID": JOIN_EUI, "MACVersion": "1.0.3", "PHYPayload": bytes(frame).hex(), "DevEUI": str(dev_eui),
        "DevAddr": "26000001", "DLSettings": "00", "RxDelay": 1,
    }  # fmt: skip
    return orjson.dumps(words)
