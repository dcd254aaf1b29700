"""What goes back with a device that is given to its maker again: what the device is, not what its owner did with it.

See docs/decisions/release.md. Sessions and MAC state are sealed state, which the database drops.
"""

from claimstack.claiming.gate.handover import NOWHERE, join_part
from claimstack.wire import v3

# Of the Identity Server's part, what tells of the device; the rest (places, servers, notes, picture) is the owner's.
_OF_THE_DEVICE = (
    "join_server_address",
    "lora_alliance_profile_ids",
    "serial_number",
    "version_ids",
)
_EUI_PREFIX = "eui-"


def identity_part(body: bytes) -> bytes:
    """The Identity Server's part as its maker gets it back."""
    part, kept = v3.EndDevice.FromString(body), v3.EndDevice()
    for field, _ in part.ListFields():
        if field.name in _OF_THE_DEVICE:
            _copy(part, kept, field.name)
    return kept.SerializeToString(deterministic=True)


def join_server_part(body: bytes) -> bytes:
    """The Join Server's part without the owner's home network."""
    changed = join_part(body, NOWHERE)
    return body if changed is None else changed


def names(former: str, dev_eui: bytes, epoch: int) -> tuple[str, ...]:
    """Which device ids to try at the maker's, in this order; `former`: the one it had there, empty if unknown.

    The owner's own id is none of them: what somebody calls a sensor tells where it hangs.
    """
    fresh = f"{_EUI_PREFIX}{dev_eui.hex()}"
    return tuple(name for name in (former, fresh, f"{fresh}-{epoch}") if name)


def _copy(source: v3.EndDevice, target: v3.EndDevice, name: str) -> None:
    value = getattr(source, name)
    if isinstance(value, str):
        setattr(target, name, value)
    else:
        getattr(target, name).CopyFrom(value)
