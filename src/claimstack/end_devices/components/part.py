"""The part of an end device that one component keeps: inert settings, and the state of its session, sealed.

A claim forgets the state and leaves the settings, so the two never mix: what a session made, or what was heard from the
device, is state.
"""

from typing import NamedTuple

from claimstack import masks
from claimstack.applications import put
from claimstack.device_parts import STATE, Component, drop_empty_sessions
from claimstack.storage import Row
from claimstack.vault import Sealed, Secret, Vault
from claimstack.vault.rewrap import device_place
from claimstack.wire import v3

TABLE = "end_device_part"


class Written(NamedTuple):
    """A part as the row holds it; `state` is None when there is none."""

    body: bytes
    state: Sealed | None


def opened(vault: Vault, row: Row, *, with_state: bool) -> v3.EndDevice:
    """The part: settings, and the state if it is asked for. `row` has both and what the sealing place is made of."""
    part = v3.EndDevice.FromString(bytes(row["body"]))
    if with_state and row["state_sealed"] is not None:
        sealed = Sealed(bytes(row["state_sealed"]), row["state_kek"])
        part.MergeFromString(vault.open(sealed, *device_place(TABLE, row, row["component"])).reveal())
    return part


def closed(vault: Vault, device: Row, component: Component, part: v3.EndDevice) -> Written:
    """The part as it is to be written for this device."""
    kept = v3.EndDevice()
    kept.CopyFrom(part)
    for name in ("ids", "created_at", "updated_at"):
        kept.ClearField(name)
    drop_empty_sessions(kept)
    state = masks.select(kept, STATE).SerializeToString()
    for name in STATE:
        kept.ClearField(name)
    sealed = vault.seal(Secret(state), *device_place(TABLE, device, component)) if state else None
    return Written(kept.SerializeToString(deterministic=True), sealed)


def shown(row: Row, part: v3.EndDevice, ids: v3.EndDeviceIdentifiers) -> v3.EndDevice:
    """Put identifiers and times, which always come along, into the answer."""
    part.ids.CopyFrom(ids)
    put(part.created_at, row["created_at"])
    put(part.updated_at, row["updated_at"])
    return part
