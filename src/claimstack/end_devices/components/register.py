"""The verbs of the components' registers: read, write and delete one component's part of an end device.

A part needs the device's row: the Identity Server's register comes first. Keys, wherever they stand, need the rights
for keys.
"""

from collections.abc import Sequence

from claimstack import masks
from claimstack.device_parts import STATE, Component
from claimstack.end_devices import store as devices
from claimstack.end_devices.abp import check_no_code
from claimstack.end_devices.components import join_part, store
from claimstack.end_devices.components.key_paths import bear_keys
from claimstack.end_devices.components.part import closed, opened, shown
from claimstack.end_devices.device import check_euis, identifiers, is_own, names, not_found, tell
from claimstack.identity import Caller, Entity, Right, authorize
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3


async def get_part(
    reader: Reader, vault: Vault, caller: Caller, component: Component, ids: v3.EndDeviceIdentifiers,
    paths: Sequence[str],
) -> v3.EndDevice:  # fmt: skip
    """The masked fields; keys need the right to read keys. Root keys are another verb: reading them leaves a mark."""
    application = await reading(reader, caller, ids, paths)
    row = await store.part(reader, application.id, ids.device_id, component)
    if row is None:
        raise not_found(ids, component.namespace)
    part = opened(vault, row, with_state=_is_state_asked(paths))
    if component is Component.JS:
        await join_part.add_beside(reader, vault, application.id, row, part, paths)
    return answer(application, row, part, paths)


async def set_part(
    tx: Transaction, vault: Vault, caller: Caller, component: Component, wish: v3.EndDevice, paths: Sequence[str],
    now: int,
) -> v3.EndDevice:  # fmt: skip
    """Change what the mask names, creating the part when there is none; the answer shows the masked fields."""
    application = await writing(tx, caller, wish.ids, paths)
    device = await _held(tx, application, wish.ids)
    before = await store.part_of(tx, device["end_device"], component)
    part = opened(vault, before, with_state=True) if before is not None else v3.EndDevice()
    own = [path for path in paths if is_own(path)]
    masks.apply(part, wish, own)
    asked = masks.select(part, own)
    if component is Component.JS:
        await join_part.keep_beside(tx, vault, device, wish, part, own, now)
    elif component is Component.NS:
        await check_no_code(tx, device, part)
    await store.put_part(tx, device["end_device"], component, closed(vault, device, component, part), now)
    deed = "update" if before is not None else "create"
    await tell(tx, application, device, f"{component}.end_device.{deed}", now, own)
    row = await store.part_of(tx, device["end_device"], component)
    return shown(row or device, asked, _identifiers(application, device, part))


async def delete_part(
    tx: Transaction, caller: Caller, component: Component, ids: v3.EndDeviceIdentifiers, now: int
) -> None:
    """Delete the part; the Join Server's takes the root keys along."""
    application = await writing(tx, caller, ids, ())
    if not await remove_part(tx, application, component, ids, now):
        raise not_found(ids, component.namespace)


async def remove_part(
    tx: Transaction, application: Entity, component: Component, ids: v3.EndDeviceIdentifiers, now: int
) -> bool:
    """Delete one part of a device of an application that the caller may write; False when there is none."""
    device = await devices.held(tx, application.id, ids.device_id)
    if device is None or not await store.remove_part(tx, device["end_device"], component):
        return False
    if component is Component.JS:
        await store.remove_root_keys(tx, device["end_device"])
    await tell(tx, application, device, f"{component}.end_device.delete", now)
    return True


async def reset_to_factory(
    tx: Transaction, vault: Vault, caller: Caller, ids: v3.EndDeviceIdentifiers, paths: Sequence[str], now: int
) -> v3.EndDevice:
    """Forget what happened since the device left the factory: a joined device's session, a fixed session's counters."""
    application = await writing(tx, caller, ids, ())
    await reading(tx, caller, ids, paths)
    await _held(tx, application, ids)
    before = await store.part(tx, application.id, ids.device_id, Component.NS)
    if before is None:
        raise not_found(ids, Component.NS.namespace)
    part = opened(vault, before, with_state=True)
    _reset(part)
    await store.put_part(tx, before["end_device"], Component.NS, closed(vault, before, Component.NS, part), now)
    await tell(tx, application, before, "ns.end_device.update", now)
    row = await store.part(tx, application.id, ids.device_id, Component.NS)
    return answer(application, row or before, part, paths)


def _reset(part: v3.EndDevice) -> None:
    fixed = v3.Session(dev_addr=part.session.dev_addr, keys=part.session.keys)
    for name in STATE:
        part.ClearField(name)
    if fixed.dev_addr and not part.supports_join:
        part.session.CopyFrom(fixed)


def answer(application: Entity, row: Row, part: v3.EndDevice, paths: Sequence[str]) -> v3.EndDevice:
    """The masked fields of a part, with identifiers and times."""
    asked = masks.select(part, [path for path in paths if is_own(path)])
    return shown(row, asked, _identifiers(application, row, part))


def _identifiers(application: Entity, row: Row, part: v3.EndDevice) -> v3.EndDeviceIdentifiers:
    ids = identifiers(application.uid, row)
    if part.session.dev_addr:
        ids.dev_addr = part.session.dev_addr
    return ids


def _is_state_asked(paths: Sequence[str]) -> bool:
    return any(path.partition(".")[0] in STATE for path in paths) or names(paths, "ids.dev_addr")


async def reading(reader: Reader, caller: Caller, ids: v3.EndDeviceIdentifiers, paths: Sequence[str]) -> Entity:
    """The application, if the caller may read these fields of its devices."""
    needed = [Right.APPLICATION_DEVICES_READ]
    if bear_keys(paths):
        needed.append(Right.APPLICATION_DEVICES_READ_KEYS)
    return await authorize(reader, caller, "application", ids.application_ids.application_id, *needed)


async def writing(reader: Reader, caller: Caller, ids: v3.EndDeviceIdentifiers, paths: Sequence[str]) -> Entity:
    """The application, if the caller may write these fields of its devices."""
    needed = [Right.APPLICATION_DEVICES_WRITE]
    if bear_keys(paths):
        needed.append(Right.APPLICATION_DEVICES_WRITE_KEYS)
    return await authorize(reader, caller, "application", ids.application_ids.application_id, *needed)


async def _held(tx: Transaction, application: Entity, ids: v3.EndDeviceIdentifiers) -> Row:
    device = await devices.held(tx, application.id, ids.device_id)
    if device is None:
        raise not_found(ids)
    check_euis(device, ids)
    return device
