"""A device with a mask, split into what each register keeps of it. Pure: runs where files are read.

Each path goes to every register whose own list admits it, as clients do who register one device after the other. Rows
of a file mostly name the same paths, so what follows from them is found out once (`_Plan`).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from claimstack import masks
from claimstack.device_parts.code import invalid_code, written_code
from claimstack.device_parts.fields import BODY, CODE, NONCES, ROOT_KEYS, STATE, Component
from claimstack.device_parts.nonces import kept
from claimstack.device_parts.session import drop_empty_sessions, is_personalized
from claimstack.device_parts.wish import Wish
from claimstack.errors import invalid_field
from claimstack.wire import v3

_SETS = {
    Component.NS: "ttn.lorawan.v3.NsEndDeviceRegistry/Set",
    Component.AS: "ttn.lorawan.v3.AsEndDeviceRegistry/Set",
    Component.JS: "ttn.lorawan.v3.JsEndDeviceRegistry/Set",
}
_BESIDE = frozenset({"ids", "created_at", "updated_at", CODE})  # of a part, what has a place of its own
_STATE = frozenset(STATE)
_KEY_PATHS = frozenset(f"root_keys.{field}.key" for field in ROOT_KEYS)
_Paths = tuple[str, ...]


class _PartPlan(NamedTuple):
    """What a component keeps: settings, state, names of nonce columns; whether root keys are among it."""

    component: str
    settings: _Paths
    state: _Paths
    nonces: _Paths
    has_keys: bool


class _Plan(NamedTuple):
    body: _Paths
    parts: tuple[_PartPlan, ...]
    has_code: bool


def split(device: v3.EndDevice, paths: Sequence[str], components: Sequence[Component]) -> Wish:
    """What to register; `Invalid` when code and window make no sense, or a component cannot take such a device."""
    plan = _plan(tuple(paths), tuple(components))
    keys: tuple[tuple[str, bytes], ...] = ()
    nonces: tuple[tuple[str, int | bytes], ...] = ()
    for part in plan.parts:
        if part.component == Component.JS:
            _check_euis(device.ids)
            keys = _keys(device) if part.has_keys else ()
            nonces = tuple((name, kept(device, name)) for name in part.nonces)
    ids = device.ids
    return Wish(
        ids.device_id, ids.join_eui or None, ids.dev_eui or None, device.name, device.description,
        _selected(device, plan.body), tuple(_part(device, part) for part in plan.parts), keys, nonces,
        *(_code(device) if plan.has_code else ("", None, None)),
    )  # fmt: skip


@lru_cache(1024)
def _plan(paths: _Paths, components: tuple[Component, ...]) -> _Plan:
    body = tuple(path for path in paths if _top(path) in BODY)
    parts = tuple(_part_plan(component, paths) for component in components)
    return _Plan(body, parts, any(_top(path) == CODE for path in paths))


def _part_plan(component: Component, paths: _Paths) -> _PartPlan:
    known = masks.allowed(_SETS[component])
    own = [path for path in paths if path in known and _top(path) not in _BESIDE]
    apart = _KEY_PATHS | set(NONCES) if component is Component.JS else frozenset()
    return _PartPlan(
        str(component),
        tuple(path for path in own if _top(path) not in _STATE and path not in apart),
        tuple(path for path in own if _top(path) in _STATE),
        tuple(path for path in own if path in NONCES and component is Component.JS),
        component is Component.JS and any(_top(path) == "root_keys" for path in own),
    )


def _top(path: str) -> str:
    return path.partition(".")[0]


def _selected(device: v3.EndDevice, paths: _Paths) -> bytes:
    return masks.select(device, paths).SerializeToString(deterministic=True) if paths else b""


def _part(device: v3.EndDevice, plan: _PartPlan) -> tuple[str, bytes, bytes]:
    """Settings and state of one component."""
    settings = _settings(device, plan)
    if not plan.state:
        return plan.component, settings, b""
    state = masks.select(device, plan.state)
    drop_empty_sessions(state)
    return plan.component, settings, state.SerializeToString()


def _settings(device: v3.EndDevice, plan: _PartPlan) -> bytes:
    if not plan.settings or not plan.has_keys:
        return _selected(device, plan.settings)
    part = masks.select(device, plan.settings)
    drop_keys(part)
    return part.SerializeToString(deterministic=True)


def drop_keys(part: v3.EndDevice) -> None:
    """Root keys have a place of their own; what is left of their envelopes stays."""
    for field in ROOT_KEYS:
        if part.root_keys.HasField(field):
            envelope = getattr(part.root_keys, field)
            envelope.ClearField("key")
            if not envelope.ByteSize():
                part.root_keys.ClearField(field)
    if not part.root_keys.ByteSize():
        part.ClearField("root_keys")


def _keys(device: v3.EndDevice) -> tuple[tuple[str, bytes], ...]:
    found = ((field, bytes(getattr(device.root_keys, field).key)) for field in ROOT_KEYS)
    return tuple((field, key) for field, key in found if key)


def _check_euis(ids: v3.EndDeviceIdentifiers) -> None:
    for name in ("join_eui", "dev_eui"):
        if not getattr(ids, name):
            raise invalid_field(f"ids.{name}", "expected one: the Join Server knows devices by their EUIs")


def _code(device: v3.EndDevice) -> tuple[str, int | None, int | None]:
    code = written_code(device)
    if code is None:
        return "", None, None
    if is_personalized(device):
        raise invalid_code("a device with a fixed session (ABP) or a multicast group cannot be claimed")
    return code
