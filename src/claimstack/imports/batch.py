"""A batch of rows: one transaction that registers what can be, and counts all of it, or does nothing.

Before it, secrets are sealed and codes made, which needs no database (`prepare`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from claimstack.claiming import make_code
from claimstack.end_devices.bulk import Closed, Registered, Wish, close, register_many
from claimstack.errors import ClaimstackError, Unauthenticated
from claimstack.identity import Entity, Right, authorize, micros, not_found, refuse_by_state
from claimstack.import_rows import FoundRow
from claimstack.imports import store
from claimstack.imports.job import Job
from claimstack.storage import Transaction, lengthy
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1

CODE_BYTES = 10
_NO_RIGHT = "insufficient_application_rights"
_NO_RIGHT_TEXT = "keys and codes need the right RIGHT_APPLICATION_DEVICES_WRITE_KEYS"


class Prepared(NamedTuple):
    """A row, with its secrets sealed where there is a device in it."""

    row: FoundRow
    wish: Wish | None
    closed: Closed | None


class Lost(Exception):
    """The job is no longer this runner's: it was canceled, or another goes on with it."""


def prepare(vault: Vault, job: Job, rows: Sequence[FoundRow], chance: Callable[[int], bytes]) -> list[Prepared]:
    """Give rows their codes, and seal. Takes some 10 µs a row: for a thread."""
    request = job.request
    random = chance(CODE_BYTES * len(rows)) if request.set_claim_authentication_code else b""
    window = _moment(request, "valid_from"), _moment(request, "valid_to")
    prepared = []
    for at, row in enumerate(rows):
        wish = row.wish
        if wish is None:
            prepared.append(Prepared(row, None, None))
            continue
        if random and row.takes_code and not wish.code:
            code = make_code(random[CODE_BYTES * at : CODE_BYTES * (at + 1)])
            wish = wish._replace(code=code, valid_from=window[0], valid_to=window[1])
        prepared.append(Prepared(row, wish, close(vault, wish)))
    return prepared


def _moment(request: v1.CreateImportRequest, name: Literal["valid_from", "valid_to"]) -> int | None:
    return micros(getattr(request, name)) if request.HasField(name) else None


@lengthy
async def import_rows(
    tx: Transaction, vault: Vault, job: Job, rows: Sequence[Prepared], file_bytes_read: int, now: int
) -> int:
    """Register a batch; how many rows are counted now. `Lost`, or an error of who began the job: nothing is written."""
    if not await store.hold(tx, job.number, job.runner, job.rows_read, now):
        raise Lost
    application = await _still_allowed(tx, job, now)
    may_write_keys = application.rights.has(Right.APPLICATION_DEVICES_WRITE_KEYS)
    taken = [one for one in rows if one.wish is not None and (may_write_keys or not _bears_keys(one.wish))]
    orders = [(one.wish, one.closed) for one in taken if one.wish is not None and one.closed is not None]
    outcomes = await register_many(tx, vault, job.caller, application, orders, now)
    by_row = {id(one): outcome for one, outcome in zip(taken, outcomes, strict=True)}
    written = [_written(number, one, by_row.get(id(one))) for number, one in enumerate(rows, job.rows_read)]
    await store.add_rows(tx, job.number, written)
    await store.count(tx, job.number, Counter(str(row[3]) for row in written), file_bytes_read, now)
    return job.rows_read + len(rows)


def _bears_keys(wish: Wish) -> bool:
    return bool(wish.keys or wish.code or any(state for _, _, state in wish.parts))


async def _still_allowed(tx: Transaction, job: Job, now: int) -> Entity:
    """The application, if who began the job may still write its devices, and the credential is still good."""
    caller = job.caller
    if caller.credential == "api_key":
        rights = await store.key_rights(tx, caller.credential_id, now)
        if rights is None:
            raise Unauthenticated("pkg/identityserver", "api_key_not_found", "api key not found")
        caller = replace(caller, ceiling=caller.ceiling.both(rights))
    if caller.kind == "user":
        refuse_by_state(await store.user_state(tx, caller.entity))
    application = await authorize(tx, caller, "application", job.application_uid, Right.APPLICATION_DEVICES_WRITE)
    if application.id != job.application:
        raise not_found("application", job.application_uid)
    return application


def _written(number: int, prepared: Prepared, outcome: Registered | None) -> tuple[object, ...]:
    """The row as the table keeps it."""
    row, wish = prepared.row, prepared.wish
    place = number, row.line, row.column
    if wish is None:
        return (*place, "failed", None, False, "", None, None, row.error, row.reason, "")
    ids = wish.uid, wish.join_eui, wish.dev_eui
    if outcome is None:
        return (*place, "failed", None, False, *ids, _NO_RIGHT, _NO_RIGHT_TEXT, "")
    if outcome.refusal is not None:
        return (*place, "failed", None, False, *ids, outcome.refusal.name, outcome.refusal.text, "")
    state = "known" if outcome.known else "created"
    with_code = bool(wish.code) and not outcome.known
    return (*place, state, outcome.end_device, with_code, *ids, "", "", row.warnings)


def reason_of(error: ClaimstackError) -> str:
    """Why a job was given up."""
    return f"{error.name}: {error.text}"
