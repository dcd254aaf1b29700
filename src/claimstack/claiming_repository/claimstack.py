"""Type `claimstack`: another claimstack, over its public API, with an API key of an application that we have there.

That application holds what this cluster claims, under the id `eui-<DevEUI>`; giving a device up is a release. The key
needs to read and write devices and their keys. JoinEUI, home NetID and AS-ID go along.
"""

from collections.abc import Mapping, Sequence

from claimstack.claiming_repository.answer import Answer, Done, Refused, Status, Unanswered, Why, of_status
from claimstack.claiming_repository.endpoint import Endpoint
from claimstack.claiming_repository.http import HttpClient, Reply
from claimstack.claiming_repository.join_server import Device, Order

_CLAIM = "/api/v3/edcs/claim"
_NOT_OURS = ("insufficient_application_rights", "no_application_rights", "application_not_found")


class Claimstack:
    """Another claimstack cluster."""

    together = 1  # its API gives back one device at a time

    def __init__(self, endpoint: Endpoint) -> None:
        self._application = endpoint.application_id
        self._http = HttpClient(endpoint, {"Authorization": f"Bearer {endpoint.api_key.reveal().decode()}"})

    async def claim(self, order: Order) -> Answer:
        """Claim into our application there, and burn the code. A lost answer is found again there."""
        device = order.device
        body = {
            "authenticated_identifiers": {
                "join_eui": device.join_eui.hex().upper(),
                "dev_eui": device.dev_eui.hex().upper(),
                "authentication_code": order.code.reveal().decode(),
            },
            "target_application_ids": {"application_id": self._application},
            "target_device_id": _uid(device),
            "target_net_id": order.net_id.hex().upper(),
            "target_application_server_id": order.as_id,
            "invalidate_authentication_code": True,
        }
        return _answer(await self._http.call("POST", _CLAIM, body))

    async def release(self, device: Device) -> Answer:
        """Give it back to its maker there."""
        answer = _answer(await self._http.call("POST", f"{self._place('claimstack/v1', device)}/release", {}))
        # At its maker's already, or its maker gone: either way there is nothing more that we could give up.
        if isinstance(answer, Refused) and answer.why is Why.BAD_REQUEST:
            return Refused(Why.ABSENT, answer.message)
        return answer

    async def release_many(self, devices: Sequence[Device]) -> Mapping[Device, Answer]:
        """Nothing: each is to be asked for alone."""
        return {}

    async def status(self, device: Device) -> Status | Refused | Unanswered:
        """Where the device is at home: what its Join Server part says."""
        path = f"/api/v3/js/applications/{self._application}/devices/{_uid(device)}?field_mask=net_id"
        reply = await self._http.call("GET", path)
        answer = _answer(reply)
        if isinstance(answer, Done) and isinstance(reply, Reply):
            return _status(reply.json)
        return answer if not isinstance(answer, Done) else Unanswered("")

    async def close(self) -> None:
        """Close connections."""
        await self._http.close()

    def _place(self, package: str, device: Device) -> str:
        return f"/api/{package}/applications/{self._application}/devices/{_uid(device)}"


def _uid(device: Device) -> str:
    return f"eui-{device.dev_eui.hex()}"


def _answer(reply: Reply | Unanswered) -> Answer:
    if isinstance(reply, Unanswered):
        return reply
    answer = of_status(reply.status, reply.message)
    # A 403 for our key is an operator's mistake, not a wrong code.
    is_key = (
        isinstance(answer, Refused) and answer.why is Why.DENIED and any(name in answer.message for name in _NOT_OURS)
    )
    return Refused(Why.CREDENTIALS, reply.message) if is_key else answer


def _status(value: object) -> Status | Unanswered:
    net_id = value.get("net_id", "") if isinstance(value, dict) else None
    try:
        return Status(bytes.fromhex(net_id or "000000"))
    except (TypeError, ValueError):
        return Unanswered("the status cannot be read")
