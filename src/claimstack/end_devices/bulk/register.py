"""Registers many devices of one application in one transaction; what cannot be registered hinders no other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from claimstack.applications import check_living
from claimstack.device_parts import Wish
from claimstack.end_devices import store as devices
from claimstack.end_devices.bulk import store
from claimstack.end_devices.bulk.rows import Rows
from claimstack.end_devices.components import store as components
from claimstack.end_devices.register import taken
from claimstack.errors import ClaimstackError
from claimstack.identity import Caller, Entity
from claimstack.storage import Transaction
from claimstack.wire import v3


async def register_many(tx: Transaction, application: Entity, rows: Rows) -> Collection[int]:
    """Register the devices whose id and EUIs are free; their keys.

    The caller's rights on the application are checked before. `application_not_found` when it was deleted meanwhile.
    """
    made = await store.add(tx, rows.devices)
    if len(made) < len(rows.devices):
        rows = rows.of(made)
    await store.add_parts(tx, rows.parts)
    await store.add_root_keys(tx, rows.root_keys)
    await store.add_codes(tx, rows.codes)
    for _, join_eui, dev_eui, values, now in rows.nonces:
        await components.put_nonces(tx, join_eui, dev_eui, values, now)
    await store.tell(tx, rows.events)
    await devices.count_many(tx, application.id, Counter(key % devices.SLOTS for key in made))
    await check_living(tx, application)
    return made


async def known_or_refused(tx: Transaction, caller: Caller, application: Entity, wish: Wish) -> int | ClaimstackError:
    """Of a device that could not be added: its key if the application has this very device already; else why not."""
    other = await devices.device(tx, application.id, wish.uid)
    if other is not None and (other["join_eui"], other["dev_eui"]) == (wish.join_eui, wish.dev_eui):
        return int(other["end_device"])
    ids = v3.EndDeviceIdentifiers(device_id=wish.uid, dev_eui=wish.dev_eui or b"", join_eui=wish.join_eui or b"")
    return await taken(tx, caller, application, ids)
