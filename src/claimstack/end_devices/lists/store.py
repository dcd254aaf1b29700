"""SQL of lists and searches of end devices."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from claimstack.end_devices.lists.pages import Key
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
    "join_eui": "coalesce(d.join_eui, '')",
    "dev_eui": "coalesce(d.dev_eui, '')",
    "last_seen_at": "coalesce(d.last_seen_at, 0)",
}
KEYED: Final = ("", "device_id", "created_at", "dev_eui", "last_seen_at")  # those with an index


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
    after: Key | None = None

    @property
    def word(self) -> str:
        """The order without its direction."""
        return self.order.removeprefix("-")

    @property
    def descending(self) -> bool:
        """Whether the last comes first."""
        return self.order.startswith("-")

    @property
    def columns(self) -> tuple[str, ...]:
        """What the rows are sorted by: the order's column, then the surrogate, as values may come twice."""
        column = ORDERS[self.word]
        return ("d.id",) if column == "d.id" else (column, "d.id")

    def from_the_end(self, total: int) -> "Slice":
        """The same rows, counted off from the other end of a list of that many; they come the other way round."""
        limit = max(0, min(self.limit, total - self.offset))
        order = self.word if self.descending else f"-{self.word}"
        return Slice(order, limit, max(0, total - self.offset - limit))


def _ordered(part: Slice) -> str:
    direction = " DESC" if part.descending else ""
    return " ORDER BY " + ", ".join(f"{column}{direction}" for column in part.columns)


def key_of(row: Row, order: str) -> Key:
    """The key of a row of `rows` in an order that has an index."""
    return (row["sort_value"], row["end_device"])[-len(Slice(order, 0).columns) :]


async def rows(reader: Reader, condition: Condition, part: Slice) -> Sequence[Row]:
    """The rows of the part, with the application's id as `application_uid`; `sort_value` is what they are sorted by."""
    value = f"{ORDERS[part.word]} AS sort_value"
    order = _ordered(part)
    if part.after is not None:
        places = ", ".join(f"{{{at}}}" for at in range(len(part.after)))
        compared = f"({', '.join(part.columns)}) {'<' if part.descending else '>'} ({places})"
        condition = condition.also(compared, *part.after)
    elif part.offset:
        # Rows are counted off by their keys alone: bodies are fetched only for those that are shown.
        inner = f"SELECT d.id FROM end_device d WHERE {condition.sql}{order} LIMIT {part.limit} OFFSET {part.offset}"
        return await reader.fetch(f"SELECT {_ROW}, {value} {_FROM} WHERE d.id IN ({inner}){order}", *condition.args)
    sql = f"SELECT {_ROW}, {value} {_FROM} WHERE {condition.sql}{order} LIMIT {part.limit}"
    return await reader.fetch(sql, *condition.args)


async def count(reader: Reader, condition: Condition) -> int:
    return int(await reader.fetchval(f"SELECT count(*) FROM end_device d WHERE {condition.sql}", *condition.args))


async def every(reader: Reader, condition: Condition, order: str) -> Sequence[Row]:
    """All rows, in order."""
    sorting = _ordered(Slice(order, 0))
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
