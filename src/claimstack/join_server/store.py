"""SQL of the Join Server: settings for whole applications, joins, sessions.

Of joins that ask at once one statement finds all; one notes all on PostgreSQL, on SQLite one for each table.
"""

from collections.abc import Sequence
from typing import Any, Final

from claimstack.join_server.decide import Note
from claimstack.join_server.found import Found, FoundSession, NowJoined
from claimstack.storage import Reader, Row, Transaction
from claimstack.storage.lookup import Join, Lookup, columns, look_up

# ------------------------------------------------------------------ settings


async def settings(reader: Reader, application: int) -> Row | None:
    return await reader.fetchrow(
        "SELECT application, body, kek_sealed, kek_kek FROM activation_settings WHERE application = $1", application
    )


async def put_settings(
    tx: Transaction, application: int, body: bytes, sealed: bytes | None, kek: int | None, now: int
) -> None:
    """Write the application's settings in place of what they were."""
    await tx.execute(
        "INSERT INTO activation_settings (application, body, kek_sealed, kek_kek, updated_at)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (application) DO UPDATE SET body = excluded.body,"
        " kek_sealed = excluded.kek_sealed, kek_kek = excluded.kek_kek, updated_at = excluded.updated_at",
        application, body, sealed, kek, now,
    )  # fmt: skip


async def remove_settings(tx: Transaction, application: int) -> bool:
    return bool(await tx.execute("DELETE FROM activation_settings WHERE application = $1", application))


async def hold(tx: Transaction, application: int) -> None:
    """Two changes of the same settings come one after the other."""
    if tx.engine == "postgresql":  # SQLite has one writer at a time
        await tx.fetchval("SELECT id FROM application WHERE id = $1 FOR NO KEY UPDATE", application)


# ------------------------------------------------------------------ joins

_DEVICE: Final = Join("d", "end_device", "d.join_eui = q.join_eui AND d.dev_eui = q.dev_eui", optional=False)
_FOUND: Final = Lookup(
    "d.id, d.application, d.epoch, d.join_eui, d.dev_eui, j.body, s.body, s.kek_sealed, s.kek_kek,"
    " n.key_sealed, n.key_kek, a.key_sealed, a.key_kek, h.last_dev_nonce, h.used_dev_nonces, h.last_join_nonce,"
    " h.last_rj_count_0, h.last_rj_count_1, h.updated_at, d.joined_epoch",
    ("join_eui", "dev_eui"),
    (
        _DEVICE,
        Join("j", "end_device_part", "j.end_device = d.id AND j.component = 'js'", optional=False),
        Join("s", "activation_settings", "s.application = d.application"),
        Join("n", "root_key", "n.end_device = d.id AND n.field = 'nwk_key'"),
        Join("a", "root_key", "a.end_device = d.id AND a.field = 'app_key'"),
        Join("h", "nonce_history", "h.join_eui = d.join_eui AND h.dev_eui = d.dev_eui"),
    ),
)


async def devices(reader: Reader, euis: Sequence[tuple[bytes, bytes]]) -> list[Found | None]:
    """What is known of each EUI pair, in the same order; None for one that is not on the Join Server."""
    found = [Found._make(row) for row in await look_up(reader, _FOUND, euis)]
    known = {(one.join_eui, one.dev_eui): one for one in found}
    return [known.get(pair) for pair in euis]


_CHANGE: Final = (
    " ON CONFLICT (join_eui, dev_eui) DO UPDATE SET last_dev_nonce = excluded.last_dev_nonce,"
    " used_dev_nonces = excluded.used_dev_nonces, last_join_nonce = excluded.last_join_nonce,"
    " last_rj_count_0 = excluded.last_rj_count_0, last_rj_count_1 = excluded.last_rj_count_1,"
    " updated_at = excluded.updated_at"
)
_COLUMNS: Final = (
    "join_eui, dev_eui, last_dev_nonce, used_dev_nonces, last_join_nonce, last_rj_count_0, last_rj_count_1, updated_at"
)
_NOTE_ONE: Final = f"INSERT INTO nonce_history ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8){_CHANGE}"
_SESSION: Final = "end_device, slot, epoch, session_key_id, keys_sealed, keys_kek, created_at"
_RENEW: Final = (
    " ON CONFLICT (end_device, slot) DO UPDATE SET epoch = excluded.epoch, session_key_id = excluded.session_key_id,"
    " keys_sealed = excluded.keys_sealed, keys_kek = excluded.keys_kek, rj_count_0 = NULL,"
    " created_at = excluded.created_at"
)
_KEEP_ONE: Final = f"INSERT INTO join_session ({_SESSION}) VALUES ($1, $2, $3, $4, $5, $6, $7){_RENEW}"
# That the device has joined under this owner stands on its row, so that lists find those that never did.
_MARK_ONE: Final = "UPDATE end_device SET joined_epoch = $2 WHERE id = $1"
_TYPES: Final = (
    "bytea[] bytea[] bigint[] bytea[] bigint[] bigint[] bigint[] bigint[] bigint[] bigint[]"
    " bigint[] bigint[] bigint[] bytea[] bytea[] bigint[] boolean[]"
)
_UNNEST: Final = ", ".join(f"${at}::{kind}" for at, kind in enumerate(_TYPES.split(), 1))
# The device is held while it joins, in the order of EUIs, as claims hold theirs: a claim that is under way comes before
# or after, never in between. JoinNonce and time of the last change are the version of the history: who saw another one
# has lost the race. Two first joins have no history that could have changed: they meet on the primary key, and the
# second one sees another JoinNonce.
_NOTE_ALL: Final = f"""
WITH q AS (SELECT * FROM unnest({_UNNEST}) AS q ({_COLUMNS}, seen_join_nonce, seen_at,
    end_device, slot, epoch, session_key_id, keys_sealed, keys_kek, is_first)),
held AS MATERIALIZED (SELECT q.* FROM q CROSS JOIN LATERAL (
    SELECT d.id FROM end_device d WHERE d.id = q.end_device AND d.epoch = q.epoch FOR SHARE) AS d),
noted AS (INSERT INTO nonce_history AS h ({_COLUMNS}) SELECT {_COLUMNS} FROM held
    {_CHANGE} WHERE (h.join_eui, h.dev_eui, h.last_join_nonce, h.updated_at) IN
        (SELECT join_eui, dev_eui, seen_join_nonce, seen_at FROM q)
    RETURNING h.join_eui, h.dev_eui),
kept AS (INSERT INTO join_session ({_SESSION})
    SELECT q.end_device, q.slot, q.epoch, q.session_key_id, q.keys_sealed, q.keys_kek, q.updated_at
    FROM q JOIN noted USING (join_eui, dev_eui){_RENEW}),
marked AS (UPDATE end_device d SET joined_epoch = q.epoch FROM q JOIN noted USING (join_eui, dev_eui)
    WHERE q.is_first AND d.id = q.end_device)
SELECT join_eui, dev_eui FROM noted"""


