"""The nonce history of an EUI pair: DevNonces used, JoinNonce and RJcounts last (LoRaWAN 1.0.4 §6.2, 1.1 §6.2).

It belongs to the EUI pair, not to the device row: it outlives both claim and delete, so that neither opens the device
to replays.
"""

from collections.abc import Sequence

from claimstack.device_parts import NONCES, kept
from claimstack.end_devices.components import store
from claimstack.end_devices.device import names
from claimstack.lorawan.used_dev_nonces import unpacked
from claimstack.storage import Reader, Row, Transaction
from claimstack.wire import v3


def asked(paths: Sequence[str]) -> list[str]:
    """The fields of the history that a mask names."""
    return [name for name in NONCES if names(paths, name)]


async def add_nonces(reader: Reader, application: int, uid: str, part: v3.EndDevice) -> None:
    """Put the history of the device into a part that is about to be shown."""
    row = await store.nonces(reader, application, uid)
    if row is None:
        return
    part.used_dev_nonces.extend(unpacked(bytes(row["used_dev_nonces"] or b"")))
    for name in NONCES:
        if name != "used_dev_nonces" and row[name] is not None:
            setattr(part, name, row[name])


def begun(values: dict[str, int | bytes]) -> dict[str, int | bytes | None]:
    """The values as they are kept: 0 says that a counter has not begun, unless a join is said to have been."""
    joined = bool(values.get("last_join_nonce"))
    counters = ("last_rj_count_0", "last_rj_count_1", *(() if joined else ("last_dev_nonce",)))
    return {name: None if name in counters and value == 0 else value for name, value in values.items()}


async def keep_nonces(tx: Transaction, device: Row, part: v3.EndDevice, paths: Sequence[str], now: int) -> None:
    """Write what the mask names of the history, and take it out of the part: it has its own table."""
    fields = asked(paths)
    if fields:
        values = begun({name: kept(part, name) for name in fields})
        await store.put_nonces(tx, bytes(device["join_eui"]), bytes(device["dev_eui"]), values, now)
    for name in NONCES:
        part.ClearField(name)
