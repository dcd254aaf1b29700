"""Rotation: everything sealed under an older KEK is sealed again under the newest, in small resumable steps.

The list of sealed columns stands here alone; `fsck` and `kek verify` walk the same list.
"""

from collections.abc import Sequence
from typing import NamedTuple

from claimstack.storage import Database, Reader, Row, Transaction
from claimstack.vault.kek import KekError
from claimstack.vault.vault import Sealed, Vault

STEP = 200


class SealedColumn(NamedTuple):
    """Where sealed values stand: `rows` selects key columns, `sealed`, `kek` and the place's `join_eui`, `dev_eui`."""

    table: str
    column: str
    key: tuple[str, ...]
    place: str

    @property
    def kek(self) -> str:
        """The column with the KEK version."""
        return self.column.removesuffix("_sealed") + "_kek"


SEALED = (
    SealedColumn("pepper", "secret_sealed", ("version",), "version"),
    SealedColumn("root_key", "key_sealed", ("end_device", "field"), "device field"),
    SealedColumn("end_device_part", "state_sealed", ("end_device", "component"), "device component"),
    SealedColumn("claim_code", "code_sealed", ("end_device",), "device"),
    SealedColumn("activation_settings", "kek_sealed", ("application",), "application"),
    SealedColumn("idempotency_key", "answer_sealed", ("principal", "key_hash"), "principal"),
)


def device_place(table: str, row: Row, field: str = "") -> tuple[str | bytes, ...]:
    """The place of a device's secret: table, JoinEUI, DevEUI, field; without EUIs (ABP) the surrogate stands in."""
    if row["dev_eui"] is None:
        return table, f"id:{row['end_device']}", "", field
    return table, bytes(row["join_eui"] or b""), bytes(row["dev_eui"]), field


def _place(column: SealedColumn, row: Row) -> tuple[str | bytes, ...]:
    match column.place.split():
        case ["device", field]:
            return device_place(column.table, row, row[field])
        case ["device"]:
            return device_place(column.table, row)
        case [name]:
            return column.table, str(row[name])
    raise ValueError(column.place)


async def _batch(reader: Reader, column: SealedColumn, condition: str, *args: int) -> Sequence[Row]:
    keys = ", ".join(f"t.{name}" for name in column.key)
    device = column.place.startswith("device")
    euis = ", d.join_eui, d.dev_eui" if device else ""
    join = " JOIN end_device d ON d.id = t.end_device" if device else ""
    return await reader.fetch(
        f"SELECT {keys}, t.{column.column} AS sealed, t.{column.kek} AS kek{euis} FROM {column.table} t{join}"  # noqa: S608 - names from the table above
        f" WHERE t.{column.column} IS NOT NULL AND {condition}",
        *args,
    )


async def unopenable(reader: Reader, vault: Vault) -> list[str]:
    """Every sealed value that does not open, as `table key: why`."""
    wrong = []
    for column in SEALED:
        for row in await _batch(reader, column, "1 = 1"):
            try:
                vault.open(Sealed(bytes(row["sealed"]), row["kek"]), *_place(column, row))
            except KekError as error:
                wrong.append(f"{column.table} {[str(row[name]) for name in column.key]}: {error}")
    return wrong


async def count_by_version(reader: Reader) -> dict[int, int]:
    """How many sealed values stand under each KEK version."""
    counts: dict[int, int] = {}
    for column in SEALED:
        rows = await reader.fetch(
            f"SELECT {column.kek} AS kek, count(*) AS n FROM {column.table}"  # noqa: S608 - names from the table above
            f" WHERE {column.column} IS NOT NULL GROUP BY {column.kek}"
        )
        for row in rows:
            counts[row["kek"]] = counts.get(row["kek"], 0) + row["n"]
    return counts


async def rewrap(db: Database, vault: Vault) -> int:
    """Seal again what stands under an older KEK; returns how many. Can be stopped and started at any time."""
    done = 0
    for column in SEALED:
        while step := await db.transaction(_rewrap_step, column, vault):
            done += step
    return done


async def _rewrap_step(tx: Transaction, column: SealedColumn, vault: Vault) -> int:
    newest = vault.keks.newest
    rows = await _batch(tx, column, f"t.{column.kek} < $1 LIMIT {STEP}", newest)
    for row in rows:
        place = _place(column, row)
        sealed = vault.seal(vault.open(Sealed(bytes(row["sealed"]), row["kek"]), *place), *place)
        where = " AND ".join(f"{name} = ${at}" for at, name in enumerate(column.key, 4))
        # Guarded by the old version: a value written meanwhile under the newest KEK is left alone.
        await tx.execute(
            f"UPDATE {column.table} SET {column.column} = $1, {column.kek} = $2"  # noqa: S608 - names from the table above
            f" WHERE {column.kek} = $3 AND {where}",
            sealed.blob, newest, row["kek"], *(row[name] for name in column.key),
        )  # fmt: skip
    return len(rows)
