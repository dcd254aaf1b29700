"""SQL of the questions an owner asks about claims."""

from collections.abc import Sequence
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

_JOINED: Final = "EXISTS (SELECT 1 FROM join_session s WHERE s.end_device = d.id AND s.epoch = d.epoch)"
_FILTERS: Final = {
    v1.STANDING_ALL: "",
    v1.STANDING_CLAIMABLE: " AND c.end_device IS NOT NULL AND (c.valid_from IS NULL OR c.valid_from <= $2)"
    " AND (c.valid_to IS NULL OR c.valid_to > $2)",
    v1.STANDING_CLAIMED_IN: " AND d.maker_application <> d.application",
    v1.STANDING_NEVER_JOINED: f" AND NOT {_JOINED}",
}
_ORDERS: Final = {
    "device_id": "d.uid",
    "name": "d.name",
    "created_at": "d.id",
    "dev_eui": "coalesce(d.dev_eui, {none})",
    "last_seen_at": "coalesce(d.last_seen_at, 0)",
}


class Wanted(NamedTuple):
    """Which devices of an application: of these ids (none: all), containing the text, let through by the filter."""

    application: int
    uids: tuple[str, ...]
    query: str
    filter: v1.StandingFilter
    now: int

    def where(self, engine: str) -> tuple[str, list[object]]:
        """The condition over `d` and `c`, with its arguments."""
        args: list[object] = [self.application]
        sql = "d.application = $1" + _FILTERS[self.filter]
        if self.filter == v1.STANDING_CLAIMABLE:
            args.append(self.now)
        if self.uids:
            first = len(args) + 1
            sql += f" AND d.uid IN ({', '.join(f'${at}' for at in range(first, len(self.uids) + first))})"
            args += self.uids
        if self.query:
            args.append(_pattern(self.query))
            columns = ("d.uid", "d.name", _hex(engine, "d.dev_eui"), _hex(engine, "d.join_eui"))
            sql += " AND (" + " OR ".join(f"lower({one}) LIKE ${len(args)} ESCAPE '!'" for one in columns) + ")"
        return sql, args


def _hex(engine: str, column: str) -> str:
    return f"hex({column})" if engine == "sqlite" else f"encode({column}, 'hex')"


def _pattern(text: str) -> str:
    escaped = text.lower().replace("!", "!!").replace("%", "!%").replace("_", "!_")
    return f"%{escaped}%"


async def standings(reader: Reader, wanted: Wanted, order: str, limit: int, offset: int) -> Sequence[Row]:
    """The devices of a page, in order."""
    where, args = wanted.where(reader.engine)
    column = _ORDERS[order.removeprefix("-")].format(none="X''" if reader.engine == "sqlite" else "''::bytea")
    direction = " DESC" if order.startswith("-") else ""
    return await reader.fetch(
        "SELECT d.uid, d.join_eui, d.dev_eui, d.name, d.created_at, d.last_seen_at, c.end_device AS coded,"
        " c.valid_from, c.valid_to, CASE WHEN d.maker_application <> d.application THEN 1 ELSE 0 END AS claimed_in,"
        f" CASE WHEN {_JOINED} THEN 1 ELSE 0 END AS joined"
        f" FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id WHERE {where}"
        f" ORDER BY {column}{direction}, d.id{direction} LIMIT ${len(args) + 1} OFFSET ${len(args) + 2}",
        *args, limit, offset,
    )  # fmt: skip


async def count_standings(reader: Reader, wanted: Wanted) -> int:
    """How many devices there are on all pages."""
    where, args = wanted.where(reader.engine)
    sql = f"SELECT count(*) FROM end_device d LEFT JOIN claim_code c ON c.end_device = d.id WHERE {where}"
    return int(await reader.fetchval(sql, *args))
