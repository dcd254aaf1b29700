"""SQL of the parts of end devices, of root keys and of the nonce history.

Statements that read for a caller are bound to the application, so that a part that was claimed away is not found.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from claimstack.device_parts import NONCES
from claimstack.end_devices.components.part import Written
from claimstack.storage import Reader, Row, Transaction

_PART: Final = (
    "d.id AS end_device, d.application, d.uid, d.join_eui, d.dev_eui, d.epoch, p.component, p.body, p.state_sealed,"
    " p.state_kek, p.created_at, p.updated_at"
)

# ------------------------------------------------------------------ parts


async def part(reader: Reader, application: int, uid: str, component: str) -> Row | None:
    return await reader.fetchrow(
        f"SELECT {_PART} FROM end_device d JOIN end_device_part p ON p.end_device = d.id AND p.component = $3"
        " WHERE d.application = $1 AND d.uid = $2",
        application, uid, component,
    )  # fmt: skip


async def part_of(reader: Reader, end_device: int, component: str) -> Row | None:
    return await reader.fetchrow(
        f"SELECT {_PART} FROM end_device d JOIN end_device_part p ON p.end_device = d.id AND p.component = $2"
        " WHERE d.id = $1",
        end_device, component,
    )  # fmt: skip


async def put_part(tx: Transaction, end_device: int, component: str, written: Written, now: int) -> None:
    """Write the part in place of what it was."""
    sealed, kek = written.state or (None, None)
    await tx.execute(
        "INSERT INTO end_device_part (end_device, component, body, state_sealed, state_kek, created_at, updated_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (end_device, component) DO UPDATE SET body = excluded.body,"
        " state_sealed = excluded.state_sealed, state_kek = excluded.state_kek, updated_at = excluded.updated_at",
        end_device, component, written.body, sealed, kek, now,
    )  # fmt: skip


async def remove_part(tx: Transaction, end_device: int, component: str) -> bool:
    sql = "DELETE FROM end_device_part WHERE end_device = $1 AND component = $2"
    return bool(await tx.execute(sql, end_device, component))


# ------------------------------------------------------------------ root keys


async def root_keys(reader: Reader, application: int, uid: str) -> Sequence[Row]:
    """The wrapped keys, with what their sealing place is made of and the mark of who read them."""
    return await reader.fetch(
        "SELECT k.field, k.key_sealed, k.key_kek, d.id AS end_device, d.join_eui, d.dev_eui, d.epoch,"
        " d.root_keys_read_by FROM root_key k JOIN end_device d ON d.id = k.end_device"
        " WHERE d.application = $1 AND d.uid = $2",
        application, uid,
    )  # fmt: skip


async def put_root_key(tx: Transaction, end_device: int, field: str, sealed: bytes, kek: int) -> None:
    await tx.execute(
        "INSERT INTO root_key (end_device, field, key_sealed, key_kek) VALUES ($1, $2, $3, $4)"
        " ON CONFLICT (end_device, field) DO UPDATE SET key_sealed = excluded.key_sealed, key_kek = excluded.key_kek",
        end_device, field, sealed, kek,
    )  # fmt: skip


async def remove_root_key(tx: Transaction, end_device: int, field: str) -> None:
    await tx.execute("DELETE FROM root_key WHERE end_device = $1 AND field = $2", end_device, field)


async def remove_root_keys(tx: Transaction, end_device: int) -> None:
    await tx.execute("DELETE FROM root_key WHERE end_device = $1", end_device)


async def mark_read(tx: Transaction, application: int, uid: str, now: int, by: str) -> None:
    """Note that somebody read the root keys of this device in clear; the row is locked until the end."""
    await tx.execute(
        "UPDATE end_device SET root_keys_read_at = $3, root_keys_read_by = $4 WHERE application = $1 AND uid = $2",
        application, uid, now, by,
    )  # fmt: skip


# ------------------------------------------------------------------ nonces


async def nonces(reader: Reader, application: int, uid: str) -> Row | None:
    """The history of the device's EUI pair; None before the first join."""
    columns = ", ".join(f"h.{name}" for name in NONCES)
    return await reader.fetchrow(
        f"SELECT {columns} FROM nonce_history h JOIN end_device d ON d.join_eui = h.join_eui AND d.dev_eui = h.dev_eui"
        " WHERE d.application = $1 AND d.uid = $2",
        application, uid,
    )  # fmt: skip


async def put_nonces(
    tx: Transaction, join_eui: bytes, dev_eui: bytes, values: Mapping[str, int | bytes | None], now: int
) -> None:
    """Write the given columns of the history of an EUI pair; the others stay as they are."""
    names = [name for name in NONCES if name in values]
    places = ", ".join(f"${at}" for at in range(4, len(names) + 4))
    changes = ", ".join(f"{name} = excluded.{name}" for name in names)
    await tx.execute(
        f"INSERT INTO nonce_history (join_eui, dev_eui, updated_at, {', '.join(names)}) VALUES ($1, $2, $3, {places})"
        f" ON CONFLICT (join_eui, dev_eui) DO UPDATE SET updated_at = excluded.updated_at, {changes}",
        join_eui, dev_eui, now, *(values[name] for name in names),
    )  # fmt: skip
