"""claimstack.v1 LedgerRegistry: the history of a device for its present owner, and that it left for a former one."""

from claimstack.calls import Call
from claimstack.claiming import store
from claimstack.claiming.words import device_not_found
from claimstack.identity import Caller, Page, Right, authorize
from claimstack.storage import Database, Reader, Row
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3


class LedgerRegistry:
    """Reads the ledger."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def ListTransfers(self, request: v1.ListTransfersRequest, call: Call) -> v1.Transfers:
        """A page of transfers, oldest first unless asked otherwise."""
        page = Page.asked(request.limit, request.page)
        descending = request.order.startswith("-")
        transfers, total = await self._db.read(list_transfers, call.caller, request.end_device_ids, descending, page)
        call.total(total)
        return transfers

    async def GetDeparture(self, request: v1.GetDepartureRequest, call: Call) -> v1.Departure:
        """That a device left, and when."""
        return await self._db.read(get_departure, call.caller, request.end_device_ids)


async def list_transfers(
    reader: Reader, caller: Caller, ids: v3.EndDeviceIdentifiers, descending: bool, page: Page
) -> tuple[v1.Transfers, int]:
    """The page and how many transfers there are; `end_device_not_found` where the device is not (any more)."""
    uid = ids.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    device = await store.euis(reader, application.id, ids.device_id)
    if device is None:
        raise device_not_found(uid, ids.device_id)
    own = await store.arrival(reader, device["id"], application.id)
    rows = await store.hops(reader, device["id"], descending, page.limit, page.offset)
    total = await store.count_hops(reader, device["id"])
    return v1.Transfers(transfers=[_words(row, own) for row in rows]), total


async def get_departure(reader: Reader, caller: Caller, ids: v3.EndDeviceIdentifiers) -> v1.Departure:
    """How the device left the application; `end_device_not_found` where it did not, or came back."""
    uid = ids.application_ids.application_id
    application = await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)
    row = await store.departure(reader, application.id, ids.device_id)
    if row is None or await store.euis(reader, application.id, ids.device_id) is not None:
        raise device_not_found(uid, ids.device_id)
    words = v1.Departure(released=not row["code_hash"])
    words.left_at.FromMicroseconds(row["claimed_at"])
    return words


def _words(row: Row, own: int) -> v1.Transfer:
    withheld = row["sequence"] < own
    transfer = v1.Transfer(sequence=row["sequence"], withheld=withheld)
    transfer.claimed_at.FromMicroseconds(row["claimed_at"])
    if withheld:
        return transfer
    released = not row["code_hash"]
    kind, _, claimer = row["claimer"].partition(":")
    transfer.MergeFrom(
        v1.Transfer(
            from_application_id=row["source_application_uid"],
            from_device_id=row["source_device_uid"],
            to_application_id=row["target_application_uid"],
            to_device_id=row["target_device_uid"],
            claimer=f"{kind}:{claimer.partition(':')[2]}",
            join_eui=bytes(row["join_eui"]),
            dev_eui=bytes(row["dev_eui"]),
            code_invalidated=not row["code_kept"] and not released,
            released=released,
            root_keys_read=bool(row["root_keys_read"]),
            previous_hash=bytes(row["previous_hash"]),
            hash=bytes(row["hash"]),
        )
    )
    return transfer
