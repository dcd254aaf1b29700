"""SQL of a claim, hot: hold, look, then the statement that decides and moves. See docs/decisions/claim-gate.md.

The gate is the code's row: who gets it back from DELETE … RETURNING (or the guarded UPDATE, when the code is kept)
has won. PostgreSQL does a whole batch with one statement; SQLite, which needs no round trips, with a few, each run for
all attempts of the batch: its counts of rows tell whether every gate opened.
"""

import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from claimstack.audit import AuditRecord, Link, append, append_statement
from claimstack.claiming.attempts import OVERALL, Tally
from claimstack.claiming.authorization import NEEDED
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming.gate.found import Found
from claimstack.claiming.ledger import Entry, Hop
from claimstack.events import Event, post_many, row
from claimstack.storage import Reader, Transaction
from claimstack.storage.lookup import columns


class Move(NamedTuple):
    """A device that is to change hands; guarded by `source` and `epoch`. Bodies are None where they stay."""

    end_device: int
    source: int
    epoch: int
    target: int
    uid: str
    code_hash: bytes
    burn: bool
    now: int
    identity_body: bytes | None
    join_body: bytes | None


# ------------------------------------------------------------------ looking

_LOCKS: Final = 0x636C  # the space of this room's advisory locks
# Row by row in the order given, by index whatever the statistics say. What is set lasts for this transaction only: one
# plan for all batches, by index again.
_HOLD = """
WITH planned AS (SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
    set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
    set_config('enable_mergejoin', 'off', true)),
locks AS MATERIALIZED (SELECT pg_advisory_xact_lock($1, lock) FROM unnest($2::int[]) AS lock)
SELECT h.id FROM unnest($3::bytea[], $4::bytea[]) AS q (join_eui, dev_eui) CROSS JOIN LATERAL (
    SELECT d.id FROM end_device d WHERE d.join_eui = q.join_eui AND d.dev_eui = q.dev_eui FOR UPDATE) AS h
WHERE (SELECT count(*) FROM planned) + (SELECT count(*) FROM locks) > 0"""


async def hold(tx: Transaction, attempts: Sequence[Attempt]) -> None:
    """Make other claims on these devices, known or not, and of these claimers wait for the end of this transaction.

    Always in the same order, so that two batches never wait for each other. SQLite has one writer at a time anyway.
    """
    if tx.engine == "sqlite":
        return
    subjects = {one.device_subject for one in attempts} | {one.claimer_subject for one in attempts}
    locks = sorted({zlib.crc32(subject.encode()) - 2**31 for subject in subjects})
    euis = sorted({(one.join_eui, one.dev_eui) for one in attempts})
    await tx.fetch(_HOLD, _LOCKS, locks, *columns(euis))


_FOUND = """
SELECT d.id AS end_device, d.application, d.uid, d.epoch, d.is_body, d.root_keys_read_at,
    a.uid AS application_uid, a.deleted_at AS application_deleted_at,
    c.code_hash, c.pepper, c.valid_from, c.valid_to,
    z.api_key AS authorized, k.rights AS key_rights, k.expires_at AS key_expires_at,
    n.body AS network_body, CASE WHEN n.state_sealed IS NULL THEN 0 ELSE 1 END AS network_state, j.body AS join_body,
    t.uid AS target_uid, o.id AS taken_by,
    l.sequence, l.hash, l.epoch AS hop_epoch, l.claimer, l.source_device_uid, l.target_application, l.target_device_uid,
    l.code_hash AS spent_hash, l.pepper AS spent_pepper,
    h.sequence AS audit_sequence, h.hash AS audit_hash,
    e.window_started_at AS device_began_at, e.attempts AS device_failures,
    f.window_started_at AS claimer_began_at, f.attempts AS claimer_failures,
    (SELECT CAST(coalesce(sum(s.attempts), 0) AS BIGINT) FROM claim_attempt s
        WHERE s.subject IN ({overall}) AND s.window_started_at > $7) AS overall_failures
FROM {asked}"""
_JOINED: Final = (
    ("d", "end_device", "d.join_eui = q.join_eui AND d.dev_eui = q.dev_eui"),
    ("a", "application", "a.id = d.application"),
    ("c", "claim_code", "c.end_device = d.id"),
    ("z", "claim_authorization", "z.application = d.application"),
    ("k", "api_key", "k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = d.application"),
    ("n", "end_device_part", "n.end_device = d.id AND n.component = 'ns'"),
    ("j", "end_device_part", "j.end_device = d.id AND j.component = 'js'"),
    ("t", "application", "t.id = q.target AND t.deleted_at IS NULL"),
    (
        "o",
        "end_device",
        "o.application = q.target AND o.id <> d.id AND o.uid = CASE WHEN q.wish = '' THEN d.uid ELSE q.wish END",
    ),
    (
        "l",
        "claim_ledger",
        "l.end_device = d.id AND l.sequence = (SELECT max(m.sequence) FROM claim_ledger m WHERE m.end_device = d.id)",
    ),
    ("h", "audit_chain", "h.chain = q.device_subject"),
    ("e", "claim_attempt", "e.subject = q.device_subject"),
    ("f", "claim_attempt", "f.subject = q.claimer_subject"),
)
_ASKED = "join_eui", "dev_eui", "target", "wish", "device_subject", "claimer_subject"
_OVERALL = ", ".join(f"'{subject}'" for subject in OVERALL)
_FOUND_ONE = _FOUND.format(
    overall=_OVERALL, asked=f"(SELECT {', '.join(f'${at} AS {name}' for at, name in enumerate(_ASKED, 1))}) q"
) + "".join(f" LEFT JOIN {table} {one} ON {condition}" for one, table, condition in _JOINED)
# PostgreSQL would join tables that are empty when it plans, like a new ledger, row by row with all there is later on.
_FOUND_ALL = _FOUND.format(
    overall=_OVERALL,
    asked="unnest($1::bytea[], $2::bytea[], $3::bigint[], $4::text[], $5::text[], $6::text[])"
    f" WITH ORDINALITY AS q ({', '.join(_ASKED)}, n)",
) + "".join(
    f" LEFT JOIN LATERAL (SELECT * FROM {table} {one} WHERE {condition} LIMIT 1) {one} ON TRUE"
    for one, table, condition in _JOINED
) + " ORDER BY q.n"  # fmt: skip


