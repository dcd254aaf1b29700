"""SQL of the questions an owner asks about claims."""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from claimstack.storage import Reader, Row
from claimstack.wire import claimstack_v1 as v1


async def standing(reader: Reader, application: int, uid: str) -> Row | None:
    """Everything about one device of the application that a claim would look at, less its code."""
    return await reader.fetchrow(
        "SELECT d.id AS end_device, d.uid, d.join_eui, d.dev_eui, d.epoch, d.maker_application, d.root_keys_read_at,"
        " d.root_keys_read_by, c.end_device AS coded, c.valid_from, c.valid_to, n.body AS network_body,"
        " CASE WHEN n.state_sealed IS NULL THEN 0 ELSE 1 END AS network_state,"
        " z.api_key AS authorized, k.rights AS key_rights, k.expires_at AS key_expires_at,"
        " (SELECT u.join_server FROM upstream_claim u"
        "  WHERE u.end_device = d.id AND u.state = 'claimed') AS join_server,"
        " (SELECT count(*) FROM claim_ledger l WHERE l.end_device = d.id) AS transfers,"
        " (SELECT l.root_keys_read FROM claim_ledger l WHERE l.end_device = d.id AND l.target_application = $1"
        "  AND l.source_application <> $1 ORDER BY l.sequence DESC LIMIT 1) AS read_before"
        " FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id"
        " LEFT JOIN end_device_part n ON n.end_device = d.id AND n.component = 'ns'"
        " LEFT JOIN claim_authorization z ON z.application = d.application"
        " LEFT JOIN api_key k ON k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = d.application"
        " WHERE d.application = $1 AND d.uid = $2",
        application, uid,
    )  # fmt: skip


async def failures(reader: Reader, subject: str) -> Row | None:
    """`window_started_at` and `attempts` of one subject."""
    return await reader.fetchrow("SELECT window_started_at, attempts FROM claim_attempt WHERE subject = $1", subject)


async def authorization(reader: Reader, application: int) -> Row | None:
    """The opt-in of the application with its key, if that is still there."""
    return await reader.fetchrow(
        "SELECT z.api_key AS authorized, z.key_id, z.authorized_by, z.authorized_at, k.name AS key_name,"
        " k.rights AS key_rights, k.expires_at AS key_expires_at FROM claim_authorization z"
        " LEFT JOIN api_key k ON k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = z.application"
        " WHERE z.application = $1",
        application,
    )


# ------------------------------------------------------------------ lists
#
# A page costs the same however many devices there are. What a filter or a search lets through is looked up by an index,
# at most `MOST` devices; these are sorted and counted. An application of more devices is searched by beginnings.

MOST: Final = 10_000
_NO_END: Final = 9223372036854775807
_LAST_CHARACTER: Final = "\U0010ffff"
_FILTERS: Final = {
    v1.STANDING_ALL: "",
    v1.STANDING_CLAIMABLE: " AND c.end_device IS NOT NULL AND (c.valid_from IS NULL OR c.valid_from <= {now})"
    " AND (c.valid_to IS NULL OR c.valid_to > {now})",
    v1.STANDING_CLAIMED_IN: " AND d.maker_application <> d.application",
    v1.STANDING_NEVER_JOINED: " AND d.joined_epoch <> d.epoch",
}
_BY_INDEX: Final = {
    v1.STANDING_CLAIMABLE: "SELECT c.end_device AS id, c.valid_from FROM claim_code c WHERE c.application = $1"
    f" AND coalesce(c.valid_to, {_NO_END}) > {{now}} ORDER BY coalesce(c.valid_to, {_NO_END}) DESC, c.end_device DESC",
    v1.STANDING_CLAIMED_IN: "SELECT d.id FROM end_device d WHERE d.application = $1"
    " AND d.maker_application <> d.application ORDER BY d.id DESC",
    v1.STANDING_NEVER_JOINED: "SELECT d.id FROM end_device d WHERE d.application = $1"
    " AND d.joined_epoch <> d.epoch ORDER BY d.id DESC",
}
_ORDERS: Final = {
    "device_id": "d.uid",
    "name": "d.name",
    "created_at": "d.id",
    "dev_eui": "coalesce(d.dev_eui, '')",
    "last_seen_at": "coalesce(d.last_seen_at, 0)",
}


class Wanted(NamedTuple):
    """Which devices of an application: of these ids (none: all), with the text, let through by the filter.

    `size` is how many devices the application has.
    """

    application: int
    uids: tuple[str, ...]
    query: str
    filter: v1.StandingFilter
    now: int
    size: int

    @property
    def by_beginnings(self) -> bool:
        """Whether the text is looked for where an id, a name or an EUI begins, not anywhere in them."""
        return bool(self.query) and not self.uids and self.size > MOST

    @property
    def by_index(self) -> bool:
        """Whether there is an index of what the filter lets through, and it is used."""
        return not self.query and not self.uids and self.size > MOST


class Page(NamedTuple):
    """Rows of a page; how many there are on all pages; whether there are more than were looked at."""

    rows: Sequence[Row]
    total: int
    more: bool = False


class _Arguments(list[object]):
    """Arguments of a statement; `put` gives the place of one more."""

    def put(self, value: object) -> str:
        self.append(value)
        return f"${len(self)}"


async def size(reader: Reader, application: int) -> int:
    """How many devices the application has."""
    sql = "SELECT CAST(coalesce(sum(devices), 0) AS BIGINT) FROM application_device_count WHERE application = $1"
    return int(await reader.fetchval(sql, application))


