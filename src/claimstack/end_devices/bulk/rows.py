"""The rows of new end devices, table by table, made before their transaction: in a thread, while others are written.

Each device has its surrogate key already (`store.reserve`), so that the transaction only writes.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import Any, NamedTuple

from claimstack.device_parts import Wish
from claimstack.end_devices.claim_code import TABLE as CODE_TABLE
from claimstack.end_devices.claim_code import code_hash
from claimstack.end_devices.components.nonces import begun
from claimstack.end_devices.components.part import TABLE as PART_TABLE
from claimstack.end_devices.components.root_keys import TABLE as KEY_TABLE
from claimstack.events import Event, body
from claimstack.identity import Right
from claimstack.vault import Sealed, Secret, Vault
from claimstack.vault.rewrap import Place, eui_place
from claimstack.wire import v3

_VISIBILITY = (int(Right.APPLICATION_DEVICES_READ),)
_NO_STATE = (None, None)
Row = tuple[Any, ...]


class Rows(NamedTuple):
    """Of each table its rows, as `store` writes them: the key of the device stands first in each."""

    devices: Sequence[Row]
    parts: Sequence[Row]
    root_keys: Sequence[Row]
    codes: Sequence[Row]
    nonces: Sequence[Row]
    events: Sequence[Row]

    def of(self, keys: Container[int]) -> Rows:
        """Those of some of the devices."""
        return Rows(*([row for row in rows if row[0] in keys] for rows in self))


def rows_of(vault: Vault, application: int, application_uid: str, wishes: Iterable[tuple[int, Wish]], now: int) -> Rows:
    """The rows of devices with their keys. Takes some 20 µs each: for a thread."""
    devices: list[Row] = []
    parts: list[Row] = []
    root_keys: list[Row] = []
    codes: list[Row] = []
    nonces: list[Row] = []
    events: list[Row] = []
    tell = _Telling(application, application_uid, now)
    for key, wish in wishes:
        devices.append((key, application, application, now, now, *wish[:6]))
        for component, settings, state in wish.parts:
            sealed = vault.seal(Secret(state), *_place(wish, key, PART_TABLE, component)) if state else _NO_STATE
            parts.append((key, component, settings, *sealed, now, now))
        for field, clear in wish.keys:
            root_keys.append((key, field, *vault.seal(Secret(clear), *_place(wish, key, KEY_TABLE, field))))
        if wish.code:
            codes.append((key, application, *_code(vault, wish, key), wish.valid_from, wish.valid_to, now))
        if wish.nonces and wish.join_eui and wish.dev_eui:
            nonces.append((key, wish.join_eui, wish.dev_eui, begun(dict(wish.nonces)), now))
        events.append((key, *tell.event(wish)))
    devices.sort(key=_euis)
    return Rows(devices, parts, root_keys, codes, nonces, events)


def _euis(device: Row) -> tuple[bytes, bytes, int]:
    """In this order two imports of the same devices do not lock each other out; of two alike the first has the EUIs."""
    return device[6] or b"", device[7] or b"", device[0]


def _place(wish: Wish, key: int, table: str, field: str = "") -> Place:
    """As `vault.rewrap.device_place`, for a device that has no row yet."""
    if wish.dev_eui is None:
        return table, f"id:{key}", "", field
    return eui_place(table, wish.join_eui or b"", wish.dev_eui, field)


def _code(vault: Vault, wish: Wish, key: int) -> tuple[bytes, int, bytes, int]:
    secret = Secret(wish.code.encode())
    sealed: Sealed = vault.seal(secret, *_place(wish, key, CODE_TABLE))
    return code_hash(vault, wish.dev_eui or b"", secret), vault.pepper_version, *sealed


class _Telling:
    """Tells of each new device that it was made. The events differ in one field, so one is filled again and again."""

    def __init__(self, application: int, application_uid: str, now: int) -> None:
        ids = v3.EntityIdentifiers(device_ids={"application_ids": {"application_id": application_uid}})
        event = Event("end_device.create", now, "application", application, ids, _VISIBILITY, epoch=1)
        self._same = event.epoch, event.name, now, event.entity_kind, event.entity
        self._words = v3.Event.FromString(body(event))
        self._ids = self._words.identifiers[0].device_ids

    def event(self, wish: Wish) -> Row:
        ids = self._ids
        ids.device_id, ids.dev_eui, ids.join_eui = wish.uid, wish.dev_eui or b"", wish.join_eui or b""
        return *self._same, self._words.SerializeToString()