async def findings(tx: Reader, attempts: Sequence[Attempt], overall_since: int) -> list[Found]:
    """What each attempt finds, in the same order. Overall windows begun by `overall_since` are over."""
    asked = [(a.join_eui, a.dev_eui, a.target, a.wish, a.device_subject, a.claimer_subject) for a in attempts]
    if tx.engine == "postgresql":
        rows = await tx.fetch(_FOUND_ALL, *columns(asked), overall_since)
    else:
        rows = [row for one in asked for row in await tx.fetch(_FOUND_ONE, *one, overall_since)]
    return [Found(*row) for row in rows]  # by place: SQLite's rows look for a name among all that they have


# ------------------------------------------------------------------ granting

# The same conditions as `verdict.judge`, in SQL; a test holds both equal over all combinations of facts.
_OPEN = f"""c.code_hash = {{code_hash}} AND (c.valid_from IS NULL OR c.valid_from <= {{now}})
    AND (c.valid_to IS NULL OR {{now}} < c.valid_to) AND EXISTS (
    SELECT 1 FROM end_device d
    JOIN application a ON a.id = d.application AND a.deleted_at IS NULL
    JOIN claim_authorization z ON z.application = d.application
    JOIN api_key k ON k.id = z.api_key AND k.entity_kind = 'application' AND k.entity = d.application
        AND (k.expires_at IS NULL OR {{now}} < k.expires_at) AND (k.rights & {NEEDED:d}) = {NEEDED:d}
    WHERE d.id = c.end_device AND d.epoch = {{epoch}} AND d.application = {{source}})"""
_OPEN_ONE = _OPEN.format(code_hash="$2", now="$3", epoch="$4", source="$5")
_OPEN_ALL = _OPEN.format(code_hash="m.code_hash", now="m.now", epoch="m.epoch", source="m.source")

_BURN = f"DELETE FROM claim_code AS c WHERE c.end_device = $1 AND {_OPEN_ONE}"
_KEEP = f"UPDATE claim_code AS c SET application = $6 WHERE c.end_device = $1 AND {_OPEN_ONE}"
_MOVE = (
    "UPDATE end_device SET application = $4, uid = $5, epoch = epoch + 1, is_body = coalesce($6, is_body),"
    " last_seen_at = NULL, updated_at = $7 WHERE id = $1 AND application = $2 AND epoch = $3"
)
_WIPE = (
    "UPDATE end_device_part SET state_sealed = NULL, state_kek = NULL, updated_at = $2,"
    " body = CASE WHEN component = 'js' THEN coalesce($3, body) ELSE body END"
    " WHERE end_device = $1 AND (state_sealed IS NOT NULL OR (component = 'js' AND $3 IS NOT NULL))"
)
_FORGET = "DELETE FROM join_session WHERE end_device = $1"
_COUNT = (
    "INSERT INTO application_device_count AS c (application, slot, devices) VALUES ($1, $2, $3)"
    " ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + excluded.devices"
)
_HOP = ", ".join(Hop._fields)
_BOOK = (
    f"INSERT INTO claim_ledger ({_HOP}, sequence, previous_hash, hash)"
    f" VALUES ({', '.join(f'${at}' for at in range(1, len(Hop._fields) + 4))})"
)
_SLOTS = 16

