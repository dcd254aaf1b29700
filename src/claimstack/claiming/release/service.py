"""claimstack.v1 ReleaseRegistry: words in, verb, words out."""

from claimstack.calls import Call
from claimstack.claiming.ledger import Entry
from claimstack.claiming.release.release import NAMESPACE, NotClaimed, give_back
from claimstack.claiming.status import NoUpstream, Upstream
from claimstack.errors import FailedPrecondition, invalid_field
from claimstack.identity import Caller, Right, authorize
from claimstack.storage import Database, Transaction
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

NO_UPSTREAM = NoUpstream()


class ReleaseRegistry:
    """Gives claimed devices back to their makers."""

    def __init__(self, db: Database, upstream: Upstream = NO_UPSTREAM) -> None:
        self._db, self._upstream = db, upstream

    async def Release(self, request: v1.ReleaseEndDeviceRequest, call: Call) -> v1.ReleaseReceipt:
        """Give one device back; a receipt for the former owner."""
        ids = request.end_device_ids
        try:
            entry = await self._db.transaction(release_end_device, call.caller, ids, call.micros, call.correlation_id)
        except NotClaimed as here:
            raise _elsewhere(ids) if self._upstream.covers(here.join_eui) else here from None
        return _receipt(entry)


async def release_end_device(
    tx: Transaction, caller: Caller, ids: v3.EndDeviceIdentifiers, now: int, correlation_id: str
) -> Entry:
    """As `give_back`, for who may write the devices of the application."""
    uid = ids.application_ids.application_id
    application = await authorize(tx, caller, "application", uid, Right.APPLICATION_DEVICES_WRITE)
    entry = await give_back(tx, application, ids.device_id, f"{caller.principal}:{caller.uid}", now, correlation_id)
    # The move is undone with the transaction when another device was meant.
    for name in ("join_eui", "dev_eui"):
        if getattr(ids, name) not in (b"", getattr(entry.hop, name)):
            raise invalid_field(f"end_device_ids.{name}", "expected what the device was registered with")
    return entry


def _elsewhere(ids: v3.EndDeviceIdentifiers) -> FailedPrecondition:
    text = "end device `{device_id}` is another Join Server's: delete it, which gives it back there"
    return FailedPrecondition(NAMESPACE, "device_of_another_join_server", text, device_id=ids.device_id)


def _receipt(entry: Entry) -> v1.ReleaseReceipt:
    hop = entry.hop
    receipt = v1.ReleaseReceipt(
        end_device_ids=v3.EndDeviceIdentifiers(
            device_id=hop.source_device_uid,
            application_ids=v3.ApplicationIdentifiers(application_id=hop.source_application_uid),
            join_eui=hop.join_eui,
            dev_eui=hop.dev_eui,
        ),
        sequence=entry.sequence,
        hash=entry.hash,
    )
    receipt.released_at.FromMicroseconds(hop.claimed_at)
    return receipt
