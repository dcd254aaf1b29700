"""ttn.lorawan.v3 EndDeviceClaimingServer and EndDeviceBatchClaimingServer: words in, verb, words out."""

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.claiming import status, words
from claimstack.claiming.authorize import authorize_application, unauthorize_application
from claimstack.claiming.gate.lanes import Claims
from claimstack.errors import ClaimstackError
from claimstack.identity import Right, authorize, unauthenticated
from claimstack.storage import Database
from claimstack.vault import Secret, Vault
from claimstack.wire import v3


class EndDeviceClaimingServer:
    """Claims end devices and opens applications to claims."""

    def __init__(self, db: Database, vault: Vault, claims: Claims) -> None:
        self._db, self._vault, self._claims = db, vault, claims

    async def Claim(self, request: v3.ClaimEndDeviceRequest, call: Call) -> v3.EndDeviceIdentifiers:
        """Move the device with that label into the target application."""
        target = await authorize(
            self._db,
            call.caller,
            "application",
            request.target_application_ids.application_id,
            Right.APPLICATION_DEVICES_WRITE,
            Right.APPLICATION_DEVICES_WRITE_KEYS,
        )
        attempt = words.attempt_in(request, target, call)
        await call.permitted()
        # A lost answer is found again in the ledger, so a claim takes no idempotency key along.
        outcome = await self._claims.claim(attempt)
        return words.answer_for(outcome, attempt, target)

    async def AuthorizeApplication(self, request: v3.AuthorizeApplicationRequest, call: Call) -> Empty:
        """Open an application to claims."""
        uid, key = request.application_ids.application_id, Secret(request.api_key.encode())
        await self._db.transaction(
            authorize_application, self._vault, call.caller, uid, key, call.micros, call.correlation_id
        )
        return Empty()

    async def UnauthorizeApplication(self, request: v3.ApplicationIdentifiers, call: Call) -> Empty:
        """Close it again."""
        await self._db.transaction(
            unauthorize_application, call.caller, request.application_id, call.micros, call.correlation_id
        )
        return Empty()

    async def Unclaim(self, request: v3.EndDeviceIdentifiers, call: Call) -> Empty:
        """Give a device back to an upstream Join Server: none hands out devices of this cluster."""
        raise await self._nobody_to_ask(request, call, Right.APPLICATION_DEVICES_WRITE)

    async def GetClaimStatus(self, request: v3.EndDeviceIdentifiers, call: Call) -> v3.GetClaimStatusResponse:
        """Ask an upstream Join Server about a device: none hands out devices of this cluster."""
        raise await self._nobody_to_ask(request, call, Right.APPLICATION_DEVICES_READ)

    async def GetInfoByJoinEUI(self, request: v3.GetInfoByJoinEUIRequest, call: Call) -> v3.GetInfoByJoinEUIResponse:
        """Whether an upstream Join Server hands out devices of this JoinEUI."""
        if call.caller.anonymous:
            raise unauthenticated()
        return _info(request)

    async def _nobody_to_ask(self, ids: v3.EndDeviceIdentifiers, call: Call, needed: Right) -> ClaimstackError:
        uid = ids.application_ids.application_id
        application = await authorize(self._db, call.caller, "application", uid, needed)
        return await status.upstream_of(self._db, application, ids.device_id)


class EndDeviceBatchClaimingServer:
    """The same for several devices at once."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def Unclaim(self, request: v3.BatchUnclaimEndDevicesRequest, call: Call) -> v3.BatchUnclaimEndDevicesResponse:
        """Give devices back to upstream Join Servers; tells for each why not."""
        uid = request.application_ids.application_id
        right = Right.APPLICATION_DEVICES_WRITE
        application = await authorize(self._db, call.caller, "application", uid, right)
        response = v3.BatchUnclaimEndDevicesResponse(application_ids=request.application_ids)
        for device_id in request.device_ids:
            why = await status.upstream_of(self._db, application, device_id)
            response.failed[device_id].CopyFrom(_details(why, call.correlation_id))
        return response

    async def GetInfoByJoinEUIs(self, request: v3.GetInfoByJoinEUIsRequest, call: Call) -> v3.GetInfoByJoinEUIsResponse:
        """Whether upstream Join Servers hand out devices of these JoinEUIs, in the same order."""
        if call.caller.anonymous:
            raise unauthenticated()
        return v3.GetInfoByJoinEUIsResponse(infos=[_info(one) for one in request.requests])


def _info(request: v3.GetInfoByJoinEUIRequest) -> v3.GetInfoByJoinEUIResponse:
    supported = status.supports_claiming(request.join_eui)
    return v3.GetInfoByJoinEUIResponse(join_eui=request.join_eui, supports_claiming=supported)


def _details(error: ClaimstackError, correlation_id: str) -> v3.ErrorDetails:
    details = v3.ErrorDetails(
        namespace=error.namespace,
        name=error.name,
        message_format=error.message_format,
        correlation_id=correlation_id,
        code=error.code,
    )
    details.attributes.update(dict(error.attributes))
    return details
