"""Type `ttjsv2`: the claim API of The Things Join Server 2.0, as the client of The Things Stack speaks it.

PUT, DELETE and GET of `<url>/api/v2/devices/<DevEUI>/claim`, with a client certificate or, as older ones, Basic; DELETE
of `<url>/api/v2/devices/<DevEUI>,<DevEUI>…/claims` for several. The JoinEUI is not sent: such a Join Server finds a
device by its DevEUI alone.
"""

import base64
from collections.abc import Mapping, Sequence

from claimstack.claiming_repository.answer import Answer, Done, Refused, Status, Unanswered, Why, of_status
from claimstack.claiming_repository.endpoint import Endpoint
from claimstack.claiming_repository.http import HttpClient, Reply
from claimstack.claiming_repository.join_server import Device, Order

_NET_ID_DIGITS, _NS_ID_DIGITS = 6, 16
_FOR_ALL = (Why.CREDENTIALS, Why.LATER)


class TtjsV2:
    """A Join Server of that dialect."""

    together = 20  # as many as The Things Stack sends

    def __init__(self, endpoint: Endpoint) -> None:
        self._http = HttpClient(endpoint, _authorization(endpoint))

    async def claim(self, order: Order) -> Answer:
        """Claim and lock; a repeat by us is as good as the first."""
        body = {
            "ownerToken": order.code.reveal().decode(),
            "homeNetID": order.net_id.hex().upper(),
            "asID": order.as_id,
            "lock": True,
        }
        if order.ns_id:
            body["homeNSID"] = order.ns_id.hex().upper()
        return _answer(await self._http.call("PUT", _path(order.device), body))

    async def release(self, device: Device) -> Answer:
        """Unclaim and unlock."""
        return _answer(await self._http.call("DELETE", _path(device)))

    async def release_many(self, devices: Sequence[Device]) -> Mapping[Device, Answer]:
        """Unclaim and unlock several. Which failed is told in words for people, so those are to be asked for alone.

        So are all where a Join Server lacks the path, which is younger than the others.
        """
        reply = await self._http.call("DELETE", _path_of_many(devices))
        answer = _answer(reply)
        if not isinstance(answer, Refused) or answer.why in _FOR_ALL:
            return dict.fromkeys(devices, answer)
        failed = _failed(reply, devices) if answer.why is Why.BAD_REQUEST else set(devices)
        return {device: Done() for device in devices if device not in failed}

    async def status(self, device: Device) -> Status | Refused | Unanswered:
        """Where the device is at home."""
        reply = await self._http.call("GET", _path(device))
        answer = _answer(reply)
        if not isinstance(answer, Done) or isinstance(reply, Unanswered):
            return answer if not isinstance(answer, Done) else Unanswered("")
        value = reply.json
        if not isinstance(value, dict):
            return Unanswered("the status is no JSON object")
        return _status(value)

    async def close(self) -> None:
        """Close connections."""
        await self._http.close()


def _path(device: Device) -> str:
    return f"/api/v2/devices/{device.dev_eui.hex().upper()}/claim"


def _path_of_many(devices: Sequence[Device]) -> str:
    euis = dict.fromkeys(device.dev_eui.hex().upper() for device in devices)
    return f"/api/v2/devices/{','.join(euis)}/claims"


def _failed(reply: Reply | Unanswered, devices: Sequence[Device]) -> set[Device]:
    """Those that the answer names (`{"<DevEUI>": {"message": …}}`); all when it is about something else."""
    value = reply.json if isinstance(reply, Reply) and not reply.message else None
    names = {name.upper() for name in value} if isinstance(value, dict) else set()
    return {device for device in devices if device.dev_eui.hex().upper() in names} or set(devices)


def _answer(reply: Reply | Unanswered) -> Answer:
    return reply if isinstance(reply, Unanswered) else of_status(reply.status, reply.message)


def _status(value: dict[str, object]) -> Status | Unanswered:
    try:
        net_id, ns_id = _octets(value.get("homeNetID"), _NET_ID_DIGITS), _octets(value.get("homeNSID"), _NS_ID_DIGITS)
    except ValueError as error:
        return Unanswered(f"the status cannot be read: {error}")
    return Status(net_id or bytes(_NET_ID_DIGITS // 2), ns_id)


def _octets(value: object, digits: int) -> bytes:
    if not value:  # absent, null or empty
        return b""
    if not isinstance(value, str) or len(value) != digits:
        raise ValueError(f"expected {digits} hexadecimal digits")
    return bytes.fromhex(value)


def _authorization(endpoint: Endpoint) -> dict[str, str]:
    if endpoint.basic is None:
        return {}
    user, password = endpoint.basic
    pair = user.encode() + b":" + password.reveal()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
