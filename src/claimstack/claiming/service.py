"""ttn.lorawan.v3 EndDeviceClaimingServer and EndDeviceBatchClaimingServer: words in, verb, words out."""

from collections.abc import Sequence

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.claiming import status, words
from claimstack.claiming.authorize import authorize_application, unauthorize_application
from claimstack.claiming.gate.lanes import Claims
from claimstack.claiming.status import NoUpstream, Upstream
from claimstack.errors import ClaimstackError
from claimstack.identity import Entity, Right, authorize, unauthenticated
from claimstack.storage import Database
from claimstack.vault import Secret, Vault
from claimstack.wire import v3

NO_UPSTREAM = NoUpstream()


class EndDeviceClaimingServer:
    """Claims end devices and opens applications to claims."""

    def __init__(self, db: Database, vault: Vault, claims: Claims, upstream: Upstream = NO_UPSTREAM) -> None:
        self._db, self._vault, self._claims, self._upstream = db, vault, claims, upstream

    async def Claim(self, request: v3.ClaimEndDeviceRequest, call: Call) -> v3.EndDeviceIdentifiers:
        """Move the device with that label into the target application."""
        target = await authorize(
            self._db.recent,
            call.caller,
            "application",
            request.target_application_ids.application_id,
            Right.APPLICATION_DEVICES_WRITE,
            Right.APPLICATION_DEVICES_WRITE_KEYS,
        )
        attempt = words.attempt_in(request, target, call)
        await call.permitted()
        # A lost answer is found again in the ledger or the outbox, so a claim takes no idempotency key along.
        if self._upstream.covers(attempt.join_eui):
            return await self._upstream.claim(attempt, target)
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
        """Give a device back to the Join Server that hands it out; none hands out devices of this cluster."""
        right = Right.APPLICATION_DEVICES_WRITE
        application = await authorize(
            self._db, call.caller, "application", request.application_ids.application_id, right
        )
        await call.permitted()
        kept = await _kept(self._db, self._upstream, application, [request.device_id], call)
        for why in kept.values():
            raise why
        return Empty()

    async def GetClaimStatus(self, request: v3.EndDeviceIdentifiers, call: Call) -> v3.GetClaimStatusResponse:
        """Ask the Join Server that hands the device out; none hands out devices of this cluster."""
        uid, right = request.application_ids.application_id, Right.APPLICATION_DEVICES_READ
        application = await authorize(self._db, call.caller, "application", uid, right)
        ids = await status.whole_ids(self._db, self._upstream, application, request.device_id)
        if isinstance(ids, ClaimstackError):
            raise ids
        return await self._upstream.status(ids)

    async def GetInfoByJoinEUI(self, request: v3.GetInfoByJoinEUIRequest, call: Call) -> v3.GetInfoByJoinEUIResponse:
        """Whether an upstream Join Server hands out devices of this JoinEUI."""
        if call.caller.anonymous:
            raise unauthenticated()
        return _info(self._upstream, request)


class EndDeviceBatchClaimingServer:
    """The same for several devices at once."""

    def __init__(self, db: Database, upstream: Upstream = NO_UPSTREAM) -> None:
        self._db, self._upstream = db, upstream

    async def Unclaim(self, request: v3.BatchUnclaimEndDevicesRequest, call: Call) -> v3.BatchUnclaimEndDevicesResponse:
        """Give devices back to upstream Join Servers; tells for each why not."""
        uid = request.application_ids.application_id
        right = Right.APPLICATION_DEVICES_WRITE
        application = await authorize(self._db, call.caller, "application", uid, right)
        await call.permitted()
        kept = await _kept(self._db, self._upstream, application, sorted(set(request.device_ids)), call)
        response = v3.BatchUnclaimEndDevicesResponse(application_ids=request.application_ids)
        for device_id, why in kept.items():
            response.failed[device_id].CopyFrom(_details(why, call.correlation_id))
        return response

    async def GetInfoByJoinEUIs(self, request: v3.GetInfoByJoinEUIsRequest, call: Call) -> v3.GetInfoByJoinEUIsResponse:
        """Whether upstream Join Servers hand out devices of these JoinEUIs, in the same order."""
        if call.caller.anonymous:
            raise unauthenticated()
        return v3.GetInfoByJoinEUIsResponse(infos=[_info(self._upstream, one) for one in request.requests])


async def _kept(
    db: Database, upstream: Upstream, application: Entity, device_ids: Sequence[str], call: Call
) -> dict[str, ClaimstackError]:
    """Give devices up; why not, by the ids of those that are not given up."""
    found = {uid: await status.whole_ids(db, upstream, application, uid) for uid in device_ids}
    there = [ids for ids in found.values() if not isinstance(ids, ClaimstackError)]
    actor = f"{call.caller.principal}:{call.caller.uid}"
    ended = await upstream.unclaim(application, there, actor, call.correlation_id)
    whys = {ids.device_id: why for ids, why in zip(there, ended, strict=True) if why is not None}
    return {uid: ids for uid, ids in found.items() if isinstance(ids, ClaimstackError)} | whys


def _info(upstream: Upstream, request: v3.GetInfoByJoinEUIRequest) -> v3.GetInfoByJoinEUIResponse:
    supported = upstream.covers(request.join_eui)
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