_MOVE_TYPES = "bigint[] bigint[] bigint[] bigint[] text[] bytea[] boolean[] bigint[] bytea[] bytea[]"
_EVENT_TYPES = "text[] bigint[] text[] bigint[] bigint[] bigint[] bytea[]"
_BOOK_TYPES = (
    "bigint[] bigint[] bigint[] bytea[] bytea[] bigint[] text[] text[] bigint[] text[] text[] text[] bytea[] bigint[]"
    " boolean[] boolean[] bigint[] bytea[] bytea[]"
)


def _unnest(first: int, types: str) -> str:
    """`unnest($first::…, …)`."""
    return f"unnest({', '.join(f'${at}::{kind}' for at, kind in enumerate(types.split(), first))})"


def _tell_all(first: int) -> str:
    return (
        "told AS (INSERT INTO event (name, occurred_at, entity_kind, entity, end_device, epoch, body)"
        f" SELECT * FROM {_unnest(first, _EVENT_TYPES)})"
    )


# Counts go to the slot of this connection, not of the device: batches do not queue on one row, and only sums matter.
_GRANT_ALL = f"""
WITH m AS (SELECT * FROM {_unnest(1, _MOVE_TYPES)} AS m ({', '.join(Move._fields)})),
burnt AS (DELETE FROM claim_code c USING m
    WHERE c.end_device = m.end_device AND m.burn AND {_OPEN_ALL} RETURNING c.end_device),
kept AS (UPDATE claim_code c SET application = m.target FROM m
    WHERE c.end_device = m.end_device AND NOT m.burn AND {_OPEN_ALL} RETURNING c.end_device),
moved AS (UPDATE end_device d SET application = m.target, uid = m.uid, epoch = d.epoch + 1,
    is_body = coalesce(m.identity_body, d.is_body), last_seen_at = NULL, updated_at = m.now
    FROM m JOIN (SELECT end_device FROM burnt UNION ALL SELECT end_device FROM kept) w ON w.end_device = m.end_device
    WHERE d.id = m.end_device AND d.application = m.source AND d.epoch = m.epoch RETURNING d.id),
wiped AS (UPDATE end_device_part p SET state_sealed = NULL, state_kek = NULL, updated_at = m.now,
    body = CASE WHEN p.component = 'js' THEN coalesce(m.join_body, p.body) ELSE p.body END
    FROM m WHERE p.end_device = m.end_device
    AND (p.state_sealed IS NOT NULL OR (p.component = 'js' AND m.join_body IS NOT NULL))),
forgotten AS (DELETE FROM join_session s USING m WHERE s.end_device = m.end_device),
counted AS (INSERT INTO application_device_count AS c (application, slot, devices)
    SELECT application, pg_backend_pid() % {_SLOTS}, sum(step)
    FROM (SELECT target AS application, 1 AS step FROM m UNION ALL SELECT source, -1 FROM m) AS s
    GROUP BY application HAVING sum(step) <> 0 ORDER BY application
    ON CONFLICT (application, slot) DO UPDATE SET devices = c.devices + excluded.devices),
booked AS (INSERT INTO claim_ledger ({_HOP}, sequence, previous_hash, hash) SELECT * FROM {_unnest(11, _BOOK_TYPES)}),
{_tell_all(30)}
SELECT id FROM moved"""  # fmt: skip


async def grant(tx: Transaction, moves: Sequence[Move], entries: Sequence[Entry], events: Sequence[Event]) -> bool:
    """Move the devices, write the ledger and tell. False when the gate did not open for all: then roll back."""
    if tx.engine == "postgresql":
        told = columns(map(row, events))
        moved = await tx.fetch(_GRANT_ALL, *columns(moves), *columns(map(_entry, entries)), *told)
        return len(moved) == len(moves) and await _living(tx, {move.target for move in moves})
    if not await _moved(tx, moves):
        return False
    await tx.executemany(_WIPE, [(move.end_device, move.now, move.join_body) for move in moves])
    await tx.executemany(_FORGET, [(move.end_device,) for move in moves])
    await tx.executemany(_COUNT, [(application, 0, step) for application, step in _steps(moves) if step])
    await tx.executemany(_BOOK, map(_entry, entries))
    await post_many(tx, events)
    return True