async def standings(reader: Reader, wanted: Wanted, order: str, limit: int, offset: int) -> Page:
    """The devices of a page, in order."""
    args = _Arguments([wanted.application])
    column, direction = _ORDERS[order.removeprefix("-")], " DESC" if order.startswith("-") else ""
    if wanted.uids or wanted.query or wanted.filter != v1.STANDING_ALL:
        found, counts = _found(reader.engine, wanted, column, args)
    else:  # the whole list needs no looking
        found = f"found AS (SELECT d.id, {column} AS place FROM end_device d WHERE d.application = $1)"
        counts = f"CAST({args.put(wanted.size)} AS BIGINT) AS total, 0 AS looked_at"
    rows = await reader.fetch(
        f"WITH {found} SELECT t.total, t.looked_at, d.uid, d.join_eui, d.dev_eui, d.name, d.created_at, d.last_seen_at,"
        " c.end_device AS coded, c.valid_from, c.valid_to,"
        " CASE WHEN d.maker_application <> d.application THEN 1 ELSE 0 END AS claimed_in,"
        " CASE WHEN d.joined_epoch = d.epoch THEN 1 ELSE 0 END AS joined"
        f" FROM (SELECT {counts}) t LEFT JOIN (SELECT id, place FROM found ORDER BY place{direction}, id{direction}"
        f" LIMIT {args.put(limit)} OFFSET {args.put(offset)}) p ON TRUE"
        " LEFT JOIN end_device d ON d.id = p.id LEFT JOIN claim_code c ON c.end_device = d.id"
        f" ORDER BY p.place{direction}, p.id{direction}",
        *args,
    )
    total, more = rows[0]["total"], rows[0]["looked_at"] > MOST
    return Page([row for row in rows if row["uid"] is not None], min(total, MOST) if more else total, more)


def _found(engine: str, wanted: Wanted, column: str, args: _Arguments) -> tuple[str, str]:
    """What was looked at, what of it fits, and the counts of both."""
    looked = _looked(engine, wanted, args)
    now = args.put(wanted.now) if wanted.filter == v1.STANDING_CLAIMABLE else ""
    fits = _FILTERS[wanted.filter].format(now=now)
    coded = " LEFT JOIN claim_code c ON c.end_device = d.id"
    if wanted.filter == v1.STANDING_CLAIMABLE and wanted.by_index:  # the code was looked at
        fits, coded = f" AND (looked.valid_from IS NULL OR looked.valid_from <= {now})", ""
    if wanted.query and not wanted.by_beginnings:
        fits += _containing(engine, args.put(_pattern(wanted.query)))
    sql = (
        f"looked AS MATERIALIZED ({looked}), found AS MATERIALIZED (SELECT d.id, {column} AS place"
        f" FROM looked JOIN end_device d ON d.id = looked.id{coded} WHERE d.application = $1{fits})"
    )
    return sql, "(SELECT count(*) FROM found) AS total, (SELECT count(*) FROM looked) AS looked_at"


def _looked(engine: str, wanted: Wanted, args: _Arguments) -> str:
    """The devices to look at, one more than `MOST` at most."""
    if wanted.uids:
        places = ", ".join(args.put(uid) for uid in wanted.uids)
        return f"SELECT d.id FROM end_device d WHERE d.application = $1 AND d.uid IN ({places})"
    if wanted.by_beginnings:
        return " UNION ".join(f"SELECT id FROM ({one} LIMIT {MOST + 1}) b" for one in _beginnings(engine, wanted, args))
    if not wanted.by_index:
        return "SELECT d.id FROM end_device d WHERE d.application = $1"
    now = args.put(wanted.now) if wanted.filter == v1.STANDING_CLAIMABLE else ""
    return f"{_BY_INDEX[wanted.filter].format(now=now)} LIMIT {MOST + 1}"


def _beginnings(engine: str, wanted: Wanted, args: _Arguments) -> Iterator[str]:
    """A question by index for each thing whose beginning the text can be."""
    text = wanted.query.lower()
    if re.fullmatch("[a-z0-9-]{1,36}", text):
        # Whatever the collation: ids that begin with the text stand between it and the text with the last letters.
        first, last = args.put(text), args.put(text + "z" * 36)
        yield (
            f"SELECT d.id FROM end_device d WHERE d.application = $1 AND d.uid >= {first} AND d.uid <= {last}"
            f" AND substr(d.uid, 1, {len(text)}) = {first}"
        )
    if re.fullmatch("[0-9a-f]{1,16}", text):
        first, last = (args.put(bytes.fromhex(text.ljust(16, digit))) for digit in "0f")
        yield (
            "SELECT d.id FROM end_device d WHERE d.application = $1"
            f" AND coalesce(d.dev_eui, '') >= {first} AND coalesce(d.dev_eui, '') <= {last}"
        )
        yield (
            f"SELECT d.id FROM end_device d WHERE d.application = $1 AND d.join_eui >= {first} AND d.join_eui <= {last}"
        )
    name = "lower(d.name)" + (' COLLATE "C"' if engine == "postgresql" else "")
    first, last = args.put(text), args.put(text + _LAST_CHARACTER)
    yield (
        "SELECT d.id FROM end_device d WHERE d.application = $1 AND d.name <> ''"
        f" AND {name} >= lower({first}) AND {name} < lower({last})"
    )


def _containing(engine: str, pattern: str) -> str:
    columns = ("d.uid", "d.name", _hex(engine, "d.dev_eui"), _hex(engine, "d.join_eui"))
    return " AND (" + " OR ".join(f"lower({one}) LIKE {pattern} ESCAPE '!'" for one in columns) + ")"


def _hex(engine: str, column: str) -> str:
    return f"hex({column})" if engine == "sqlite" else f"encode({column}, 'hex')"


def _pattern(text: str) -> str:
    escaped = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"
