"""The Network Server of a simulated join: it passes the frame on by LoRaWAN Backend Interfaces 1.0 (TS002)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from claimstack.cli.client.connection import Connection, LostAnswer, Unreachable
from claimstack.cli.client.failures import Failure
from claimstack.cli.simulation.device import SimulatedDevice
from claimstack.lorawan.otaa import JoinRequest

PATH = "/backend-interfaces"
HINTS = {
    "UnknownSender": "register a peer with this NetID and header first: `claimstack peers create`",
    "ActivationDisallowed": "the device is at home in another network: `end-devices set … --net-id`, or --net-id here",
}


class SimulatedNetwork:
    """A network with a NetID, known to the Join Server by an Authorization header."""

    def __init__(self, connection: Connection, net_id: str, authorization: str, path: str = PATH) -> None:
        self.net_id, self._connection = net_id, connection
        self._authorization, self._path = authorization, path

    @property
    def place(self) -> str:
        """Where the Join Server is asked."""
        scheme = "https" if self._connection.tls else "http"
        return f"{scheme}://{self._connection.host}:{self._connection.port}{self._path}"

    def join(self, device: SimulatedDevice, request: JoinRequest, dev_addr: str) -> dict[str, Any]:
        """The JoinAns; Failure with the result when it is another than Success."""
        opt_neg = device.version.has_two_root_keys()
        answer = self._asked({
            "ProtocolVersion": "1.0",
            "TransactionID": 1,
            "MessageType": "JoinReq",
            "SenderID": self.net_id,
            "ReceiverID": str(device.join_eui),
            "MACVersion": str(device.version),
            "PHYPayload": bytes(request).hex().upper(),
            "DevEUI": str(device.dev_eui),
            "DevAddr": dev_addr,
            "DLSettings": "80" if opt_neg else "00",
            "RxDelay": 1,
        })  # fmt: skip
        result = answer.get("Result", {})
        code = result.get("ResultCode", "no result")
        if code != "Success":
            raise Failure("not_joined", f"{code}: {result.get('Description', '')}".rstrip(": "), HINTS.get(code, ""))
        return answer

    def _asked(self, words: dict[str, Any]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._authorization:
            headers["Authorization"] = self._authorization
        try:
            answer = self._connection.request("POST", self._path, headers, json.dumps(words).encode())
            found = json.loads(answer.read())
        except (LostAnswer, Unreachable, ValueError) as broken:
            raise Failure("no_join_server", f"{self.place}: {broken}") from broken
        if not isinstance(found, dict):
            raise Failure("no_join_server", f"{self.place}: no Join Server answers there")
        return found


def split_url(url: str) -> tuple[str, int, str, bool]:
    """Host, port, path and whether it is TLS, of where a Join Server is asked."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Failure("flag_value", "--join-server: expected http://host:port/path or https://…")
    tls = parts.scheme == "https"
    return parts.hostname, parts.port or (443 if tls else 80), parts.path or "/", tls
