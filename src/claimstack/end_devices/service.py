"""The Identity Server's services for end devices: words in, verb, words out (ttn.lorawan.v3)."""

from google.protobuf.empty_pb2 import Empty

from claimstack.applications import micros
from claimstack.calls import Call
from claimstack.end_devices import register
from claimstack.end_devices.lists import listing, search
from claimstack.end_devices.lists.pages import PageMarks
from claimstack.end_devices.looks import Looks
from claimstack.identity import Caller, Right, authorize
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3


class EndDeviceRegistry:
    """`ttn.lorawan.v3.EndDeviceRegistry`."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault, self._looks = db, vault, Looks(db)
        self._marks = PageMarks()

    async def Create(self, request: v3.CreateEndDeviceRequest, call: Call) -> v3.EndDevice:
        """Register a device."""
        return await self._db.transaction(
            register.create_end_device, self._vault, call.caller, request.end_device, call.micros
        )

    async def Get(self, request: v3.GetEndDeviceRequest, call: Call) -> v3.EndDevice:
        """The masked fields of one device."""
        ids, paths = request.end_device_ids, request.field_mask.paths
        return await register.get_end_device(self._db, self._looks, self._vault, call.caller, ids, paths)

    async def GetIdentifiersForEUIs(
        self, request: v3.GetEndDeviceIdentifiersForEUIsRequest, call: Call
    ) -> v3.EndDeviceIdentifiers:
        """The device of an EUI pair, for those who may read it."""
        return await self._db.read(register.find_by_euis, call.caller, request.join_eui, request.dev_eui)

    async def List(self, request: v3.ListEndDevicesRequest, call: Call) -> v3.EndDevices:
        """One page of devices; the total goes into the header."""
        found = await self._db.read(
            listing.list_end_devices, self._vault, self._marks, call.caller, request, call.micros
        )
        call.total(found.total)
        return v3.EndDevices(end_devices=found.devices)

    async def Update(self, request: v3.UpdateEndDeviceRequest, call: Call) -> v3.EndDevice:
        """Change what the mask names."""
        wish, paths = request.end_device, request.field_mask.paths
        return await self._db.transaction(
            register.update_end_device, self._vault, call.caller, wish, paths, call.micros
        )

    async def BatchUpdateLastSeen(self, request: v3.BatchUpdateEndDeviceLastSeenRequest, call: Call) -> Empty:
        """Note when devices were last heard."""
        updates = [(one.ids, micros(one.last_seen_at)) for one in request.updates]
        await self._db.transaction(register.record_last_seen, call.caller, updates)
        return Empty()

    async def Delete(self, request: v3.EndDeviceIdentifiers, call: Call) -> Empty:
        """Delete a device for good, with every part of it."""
        await self._db.transaction(register.delete_end_device, call.caller, request, call.micros)
        return Empty()


class EndDeviceBatchRegistry:
    """`ttn.lorawan.v3.EndDeviceBatchRegistry`."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def Get(self, request: v3.BatchGetEndDevicesRequest, call: Call) -> v3.EndDevices:
        """The masked fields of several devices."""
        found = await self._db.read(listing.get_end_devices, self._vault, call.caller, request)
        call.total(len(found))
        return v3.EndDevices(end_devices=found)

    async def Delete(self, request: v3.BatchDeleteEndDevicesRequest, call: Call) -> Empty:
        """Delete several devices, or (when one of them does not exist) none."""
        await self._db.transaction(_delete_all, call.caller, request, call.micros)
        return Empty()


async def _delete_all(tx: Transaction, caller: Caller, request: v3.BatchDeleteEndDevicesRequest, now: int) -> None:
    uid = request.application_ids.application_id
    application = await authorize(tx, caller, "application", uid, Right.APPLICATION_DEVICES_WRITE)
    for device_id in sorted(
        set(request.device_ids)
    ):  # one order for all, so that two batches do not lock each other out
        ids = v3.EndDeviceIdentifiers(device_id=device_id, application_ids=request.application_ids)
        await register.remove(tx, application, ids, now)


class EndDeviceRegistrySearch:
    """`ttn.lorawan.v3.EndDeviceRegistrySearch`."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def SearchEndDevices(self, request: v3.SearchEndDevicesRequest, call: Call) -> v3.EndDevices:
        """One page of what was found; the total goes into the header."""
        found = await self._db.read(search.search_end_devices, self._vault, call.caller, request, call.micros)
        call.total(found.total)
        return v3.EndDevices(end_devices=found.devices)
