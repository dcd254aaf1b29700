"""The verbs of the Identity Server's register: register, read, change and delete an end device.

Each checks the caller's rights on the application first. A device that was claimed away is not found, by nobody.
"""

from collections.abc import Sequence

from claimstack import masks
from claimstack.applications import check_addresses, check_living, micros
from claimstack.device_parts import BODY, CODE
from claimstack.end_devices import store
from claimstack.end_devices.abp import check_claimable
from claimstack.end_devices.claim_code import code_in, keep_code, put_code
from claimstack.end_devices.device import (
    Columns,
    check_euis,
    euis_of,
    identifiers,
    identity_part,
    names,
    not_found,
    shown,
    tell,
)
from claimstack.end_devices.looks import Looks
from claimstack.errors import AlreadyExists, ClaimstackError, NotFound
from claimstack.identity import Caller, Entity, Right, authorize, entity_by_id
from claimstack.storage import Database, Reader, Row, Transaction
from claimstack.vault import Vault
from claimstack.wire import v3

SET = masks.allowed("ttn.lorawan.v3.EndDeviceRegistry/Update")


async def create_end_device(
    tx: Transaction, vault: Vault, caller: Caller, wish: v3.EndDevice, now: int
) -> v3.EndDevice:
    """Register a device, perhaps with its code; `id_taken`, `end_device_euis_taken`."""
    application = await _writing(tx, caller, wish.ids)
    code = code_in(wish)
    await check_addresses(tx, application.id, wish)
    claimed = await store.adopt(tx, application.id, _columns(wish), now)
    if claimed is not None:
        # Its code was spent at the Join Server that it was claimed on, whatever the client says.
        await tell(tx, application, claimed, "end_device.update", now)
        return shown(application.uid, claimed, wish, sorted(SET - {CODE}))
    row = await store.add(tx, application.id, _columns(wish), now)
    if row is None:
        raise await taken(tx, caller, application, wish.ids)
    await store.count(tx, application.id, row["end_device"], 1)
    if code is not None:
        await keep_code(tx, vault, row, code, now)
    await check_living(tx, application)
    await tell(tx, application, row, "end_device.create", now)
    return shown(application.uid, row, wish, sorted(SET))


async def get_end_device(
    db: Database, looks: Looks, vault: Vault, caller: Caller, ids: v3.EndDeviceIdentifiers, paths: Sequence[str]
) -> v3.EndDevice:
    """The masked fields; the code needs no more than the right to read."""
    application = await _reading(db.recent, caller, ids)
    row = await looks.device(application.id, ids.device_id)
    if row is None:
        raise not_found(ids)
    part = identity_part(row)
    if any(path.startswith(CODE) for path in paths):
        put_code(vault, row, part)
    return shown(application.uid, row, part, paths)


async def find_by_euis(reader: Reader, caller: Caller, join_eui: bytes, dev_eui: bytes) -> v3.EndDeviceIdentifiers:
    """The device of an EUI pair; a device that the caller may not read is not found."""
    row = await store.by_euis(reader, join_eui, dev_eui)
    if row is None or not await _may_read(reader, caller, row["application"]):
        raise NotFound(
            "pkg/identityserver/store",
            "end_device_not_found",
            "end device with JoinEUI `{join_eui}` and DevEUI `{dev_eui}` not found",
            join_eui=join_eui.hex().upper(),
            dev_eui=dev_eui.hex().upper(),
        )
    return identifiers(row["application_uid"], row)


async def update_end_device(
    tx: Transaction, vault: Vault, caller: Caller, wish: v3.EndDevice, paths: Sequence[str], now: int
) -> v3.EndDevice:
    """Change what the mask names; what the wish does not have there is cleared."""
    application = await _writing(tx, caller, wish.ids)
    row = await store.held(tx, application.id, wish.ids.device_id)
    if row is None:
        raise not_found(wish.ids)
    check_euis(row, wish.ids)
    part = identity_part(row)
    masks.apply(part, wish, paths)
    if any(path.endswith("_server_address") for path in paths):
        await check_addresses(tx, application.id, part)
    if names(paths, CODE):
        await _set_code(tx, vault, row, wish, now)
    await store.change(tx, row["end_device"], _columns(part), now)
    await tell(tx, application, row, "end_device.update", now, paths)
    changed = await store.device(tx, application.id, row["uid"])
    return shown(application.uid, changed or row, part, paths)


