"""A batch of rows: one transaction that registers what can be, and counts all of it, or does nothing.

Before it, codes are made, secrets sealed and all rows put together, which needs no database (`prepare`): while that is
done for one batch, the one before is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from claimstack.claiming import make_code
from claimstack.device_parts import Wish
from claimstack.end_devices.bulk import Rows, known_or_refused, register_many, rows_of
from claimstack.errors import ClaimstackError, Unauthenticated
from claimstack.identity import Entity, Right, authorize, micros, not_found, refuse_by_state
from claimstack.import_rows import FoundRow
from claimstack.imports import store
from claimstack.imports.job import Job
from claimstack.imports.report import Told
from claimstack.storage import Transaction, lengthy
from claimstack.vault import Vault
from claimstack.wire import claimstack_v1 as v1

CODE_BYTES = 10
_NO_RIGHT = "insufficient_application_rights"
_NO_RIGHT_TEXT = "keys and codes need the right RIGHT_APPLICATION_DEVICES_WRITE_KEYS"


class Batch(NamedTuple):
    """Of each row of the file: the key that is reserved for its device, and the device if there is one; the rows of
    these devices in the tables; and what is told of each row of the file when its device goes in.
    """

    wishes: Sequence[tuple[int, Wish | None]]
    rows: Rows
    report: Sequence[Told]


class Lost(Exception):
    """The job is no longer this runner's: it was canceled, or another goes on with it."""


def prepare(
    vault: Vault, job: Job, found: Sequence[FoundRow], keys: Sequence[int], chance: Callable[[int], bytes], now: int
) -> Batch:
    """What is to be written of these rows. Takes some 30 µs a row: for a thread."""
    wishes = list(zip(keys, _wishes(job.request, found, chance), strict=True))
    firsts: dict[str, tuple[int, Wish]] = {}
    for key, wish in wishes:
        if wish is not None:
            firsts.setdefault(wish.uid, (key, wish))  # of two with one id the first has it
    rows = rows_of(vault, job.application, job.application_uid, firsts.values(), now)
    return Batch(wishes, rows, [_expected(row, *device) for row, device in zip(found, wishes, strict=True)])


def _wishes(
    request: v1.CreateImportRequest, found: Sequence[FoundRow], chance: Callable[[int], bytes]
) -> list[Wish | None]:
    """The devices of the rows, with new codes where these are wished for."""
    if not request.set_claim_authentication_code:
        return [row.wish for row in found]
    window = _moment(request, "valid_from"), _moment(request, "valid_to")
    random = chance(CODE_BYTES * len(found))
    wishes = []
    for start, row in zip(range(0, len(random), CODE_BYTES), found, strict=True):
        wish = row.wish
        if wish is not None and row.takes_code and not wish.code:
            code = make_code(random[start : start + CODE_BYTES])
            wish = wish._replace(code=code, valid_from=window[0], valid_to=window[1])
        wishes.append(wish)
    return wishes


def _moment(request: v1.CreateImportRequest, name: Literal["valid_from", "valid_to"]) -> int | None:
    return micros(getattr(request, name)) if request.HasField(name) else None


def _expected(row: FoundRow, key: int, wish: Wish | None) -> Told:
    if wish is None:
        return Told(row.line, row.column, "failed", None, False, "", "", "", row.error, row.reason, "")
    ids = wish.uid, (wish.join_eui or b"").hex(), (wish.dev_eui or b"").hex()
    return Told(row.line, row.column, "created", key, bool(wish.code), *ids, "", "", row.warnings)


@lengthy
async def import_rows(tx: Transaction, job: Job, batch: Batch, file_bytes_read: int, now: int) -> int:
    """Register a batch; how many rows are counted now. `Lost`, or an error of who began the job: nothing is written."""
    if not await store.hold(tx, job.number, job.runner, job.rows_read, now):
        raise Lost
    application = await _still_allowed(tx, job, now)
    rows, barred = batch.rows, frozenset[int]()
    if not application.rights.has(Right.APPLICATION_DEVICES_WRITE_KEYS):
        barred = frozenset(key for key, wish in batch.wishes if wish is not None and _bears_keys(wish))
        rows = rows.of({row[0] for row in rows.devices} - barred)
    made = await register_many(tx, application, rows)
    report = [
        told if wish is None or key in made else await _otherwise(tx, job, application, told, wish, key in barred)
        for (key, wish), told in zip(batch.wishes, batch.report, strict=True)
    ]
    if report:  # between rows that are far apart only the progress is counted
        await store.report(tx, job.number, job.rows_read, report)
    await store.count(tx, job.number, Counter(told.outcome for told in report), file_bytes_read, now)
    return job.rows_read + len(report)


def _bears_keys(wish: Wish) -> bool:
    return bool(wish.keys or wish.code or any(state for _, _, state in wish.parts))


async def _otherwise(tx: Transaction, job: Job, application: Entity, told: Told, wish: Wish, barred: bool) -> Told:
    """Of a device that was not added: it may not be, or it is there already, or another is in its place."""
    if barred:
        return told.failed(_NO_RIGHT, _NO_RIGHT_TEXT)
    found = await known_or_refused(tx, job.caller, application, wish)
    if isinstance(found, ClaimstackError):
        return told.failed(found.name, found.text)
    return told._replace(outcome="known", end_device=found, with_code=False)


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


def reason_of(error: ClaimstackError) -> str:
    """Why a job was given up."""
    return f"{error.name}: {error.text}"
