"""Registers many devices of one application in one transaction; what cannot be registered does not hinder the others.

Secrets are sealed before (`close`), away from the transaction and from the event loop.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from claimstack.applications import check_living
from claimstack.device_parts import Wish
from claimstack.end_devices import store as devices
from claimstack.end_devices.bulk import store
from claimstack.end_devices.bulk.closed import Closed
from claimstack.end_devices.claim_code import TABLE as CODE_TABLE
from claimstack.end_devices.claim_code import code_hash
from claimstack.end_devices.components import store as components
from claimstack.end_devices.components.nonces import begun
from claimstack.end_devices.components.part import TABLE as PART_TABLE
from claimstack.end_devices.components.root_keys import TABLE as KEY_TABLE
from claimstack.end_devices.register import taken
from claimstack.errors import ClaimstackError
from claimstack.events import Event, body
from claimstack.identity import Caller, Entity, Right
from claimstack.storage import Transaction
from claimstack.vault import Secret, Vault
from claimstack.wire import v3

_VISIBILITY = (int(Right.APPLICATION_DEVICES_READ),)


Order = tuple[Wish, Closed]


class Registered(NamedTuple):
    """What became of a wish: the new device's surrogate key, or why there is none.

    `known`: the application has this very device already; it was left as it is.
    """

    end_device: int | None
    known: bool = False
    refusal: ClaimstackError | None = None


def close(vault: Vault, wish: Wish) -> Closed:
    """Seal what is secret for the place where it will stand. A state without EUIs is sealed later, by surrogate."""
    code = None
    hashed = None
    if wish.code:
        secret = Secret(wish.code.encode())
        code = vault.seal(secret, *_place(wish, CODE_TABLE))
        hashed = code_hash(vault, wish.dev_eui or b"", secret)
    return Closed(
        tuple(
            vault.seal(Secret(state), *_place(wish, PART_TABLE, component)) if state and wish.dev_eui else None
            for component, _, state in wish.parts
        ),
        tuple((field, vault.seal(Secret(key), *_place(wish, KEY_TABLE, field))) for field, key in wish.keys),
        hashed,
        code,
    )


def _place(wish: Wish, table: str, field: str = "") -> tuple[str | bytes, ...]:
    """As `vault.rewrap.device_place`, for a device that has no row yet."""
    return table, wish.join_eui or b"", wish.dev_eui or b"", field


async def register_many(
    tx: Transaction, vault: Vault, caller: Caller, application: Entity, wishes: Sequence[Order], now: int
) -> list[Registered]:
    """Register the devices, and tell of each what became of it, in their order.

    The caller's rights on the application are checked before. `application_not_found` when it was deleted meanwhile.
    """
    firsts = {order[0].uid: order for order in reversed(wishes)}  # of two with one id the first has it
    keys = await store.add(tx, application.id, [wish for wish, _ in firsts.values()], now)
    made = {key: firsts[uid] for uid, key in keys.items()}
    await _write_beside(tx, vault, application, made, now)
    await devices.count_many(tx, application.id, Counter(key % devices.SLOTS for key in made))
    await store.tell(tx, _events(application, made, now))
    await check_living(tx, application)
    return [
        Registered(keys[order[0].uid])
        if order[0].uid in keys and firsts[order[0].uid] is order
        else await _refused(tx, caller, application, order[0])
        for order in wishes
    ]


async def _write_beside(
    tx: Transaction, vault: Vault, application: Entity, made: Mapping[int, Order], now: int
) -> None:
    await store.add_parts(tx, _parts(vault, made), now)
    keys = [(key, field, *sealed) for key, (_, closed) in made.items() for field, sealed in closed.keys]
    await store.add_keys(tx, keys)
    codes = [
        (key, closed.code_hash, vault.pepper_version, *closed.code, wish.valid_from, wish.valid_to, now)
        for key, (wish, closed) in made.items()
        if closed.code is not None
    ]
    await store.add_codes(tx, application.id, codes)
    for wish, _ in made.values():
        if wish.nonces and wish.join_eui and wish.dev_eui:
            await components.put_nonces(tx, wish.join_eui, wish.dev_eui, begun(dict(wish.nonces)), now)


def _parts(vault: Vault, made: Mapping[int, Order]) -> Iterable[tuple[int, str, bytes, bytes | None, int | None]]:
    for key, (wish, closed) in made.items():
        for (component, settings, state), sealed in zip(wish.parts, closed.states, strict=True):
            if state and sealed is None:
                sealed = vault.seal(Secret(state), PART_TABLE, f"id:{key}", "", component)
            yield key, component, settings, *(sealed or (None, None))


def _events(application: Entity, made: Mapping[int, Order], now: int) -> Iterator[tuple[object, ...]]:
    """Of each new device that it was made. They differ in one field, so one event is filled again and again."""
    ids = v3.EntityIdentifiers(device_ids={"application_ids": {"application_id": application.uid}})
    event = Event("end_device.create", now, "application", application.id, ids, _VISIBILITY, epoch=1)
    words = v3.Event.FromString(body(event))
    device = words.identifiers[0].device_ids
    for key, (wish, _) in made.items():
        device.device_id, device.dev_eui, device.join_eui = wish.uid, wish.dev_eui or b"", wish.join_eui or b""
        yield event.name, now, event.entity_kind, event.entity, key, event.epoch, words.SerializeToString()


async def _refused(tx: Transaction, caller: Caller, application: Entity, wish: Wish) -> Registered:
    """Why a device could not be added: another has its id or its EUIs; or it is this very device."""
    other = await devices.device(tx, application.id, wish.uid)
    if other is not None and (other["join_eui"], other["dev_eui"]) == (wish.join_eui, wish.dev_eui):
        return Registered(other["end_device"], known=True)
    ids = v3.EndDeviceIdentifiers(device_id=wish.uid, dev_eui=wish.dev_eui or b"", join_eui=wish.join_eui or b"")
    return Registered(None, refusal=await taken(tx, caller, application, ids))
