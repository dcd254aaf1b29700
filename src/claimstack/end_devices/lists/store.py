"""SQL of lists and searches of end devices."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.storage import Reader, Row

_ROW: Final = (
    "d.id AS end_device, d.application, d.uid, d.join_eui, d.dev_eui, d.name, d.description, d.is_body, d.epoch,"
    " d.last_seen_at, d.created_at, d.updated_at, a.uid AS application_uid"
)
_FROM: Final = "FROM end_device d JOIN application a ON a.id = d.application"

# What a list can be sorted by. Devices get their surrogate as they are created. What may be absent stands first.
ORDERS: Final = {
    "": "d.uid",
    "device_id": "d.uid",
    "created_at": "d.id",
    "name": "d.name",
    "description": "d.description",
    "join_eui": "coalesce(d.join_eui, {none})",
    "dev_eui": "coalesce(d.dev_eui, {none})",
    "last_seen_at": "coalesce(d.last_seen_at, 0)",
}
KEYED: Final = {"": "uid", "device_id": "uid", "created_at": "end_device"}  # those with an index: row column of the key


class Condition(NamedTuple):
    """Which devices a list is about: SQL over `d` and its arguments, numbered from 1."""

    sql: str = "1 = 1"
    args: tuple[object, ...] = ()

    def also(self, sql: str, *args: object) -> "Condition":
        """Narrower: `{0}`, `{1}` … in the SQL stand for the arguments."""
        first = len(self.args) + 1
        numbered = sql.format(*(f"${at}" for at in range(first, first + len(args))))
        return Condition(f"{self.sql} AND {numbered}", (*self.args, *args))


class Slice(NamedTuple):
    """Which part of the list: order as asked (`-` before it: descending), how many, after which key or how many."""

    order: str
    limit: int
    offset: int = 0
    after: str | int | None = None

    @property
    def word(self) -> str:
        """The order without its direction."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        return self.order.startswith("-")


def _ordered(reader: Reader, part: Slice) -> str:
    none = "X''" if reader.engine == "sqlite" else "''::bytea"
    column = ORDERS[part.word].format(none=none)
    direction = " DESC" if part.descending else ""
    tie = "" if column == "d.id" else f", d.id{direction}"
    return f" ORDER BY {column}{direction}{tie}"


async def rows(reader: Reader, condition: Condition, part: Slice) -> Sequence[Row]:
    """The rows of the part, with the application's id as `application_uid`."""
    if part.after is not None:
        compared = f"{ORDERS[part.word]} {'<' if part.descending else '>'} {{0}}"
        condition = condition.also(compared, part.after)
    elif part.offset:
        return await _rows_counted_off(reader, condition, part)
    return await reader.fetch(
        f"SELECT {_ROW} {_FROM} WHERE {condition.sql}{_ordered(reader, part)} LIMIT {part.limit}", *condition.args
    )


async def _rows_counted_off(reader: Reader, condition: Condition, part: Slice) -> Sequence[Row]:
    # Rows are counted off by their keys alone: bodies are fetched only for those that are shown.
    order = _ordered(reader, part)
    inner = f"SELECT d.id FROM end_device d WHERE {condition.sql}{order} LIMIT {part.limit} OFFSET {part.offset}"
    return await reader.fetch(f"SELECT {_ROW} {_FROM} WHERE d.id IN ({inner}){order}", *condition.args)


async def count(reader: Reader, condition: Condition) -> int:
    return int(await reader.fetchval(f"SELECT count(*) FROM end_device d WHERE {condition.sql}", *condition.args))


async def every(reader: Reader, condition: Condition, order: str) -> Sequence[Row]:
    """All rows, in order."""
    sorting = _ordered(reader, Slice(order, 0))
    return await reader.fetch(f"SELECT {_ROW} {_FROM} WHERE {condition.sql}{sorting}", *condition.args)


async def network_states(reader: Reader, application: int) -> Sequence[Row]:
    """The Network Server's parts with a state, of all devices of an application."""
    return await reader.fetch(
        "SELECT d.id AS end_device, d.join_eui, d.dev_eui, p.component, p.body, p.state_sealed, p.state_kek"
        " FROM end_device d JOIN end_device_part p ON p.end_device = d.id"
        " WHERE d.application = $1 AND p.component = 'ns' AND p.state_sealed IS NOT NULL",
        application,
    )


def contains(engine: str, columns: Sequence[str]) -> str:
    """For `Condition.also`: one of the columns contains `{0}`, a pattern in lower case; EUIs in hexadecimal."""
    return "(" + " OR ".join(f"{_text(engine, column)} LIKE {{0}} ESCAPE '!'" for column in columns) + ")"


def _text(engine: str, column: str) -> str:
    if not column.endswith("_eui"):
        return f"lower(d.{column})"
    return f"lower(hex(d.{column}))" if engine == "sqlite" else f"encode(d.{column}, 'hex')"


def holds_bytes(engine: str) -> str:
    """For `Condition.also`: the body contains `{0}`, bytes."""
    return "instr(d.is_body, {0}) > 0" if engine == "sqlite" else "position({0} IN d.is_body) > 0"
