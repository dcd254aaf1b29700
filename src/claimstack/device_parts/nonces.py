"""The nonce history of an EUI pair as its columns take it (LoRaWAN 1.0.4 §6.2, 1.1 §6.2)."""

from claimstack.errors import invalid_field
from claimstack.lorawan.used_dev_nonces import packed
from claimstack.wire import v3

_HIGHEST = {"last_dev_nonce": 0xFFFF, "used_dev_nonces": 0xFFFF, "last_join_nonce": 0xFFFFFF}


def kept(part: v3.EndDevice, name: str) -> int | bytes:
    """One field of the history as its column takes it; `Invalid` when a number is too high."""
    value = getattr(part, name)
    highest = _HIGHEST.get(name, 0xFFFF)
    if any(one > highest for one in (value if name == "used_dev_nonces" else [value])):
        raise invalid_field(f"end_device.{name}", f"expected at most {highest}")
    return packed(value) if name == "used_dev_nonces" else int(value)