async def note(tx: Transaction, notes: Sequence[Note]) -> set[tuple[bytes, bytes]]:
    """Write down the joins; returns the EUI pairs of those that nobody was faster with."""
    if tx.engine == "postgresql":
        ordered = sorted(notes, key=lambda one: (one.found.join_eui, one.found.dev_eui))
        rows = [(*_history(one), *_seen(one), *_session(one), _is_first(one)) for one in ordered]
        noted = await tx.fetch(_NOTE_ALL, *columns(rows))
        return {(row["join_eui"], row["dev_eui"]) for row in noted}
    # SQLite has one writer at a time, and this transaction is the one that looked: nobody was faster.
    await tx.executemany(_NOTE_ONE, [_history(one) for one in notes])
    await tx.executemany(_KEEP_ONE, [(*_session(one), one.now) for one in notes])
    await tx.executemany(_MARK_ONE, [(one.found.end_device, one.found.epoch) for one in notes if _is_first(one)])
    return {(one.found.join_eui, one.found.dev_eui) for one in notes}


def _is_first(one: Note) -> bool:
    """Whether the device never joined before under this owner."""
    return one.found.joined_epoch != one.found.epoch


def _history(one: Note) -> tuple[Any, ...]:
    found, counters = one.found, one.counters
    nonces = counters.last_dev_nonce, counters.used_dev_nonces, one.join_nonce
    return found.join_eui, found.dev_eui, *nonces, counters.last_rj_count_0, counters.last_rj_count_1, one.now


def _seen(one: Note) -> tuple[int, int]:
    return one.found.last_join_nonce or 0, one.found.noted_at or 0


def _session(one: Note) -> tuple[Any, ...]:
    found, session = one.found, one.session
    return found.end_device, session.slot, found.epoch, session.session_key_id, session.keys_sealed, session.keys_kek


_NOW_JOINED: Final = Lookup(
    "d.id, d.uid, d.join_eui, d.dev_eui, d.epoch, d.application, a.uid, s.session_key_id",
    ("join_eui", "dev_eui", "session_key_id"),
    (
        _DEVICE,
        Join("a", "application", "a.id = d.application", optional=False),
        Join(
            "s",
            "join_session",
            "s.end_device = d.id AND s.epoch = d.epoch AND s.session_key_id = q.session_key_id",
            optional=False,
        ),
    ),
)


async def now_joined(reader: Reader, asked: Sequence[tuple[bytes, bytes, bytes]]) -> list[NowJoined | None]:
    """By EUI pair and SessionKeyID: the device, if it still belongs to those under whom it got that session."""
    found = [NowJoined._make(row) for row in await look_up(reader, _NOW_JOINED, asked)]
    known = {(one.join_eui, one.dev_eui, one.session_key_id): one for one in found}
    return [known.get(one) for one in asked]


# ------------------------------------------------------------------ sessions


async def sessions(reader: Reader, end_device: int, epoch: int) -> Sequence[Row]:
    """The sessions of a device under its present owner."""
    return await reader.fetch(
        "SELECT session_key_id, keys_sealed, keys_kek, rj_count_0 FROM join_session"
        " WHERE end_device = $1 AND epoch = $2",
        end_device, epoch,
    )  # fmt: skip


async def count_rejoin(tx: Transaction, end_device: int, session_key_id: bytes, rj_count_0: int) -> None:
    """Note the RJcount0 that a session has come to, unless another one has its slot by now."""
    sql = "UPDATE join_session SET rj_count_0 = $3 WHERE end_device = $1 AND session_key_id = $2"
    await tx.execute(sql, end_device, session_key_id, rj_count_0)


async def session(reader: Reader, join_eui: bytes, dev_eui: bytes, session_key_id: bytes) -> FoundSession | None:
    """A session of the device under its present owner, with what says where the device is at home."""
    row = await reader.fetchrow(
        "SELECT s.keys_sealed, s.keys_kek, d.id, d.application, d.join_eui, d.dev_eui,"
        " j.body, a.body, a.kek_sealed, a.kek_kek FROM end_device d"
        " JOIN join_session s ON s.end_device = d.id AND s.epoch = d.epoch AND s.session_key_id = $3"
        " LEFT JOIN end_device_part j ON j.end_device = d.id AND j.component = 'js'"
        " LEFT JOIN activation_settings a ON a.application = d.application WHERE d.join_eui = $1 AND d.dev_eui = $2",
        join_eui, dev_eui, session_key_id,
    )  # fmt: skip
    return None if row is None else FoundSession._make(row)
