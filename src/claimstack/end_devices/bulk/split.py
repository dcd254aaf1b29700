"""A device with a mask, split into what each register keeps of it. Pure: runs where files are read.

Each path goes to every register whose own list admits it, as clients do who register one device after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from claimstack import masks
from claimstack.end_devices.bulk.wish import Wish
from claimstack.end_devices.claim_code import code_in
from claimstack.end_devices.components import store
from claimstack.end_devices.components.nonces import kept
from claimstack.end_devices.components.part import STATE, Component, drop_empty_sessions, is_personalized
from claimstack.end_devices.components.root_keys import FIELDS
from claimstack.end_devices.device import BODY, CODE, invalid_code
from claimstack.errors import invalid_field
from claimstack.wire import v3

_SETS = {
    Component.NS: "ttn.lorawan.v3.NsEndDeviceRegistry/Set",
    Component.AS: "ttn.lorawan.v3.AsEndDeviceRegistry/Set",
    Component.JS: "ttn.lorawan.v3.JsEndDeviceRegistry/Set",
}
_BESIDE = frozenset({"ids", "created_at", "updated_at", CODE})  # of a part, what has a place of its own
_HEAVY = frozenset(STATE)
_Paths = tuple[str, ...]


def split(device: v3.EndDevice, paths: Sequence[str], components: Sequence[Component]) -> Wish:
    """What to register; `Invalid` when code and window make no sense, or a component cannot take such a device."""
    asked = tuple(paths)
    parts = []
    keys: tuple[tuple[str, bytes], ...] = ()
    nonces: tuple[tuple[str, int | bytes], ...] = ()
    personalized = False
    for component in components:
        part = masks.select(device, _own(component, asked))
        if component is Component.JS:
            _check_euis(device.ids)
            keys, nonces = _keys(part), _nonces(part, asked)
        elif component is Component.NS:
            personalized = is_personalized(part)
        parts.append((str(component), *_settings_and_state(part)))
    code = code_in(device)
    if code is not None and personalized:
        raise invalid_code("a device with a fixed session (ABP) or a multicast group cannot be claimed")
    value = code.value.reveal().decode() if code else ""
    window = (code.valid_from, code.valid_to) if code else (None, None)
    body = masks.select(device, BODY).SerializeToString(deterministic=True)
    ids = device.ids
    return Wish(
        ids.device_id, ids.join_eui or None, ids.dev_eui or None, device.name, device.description, body,
        tuple(parts), keys, nonces, value, *window,
    )  # fmt: skip


@lru_cache(1024)
def _own(component: Component, paths: _Paths) -> _Paths:
    """What a component keeps of these paths."""
    known = masks.allowed(_SETS[component])
    return tuple(path for path in paths if path in known and path.partition(".")[0] not in _BESIDE)


def _settings_and_state(part: v3.EndDevice) -> tuple[bytes, bytes]:
    state = b""
    if any(part.HasField(name) for name in ("session", "pending_session", "mac_state", "pending_mac_state")):
        drop_empty_sessions(part)
    present = [field.name for field, _ in part.ListFields() if field.name in _HEAVY]
    if present:
        state = masks.select(part, STATE).SerializeToString()
        for name in present:
            part.ClearField(name)
    return part.SerializeToString(deterministic=True), state


def _check_euis(ids: v3.EndDeviceIdentifiers) -> None:
    for name in ("join_eui", "dev_eui"):
        if not getattr(ids, name):
            raise invalid_field(f"ids.{name}", "expected one: the Join Server knows devices by their EUIs")


def _keys(part: v3.EndDevice) -> tuple[tuple[str, bytes], ...]:
    """Take the root keys out of the Join Server's part."""
    if not part.HasField("root_keys"):
        return ()
    found = []
    for field in FIELDS:
        envelope = getattr(part.root_keys, field)
        if envelope.key:
            found.append((field, bytes(envelope.key)))
        envelope.ClearField("key")
        if not envelope.ByteSize():
            part.root_keys.ClearField(field)
    if not part.root_keys.ByteSize():
        part.ClearField("root_keys")
    return tuple(found)


def _nonces(part: v3.EndDevice, paths: _Paths) -> tuple[tuple[str, int | bytes], ...]:
    """Take the nonce history out of the Join Server's part."""
    named = [name for name in store.NONCES if name in paths]
    found = tuple((name, kept(part, name)) for name in named)
    for name in named:
        part.ClearField(name)
    return found