async def _set_code(tx: Transaction, vault: Vault, row: Row, wish: v3.EndDevice, now: int) -> None:
    code = code_in(wish)
    if code is not None:
        await check_claimable(tx, vault, row)
    await keep_code(tx, vault, row, code, now)


async def delete_end_device(tx: Transaction, caller: Caller, ids: v3.EndDeviceIdentifiers, now: int) -> None:
    """Delete the device with all its parts, keys and its code; only the nonce history stays."""
    application = await _writing(tx, caller, ids)
    await remove(tx, application, ids, now)


async def remove(tx: Transaction, application: Entity, ids: v3.EndDeviceIdentifiers, now: int) -> None:
    """Delete one device of an application that the caller may write."""
    row = await store.held(tx, application.id, ids.device_id)
    if row is None:
        raise not_found(ids)
    await store.remove(tx, row["end_device"])
    await store.count(tx, application.id, row["end_device"], -1)
    await tell(tx, application, row, "end_device.delete", now)


async def record_last_seen(
    tx: Transaction, caller: Caller, updates: Sequence[tuple[v3.EndDeviceIdentifiers, int]]
) -> None:
    """Note when devices were last heard; what is not (or no longer) here is left out."""
    seen: dict[str, Entity] = {}
    for ids, moment in updates:
        uid = ids.application_ids.application_id
        if uid not in seen:
            seen[uid] = await _writing(tx, caller, ids)
        await store.seen(tx, seen[uid].id, ids.device_id, moment)


async def _reading(reader: Reader, caller: Caller, ids: v3.EndDeviceIdentifiers) -> Entity:
    uid = ids.application_ids.application_id
    return await authorize(reader, caller, "application", uid, Right.APPLICATION_DEVICES_READ)


async def _writing(tx: Transaction, caller: Caller, ids: v3.EndDeviceIdentifiers) -> Entity:
    uid = ids.application_ids.application_id
    return await authorize(tx, caller, "application", uid, Right.APPLICATION_DEVICES_WRITE)


def _columns(device: v3.EndDevice) -> Columns:
    join_eui, dev_eui = euis_of(device.ids)
    last_seen_at = micros(device.last_seen_at) if device.HasField("last_seen_at") else None
    body = masks.select(device, BODY).SerializeToString(deterministic=True)
    return Columns(device.ids.device_id, join_eui, dev_eui, device.name, device.description, body, last_seen_at)


async def _may_read(reader: Reader, caller: Caller, application: int) -> bool:
    entity = await entity_by_id(reader, caller, "application", application)
    return entity is not None and entity.deleted_at is None and entity.rights.has(Right.APPLICATION_DEVICES_READ)


async def taken(tx: Transaction, caller: Caller, application: Entity, ids: v3.EndDeviceIdentifiers) -> ClaimstackError:
    """Why the row could not be added. Where the EUIs are registered is told only to who may read it there."""
    other = await store.by_euis(tx, ids.join_eui, ids.dev_eui) if ids.join_eui and ids.dev_eui else None
    if other is None or (other["application"], other["uid"]) == (application.id, ids.device_id):
        return AlreadyExists("pkg/util/store", "id_taken", "end device ID `{id}` is taken", id=ids.device_id)
    euis = {"join_eui": ids.join_eui.hex().upper(), "dev_eui": ids.dev_eui.hex().upper()}
    text = "an end device with JoinEUI `{join_eui}` and DevEUI `{dev_eui}` is already registered"
    if not await _may_read(tx, caller, other["application"]):
        return AlreadyExists("pkg/identityserver", "end_device_euis_taken", text, **euis)
    where = {"device_id": other["uid"], "application_id": other["application_uid"]}
    text += " as `{device_id}` in application `{application_id}`"
    return AlreadyExists("pkg/identityserver", "end_device_euis_taken", text, **euis, **where)
