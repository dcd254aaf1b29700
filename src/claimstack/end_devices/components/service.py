"""The device registers of Network, Application and Join Server, and their batch forms (ttn.lorawan.v3)."""

from collections.abc import AsyncIterator, Mapping

from google.protobuf.empty_pb2 import Empty

from claimstack.calls import Call
from claimstack.device_parts import Component
from claimstack.end_devices.components import register, root_keys
from claimstack.end_devices.components.provisioning import NONE, Provisioner, provisioned
from claimstack.identity import Caller
from claimstack.storage import Database, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3


class _Register:
    """What the three registers share."""

    component: Component

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def Get(self, request: v3.GetEndDeviceRequest, call: Call) -> v3.EndDevice:
        """The masked fields of the part."""
        paths = request.field_mask.paths
        return await register.get_part(
            self._db, self._vault, call.caller, self.component, request.end_device_ids, paths
        )

    async def Set(self, request: v3.SetEndDeviceRequest, call: Call) -> v3.EndDevice:
        """Create the part or change it as the mask says."""
        wish, paths = request.end_device, request.field_mask.paths
        return await self._db.transaction(
            register.set_part, self._vault, call.caller, self.component, wish, paths, call.micros
        )

    async def Delete(self, request: v3.EndDeviceIdentifiers, call: Call) -> Empty:
        """Delete the part."""
        await self._db.transaction(register.delete_part, call.caller, self.component, request, call.micros)
        return Empty()


class NsEndDeviceRegistry(_Register):
    """`ttn.lorawan.v3.NsEndDeviceRegistry`."""

    component = Component.NS

    async def ResetFactoryDefaults(self, request: v3.ResetAndGetEndDeviceRequest, call: Call) -> v3.EndDevice:
        """Forget session and MAC state."""
        ids, paths = request.end_device_ids, request.field_mask.paths
        return await self._db.transaction(register.reset_to_factory, self._vault, call.caller, ids, paths, call.micros)


class AsEndDeviceRegistry(_Register):
    """`ttn.lorawan.v3.AsEndDeviceRegistry`."""

    component = Component.AS


class JsEndDeviceRegistry(_Register):
    """`ttn.lorawan.v3.JsEndDeviceRegistry`."""

    component = Component.JS

    def __init__(self, db: Database, vault: Vault, provisioners: Mapping[str, Provisioner] = NONE) -> None:
        super().__init__(db, vault)
        self._provisioners = provisioners

    async def Get(self, request: v3.GetEndDeviceRequest, call: Call) -> v3.EndDevice:
        """The masked fields of the part; root keys leave a mark on the device, in the same commit that shows them."""
        device = await super().Get(request, call)
        paths = request.field_mask.paths
        if not root_keys.asked(paths):
            return device
        keys = await self._root_keys(request.end_device_ids, call)
        return root_keys.with_keys(device, keys, paths)

    async def _root_keys(self, ids: v3.EndDeviceIdentifiers, call: Call) -> v3.RootKeys:
        application = await register.reading(self._db, call.caller, ids, ["root_keys"])
        keys = await root_keys.read_root_keys(self._db, self._vault, application.id, ids.device_id)
        if keys is not None:
            return keys
        return await self._db.transaction(
            root_keys.mark_and_read_root_keys, self._vault, call.caller, application.id, ids.device_id, call.micros
        )

    async def Provision(self, request: v3.ProvisionEndDevicesRequest, call: Call) -> AsyncIterator[v3.EndDevice]:
        """Deprecated in the contract: the devices of a maker's file, for the caller to register."""
        await register.writing(self._db, call.caller, _of(request.application_ids), ["root_keys"])
        async for device in provisioned(self._provisioners, request, call):
            yield device


def _of(application_ids: v3.ApplicationIdentifiers) -> v3.EndDeviceIdentifiers:
    return v3.EndDeviceIdentifiers(application_ids=application_ids)


class _Batch:
    """What the three batch registers share."""

    component: Component

    def __init__(self, db: Database) -> None:
        self._db = db

    async def Delete(self, request: v3.BatchDeleteEndDevicesRequest, call: Call) -> Empty:
        """Delete the parts of several devices; those that have none are passed over."""
        await self._db.transaction(_delete_parts, call.caller, self.component, request, call.micros)
        return Empty()


async def _delete_parts(
    tx: Transaction, caller: Caller, component: Component, request: v3.BatchDeleteEndDevicesRequest, now: int
) -> None:
    application = await register.writing(tx, caller, _of(request.application_ids), ())
    for device_id in sorted(set(request.device_ids)):
        ids = v3.EndDeviceIdentifiers(device_id=device_id, application_ids=request.application_ids)
        await register.remove_part(tx, application, component, ids, now)


class NsEndDeviceBatchRegistry(_Batch):
    """`ttn.lorawan.v3.NsEndDeviceBatchRegistry`."""

    component = Component.NS


class AsEndDeviceBatchRegistry(_Batch):
    """`ttn.lorawan.v3.AsEndDeviceBatchRegistry`."""

    component = Component.AS


class JsEndDeviceBatchRegistry(_Batch):
    """`ttn.lorawan.v3.JsEndDeviceBatchRegistry`."""

    component = Component.JS