async def _living(tx: Transaction, targets: set[int]) -> bool:
    """Whether no target was deleted meanwhile. The moved rows' foreign key holds them now: a delete has to wait."""
    sql = "SELECT count(*) FROM application WHERE id = ANY($1::bigint[]) AND deleted_at IS NULL"
    return bool(await tx.fetchval(sql, list(targets)) == len(targets))


async def _moved(tx: Transaction, moves: Sequence[Move]) -> bool:
    """Gate and move on SQLite: whether every attempt got its code's row, and every device went."""
    for sql, burn in ((_BURN, True), (_KEEP, False)):
        rest = [m for m in moves if m.burn is burn]
        asked = [(m.end_device, m.code_hash, m.now, m.epoch, m.source, *(() if burn else (m.target,))) for m in rest]
        if asked and await tx.executemany(sql, asked) != len(asked):
            return False
    ways = [(m.end_device, m.source, m.epoch, m.target, m.uid, m.identity_body, m.now) for m in moves]
    return await tx.executemany(_MOVE, ways) == len(ways)


def _steps(moves: Sequence[Move]) -> Iterable[tuple[int, int]]:
    """How the number of devices of each application changes."""
    steps = Counter(move.target for move in moves)
    steps.subtract(move.source for move in moves)
    return steps.items()


def _entry(entry: Entry) -> tuple[Any, ...]:
    return (*entry.hop, entry.sequence, entry.previous_hash, entry.hash)


# ------------------------------------------------------------------ refusing


class Refusals(NamedTuple):
    """What refusals leave: new tallies, failures over all by slot, audit rows and the ends of their chains, events."""

    tallies: Mapping[str, Tally]
    overall: Mapping[str, int]
    records: Sequence[AuditRecord]
    ends: dict[str, Link]
    events: Sequence[Event]


_TALLY = (
    "INSERT INTO claim_attempt (subject, window_started_at, attempts) VALUES ($1, $2, $3) ON CONFLICT (subject)"
    " DO UPDATE SET window_started_at = excluded.window_started_at, attempts = excluded.attempts"
)
# Rows of the overall count are held by nobody: added to, and begun anew when their window is over ($4: since when not).
_IS_OVER = "c.window_started_at <= {since}"
_ADD = (
    " ON CONFLICT (subject) DO UPDATE SET attempts = CASE WHEN {over} THEN excluded.attempts"
    " ELSE c.attempts + excluded.attempts END, window_started_at = CASE WHEN {over} THEN excluded.window_started_at"
    " ELSE c.window_started_at END"
)
_OVERALL_ONE = (
    "INSERT INTO claim_attempt AS c (subject, window_started_at, attempts) VALUES ($1, $2, $3)"
    + _ADD.format(over=_IS_OVER.format(since="$4"))
)  # fmt: skip
_REFUSE_ALL = f"""
WITH tallied AS (INSERT INTO claim_attempt (subject, window_started_at, attempts)
    SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS s (subject, began_at, failures) ORDER BY subject
    ON CONFLICT (subject)
    DO UPDATE SET window_started_at = excluded.window_started_at, attempts = excluded.attempts),
summed AS (INSERT INTO claim_attempt AS c (subject, window_started_at, attempts)
    SELECT subject, $6::bigint, failures FROM unnest($4::text[], $5::bigint[]) AS s (subject, failures) ORDER BY subject
    {_ADD.format(over=_IS_OVER.format(since="$7::bigint"))}),
{_tell_all(8)},
"""  # fmt: skip


async def refuse(tx: Transaction, refusals: Refusals, now: int, overall_since: int) -> None:
    """Count the failures and write down why."""
    tallies = [(subject, *tally) for subject, tally in refusals.tallies.items()]
    if tx.engine == "sqlite":
        await tx.executemany(_TALLY, tallies)
        await tx.executemany(_OVERALL_ONE, [(slot, now, n, overall_since) for slot, n in refusals.overall.items()])
        await append(tx, refusals.records, refusals.ends)
        await post_many(tx, refusals.events)
        return
    audited, records = append_statement(15, refusals.records, refusals.ends)
    told = columns(map(row, refusals.events)) or [[]] * len(_EVENT_TYPES.split())
    overall = [list(refusals.overall.keys()), list(refusals.overall.values())]
    sql, moments = f"{_REFUSE_ALL}{audited} SELECT 1", (now, overall_since)
    await tx.fetch(sql, *columns(tallies), *overall, *moments, *told, *records)
