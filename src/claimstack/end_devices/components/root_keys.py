"""The root keys of an end device (LoRaWAN 1.1 §6.1.1.3): sealed at rest, and marked for good when read in clear.

Whoever has read them can be the device, so the next owner is shown that they were ever read.
"""

from collections.abc import Sequence

from claimstack.device_parts import ROOT_KEYS, drop_keys
from claimstack.end_devices.components import store
from claimstack.end_devices.device import names
from claimstack.identity import Caller
from claimstack.storage import Reader, Row, Transaction
from claimstack.vault import Sealed, Secret, Vault
from claimstack.vault.rewrap import device_place
from claimstack.wire import v3

TABLE = "root_key"


def read_mark(epoch: int, caller: Caller) -> str:
    """Who read the keys, and under which ownership epoch: `2 user maker`."""
    return f"{epoch} {caller}"


def is_marked(row: Row) -> bool:
    """Whether a read under the present owner is noted already."""
    return str(row["root_keys_read_by"] or "").split(" ")[0] == str(row["epoch"])


def asked(paths: Sequence[str]) -> list[str]:
    """The root keys that a mask names."""
    return [field for field in ROOT_KEYS if names(paths, f"root_keys.{field}.key")]


async def read_root_keys(reader: Reader, vault: Vault, application: int, uid: str) -> v3.RootKeys | None:
    """The keys in clear, None when this read is still to be marked: then `mark_and_read_root_keys`."""
    rows = await store.root_keys(reader, application, uid)
    return _opened(vault, rows) if all(is_marked(row) for row in rows) else None


async def mark_and_read_root_keys(
    tx: Transaction, vault: Vault, caller: Caller, application: int, uid: str, now: int
) -> v3.RootKeys:
    """Note who reads the keys, and read them; both or neither."""
    for row in (await store.root_keys(tx, application, uid))[:1]:
        await store.mark_read(tx, application, uid, now, read_mark(row["epoch"], caller))
    return _opened(vault, await store.root_keys(tx, application, uid))


def with_keys(device: v3.EndDevice, keys: v3.RootKeys, paths: Sequence[str]) -> v3.EndDevice:
    """Put the keys that the mask names into the answer."""
    for field in asked(paths):
        key = getattr(keys, field).key
        if key:
            getattr(device.root_keys, field).key = key
    return device


def _opened(vault: Vault, rows: Sequence[Row]) -> v3.RootKeys:
    keys = v3.RootKeys()
    for row in rows:
        sealed = Sealed(bytes(row["key_sealed"]), row["key_kek"])
        getattr(keys, row["field"]).key = vault.open(sealed, *device_place(TABLE, row, row["field"])).reveal()
    return keys


async def keep_root_keys(tx: Transaction, vault: Vault, device: Row, part: v3.EndDevice, paths: Sequence[str]) -> None:
    """Seal the keys that the mask names (absent: delete them), and take them out of the part."""
    for field in asked(paths):
        key = getattr(part.root_keys, field).key
        if key:
            sealed = vault.seal(Secret(key), *device_place(TABLE, device, field))
            await store.put_root_key(tx, device["end_device"], field, sealed.blob, sealed.kek)
        else:
            await store.remove_root_key(tx, device["end_device"], field)
    drop_keys(part)
