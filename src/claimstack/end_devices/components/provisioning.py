"""Provisioning by a maker's file: the devices in it, with the identifiers that the request asks for.

Deprecated in the contract in favour of templates, and still what `end-devices provision` of its client calls. A
provisioner reads the file; the answer is for the caller to register, nothing is kept here.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

from claimstack.calls import Call
from claimstack.errors import Invalid, NotFound, invalid_field
from claimstack.wire import v3

Provisioner = Callable[[bytes, bool, Call], AsyncIterator[v3.EndDevice]]
"""Reads a file's devices; told whether it must know their DevEUIs."""
NONE: Mapping[str, Provisioner] = {}


async def provisioned(
    provisioners: Mapping[str, Provisioner], request: v3.ProvisionEndDevicesRequest, call: Call
) -> AsyncIterator[v3.EndDevice]:
    """The devices of the file, one after the other; `provisioner_not_found`."""
    provisioner = provisioners.get(request.provisioner_id)
    if provisioner is None:
        text = "provisioner `{id}` not found"
        raise NotFound("pkg/joinserver", "provisioner_not_found", text, id=request.provisioner_id)
    way = request.WhichOneof("end_devices")
    if way is None:
        raise invalid_field("end_devices", "expected list, range or from_data")
    given = _given(request, way)
    async for device in provisioner(request.provisioning_data, way == "from_data", call):
        yield _named(device, request, next(given))


def _given(request: v3.ProvisionEndDevicesRequest, way: str) -> Iterator[v3.EndDeviceIdentifiers]:
    """The identifiers that the request has for each device."""
    asked = getattr(request, way)
    if way == "list":
        for ids in asked.end_device_ids:
            yield v3.EndDeviceIdentifiers(
                device_id=ids.device_id, join_eui=ids.join_eui or asked.join_eui, dev_eui=ids.dev_eui
            )
        raise Invalid("pkg/joinserver", "end_devices_exhausted", "the file has more devices than identifiers are given")
    dev_eui = int.from_bytes(asked.start_dev_eui, "big") if way == "range" else None
    while True:
        ids = v3.EndDeviceIdentifiers(join_eui=asked.join_eui)
        if dev_eui is not None:
            ids.dev_eui = (dev_eui % (1 << 64)).to_bytes(8, "big")
            dev_eui += 1
        yield ids


def _named(device: v3.EndDevice, request: v3.ProvisionEndDevicesRequest, ids: v3.EndDeviceIdentifiers) -> v3.EndDevice:
    for name in ("join_eui", "dev_eui"):
        if octets := getattr(ids, name):
            setattr(device.ids, name, octets)
    device.ids.device_id = ids.device_id or f"eui-{device.ids.dev_eui.hex()}"
    device.ids.application_ids.CopyFrom(request.application_ids)
    return device
