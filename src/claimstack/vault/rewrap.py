"""Rotation: everything sealed under an older KEK is sealed again under the newest, in small resumable steps.

The list of sealed columns stands here alone; `fsck` and `kek verify` walk the same list.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, NamedTuple

from claimstack.storage import Database, Reader, Row, Transaction
from claimstack.vault.kek import KekError
from claimstack.vault.vault import Sealed, Vault

STEP = 200
ALL_PAGES = 1 << 62
Progress = Callable[[int], None]
Key = tuple[Any, ...]


def _silent(count: int) -> None:
    pass


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


class Unopened(NamedTuple):
    """A sealed value that does not open: its column, its key in text, and why."""

    column: SealedColumn
    key: str
    why: str


Place = tuple[str | bytes, ...]
"""Where a sealed value stands; see `Vault.seal`."""

SEALED = (
    SealedColumn("pepper", "secret_sealed", ("version",), "version"),
    SealedColumn("root_key", "key_sealed", ("end_device", "field"), "device field"),
    SealedColumn("end_device_part", "state_sealed", ("end_device", "component"), "device component"),
    SealedColumn("join_session", "keys_sealed", ("end_device", "slot"), "device"),
    SealedColumn("claim_code", "code_sealed", ("end_device",), "device"),
    SealedColumn("activation_settings", "kek_sealed", ("application",), "application"),
    SealedColumn("peer", "keks_sealed", ("uid",), "uid"),
    SealedColumn("upstream_claim", "order_sealed", ("uid",), "uid"),
    SealedColumn("idempotency_key", "answer_sealed", ("principal", "key_hash"), "principal"),
)


def device_place(table: str, row: Row, field: str = "") -> Place:
    """The place of a device's secret: table, JoinEUI, DevEUI, field; without EUIs (ABP) the surrogate stands in."""
    if row["dev_eui"] is None:
        return table, f"id:{row['end_device']}", "", field
    return eui_place(table, bytes(row["join_eui"] or b""), bytes(row["dev_eui"]), field)


def eui_place(table: str, join_eui: bytes, dev_eui: bytes, field: str = "") -> Place:
    """The place of a secret of the device with these EUIs, 8 bytes each."""
    return table, join_eui, dev_eui, field


def _place(column: SealedColumn, row: Row) -> tuple[str | bytes, ...]:
    match column.place.split():
        case ["device", field]:
            return device_place(column.table, row, row[field])
        case ["device"]:
            return device_place(column.table, row)
        case [name]:
            return column.table, str(row[name])
    raise ValueError(column.place)


def _select(column: SealedColumn, condition: str) -> str:
    keys = ", ".join(f"t.{name}" for name in column.key)
    device = column.place.startswith("device")
    euis = ", d.join_eui, d.dev_eui" if device else ""
    join = " JOIN end_device d ON d.id = t.end_device" if device else ""
    return (
        f"SELECT {keys}, t.{column.column} AS sealed, t.{column.kek} AS kek{euis} FROM {column.table} t{join}"  # noqa: S608 - names from the table above
        f" WHERE t.{column.column} IS NOT NULL{condition}"
    )


async def _page(reader: Reader, column: SealedColumn, after: Key, older_than: int | None = None) -> Sequence[Row]:
    """The next rows by key, after that key (empty: from the start)."""
    keys = ", ".join(f"t.{name}" for name in column.key)
    condition, args = "", list(after)
    if after:
        condition = f" AND ({keys}) > ({', '.join(f'${n}' for n in range(1, len(after) + 1))})"
    if older_than is not None:
        args.append(older_than)
        condition += f" AND t.{column.kek} < ${len(args)}"
    return await reader.fetch(_select(column, f"{condition} ORDER BY {keys} LIMIT {STEP}"), *args)


def _key(column: SealedColumn, rows: Sequence[Row]) -> Key:
    return tuple(rows[-1][name] for name in column.key)


async def unopenable(
    reader: Reader, vault: Vault, progress: Progress = _silent, pages: int = ALL_PAGES
) -> AsyncIterator[Unopened]:
    """Every sealed value that does not open. `progress` hears how many were tried; `pages` of each column are."""
    for column in SEALED:
        after: Key = ()
        for _ in range(pages):
            rows = await _page(reader, column, after)
            for row in rows:
                try:
                    vault.open(Sealed(bytes(row["sealed"]), row["kek"]), *_place(column, row))
                except KekError as error:
                    yield Unopened(column, " ".join(_text(row[name]) for name in column.key), str(error))
            progress(len(rows))
            if len(rows) < STEP:
                break
            after = _key(column, rows)


def _text(value: object) -> str:
    return bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value)


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


async def rewrap(db: Database, vault: Vault, progress: Progress = _silent) -> int:
    """Seal again what stands under an older KEK; returns how many. Can be stopped and started at any time."""
    done = 0
    for column in SEALED:
        after: Key = ()
        while rows := await db.transaction(_rewrap_step, column, vault, after):
            done += len(rows)
            progress(len(rows))
            after = _key(column, rows)
    return done


async def _rewrap_step(tx: Transaction, column: SealedColumn, vault: Vault, after: Key) -> Sequence[Row]:
    rows = await _page(tx, column, after, vault.keks.newest)
    for row in rows:
        place, old = _place(column, row), bytes(row["sealed"])
        sealed = vault.seal(vault.open(Sealed(old, row["kek"]), *place), *place)
        where = " AND ".join(f"{name} = ${at}" for at, name in enumerate(column.key, 4))
        # Guarded by the old blob: a value written meanwhile, under whatever KEK, is left alone.
        await tx.execute(
            f"UPDATE {column.table} SET {column.column} = $1, {column.kek} = $2"  # noqa: S608 - names from the table above
            f" WHERE {column.column} = $3 AND {where}",
            sealed.blob, sealed.kek, old, *(row[name] for name in column.key),
        )  # fmt: skip
    return rows
