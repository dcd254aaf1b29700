"""claimstack.v1 ImportRegistry: words in, verb, words out."""

from __future__ import annotations

from claimstack.calls import Call
from claimstack.device_templates import MAHTN_T, find_format
from claimstack.errors import NotFound, invalid_field
from claimstack.identity import Page, Right, authorize, micros
from claimstack.imports import store
from claimstack.imports.job import NAMESPACE, not_found, too_many, words
from claimstack.imports.report import Told
from claimstack.storage import Database, Row, Transaction
from claimstack.wire import claimstack_v1 as v1
from claimstack.wire import v3

_OUTCOMES = {"created": v1.IMPORT_CREATED, "known": v1.IMPORT_KNOWN, "failed": v1.IMPORT_ROW_FAILED}


class ImportRegistry:
    """Imports of end devices into applications.

    `address`: the host that devices are given for their components. `limit`: of jobs that are not over, for each
    application.
    """

    def __init__(self, db: Database, address: str, limit: int) -> None:
        self._db, self._address, self._limit = db, address, limit

    async def Create(self, request: v1.CreateImportRequest, call: Call) -> v1.Import:
        """A job that waits for its file; `too_many_imports` (ResourceExhausted)."""
        return words(await self._db.transaction(_create, self._address, self._limit, request, call), call.micros)

    async def Get(self, request: v1.GetImportRequest, call: Call) -> v1.Import:
        """How far a job is."""
        application = await self._readable(request.application_ids, call)
        row = await store.job(self._db, application, request.import_id)
        if row is None:
            raise not_found(request.import_id)
        return words(row, call.micros)

    async def List(self, request: v1.ListImportsRequest, call: Call) -> v1.Imports:
        """The jobs of an application, newest first."""
        application = await self._readable(request.application_ids, call)
        page = Page.asked(request.limit, request.page)
        rows, total = await self._db.read(store.jobs, application, page.limit, page.offset)
        call.total(total)
        return v1.Imports(imports=[words(row, call.micros) for row in rows])

    async def ListRows(self, request: v1.ListImportRowsRequest, call: Call) -> v1.ImportRows:
        """What became of the rows."""
        application = await self._readable(request.application_ids, call)
        job = await store.job(self._db, application, request.import_id)
        if job is None:
            raise not_found(request.import_id)
        only_failed = request.filter == v1.IMPORT_ROWS_FAILED
        page = Page.asked(request.limit, request.page)
        find = store.failed_rows if only_failed else store.rows
        rows = await find(self._db, job["id"], page.limit, page.offset)
        call.total(job["rows_failed"] if only_failed else job["rows_read"])
        return v1.ImportRows(rows=[_row(*row) for row in rows])

    async def Cancel(self, request: v1.CancelImportRequest, call: Call) -> v1.Import:
        """Stop a job; one that is over stays as it ended."""
        return words(await self._db.transaction(_cancel, request, call), call.micros)

    async def _readable(self, ids: v3.ApplicationIdentifiers, call: Call) -> int:
        right = Right.APPLICATION_DEVICES_READ
        return (await authorize(self._db, call.caller, "application", ids.application_id, right)).id


async def _create(tx: Transaction, address: str, limit: int, request: v1.CreateImportRequest, call: Call) -> Row:
    needed = [Right.APPLICATION_DEVICES_WRITE]
    if request.set_claim_authentication_code:
        needed.append(Right.APPLICATION_DEVICES_WRITE_KEYS)
    uid = request.application_ids.application_id
    application = await authorize(tx, call.caller, "application", uid, *needed)
    if find_format(request.format_id) is None:
        text = "format `{format_id}` not found"
        raise NotFound(NAMESPACE, "format_not_found", text, format_id=request.format_id)
    _check_window(request)
    if request.start_dev_eui and request.format_id != MAHTN_T:
        raise invalid_field("start_dev_eui", "only for chips that have no DevEUI of their own")
    jobs, _ = await store.unfinished(tx, application.id)
    if jobs >= limit:
        raise too_many(uid, jobs)
    wish = v1.CreateImportRequest()
    wish.CopyFrom(request)
    wish.server_address = request.server_address or address
    serialized = wish.SerializeToString()
    number = await store.add(tx, application.id, request.format_id, serialized, call.caller, call.micros)
    return await _job(tx, application.id, number)


def _check_window(request: v1.CreateImportRequest) -> None:
    has_both = request.HasField("valid_from") and request.HasField("valid_to")
    if has_both and micros(request.valid_to) < micros(request.valid_from):
        raise invalid_field("valid_to", "expected a moment that does not lie before valid_from")


async def _cancel(tx: Transaction, request: v1.CancelImportRequest, call: Call) -> Row:
    uid = request.application_ids.application_id
    application = await authorize(tx, call.caller, "application", uid, Right.APPLICATION_DEVICES_WRITE)
    await store.cancel(tx, application.id, request.import_id, call.micros)
    return await _job(tx, application.id, request.import_id)


async def _job(tx: Transaction, application: int, number: int) -> Row:
    row = await store.job(tx, application, number)
    if row is None:
        raise not_found(number)
    return row


def _row(number: int, told: Told) -> v1.ImportRow:
    shown = v1.ImportRow(
        index=number,
        line=told.line,
        column=told.column,
        outcome=_OUTCOMES[told.outcome],
        error=told.error,
        reason=told.reason,
        warnings=told.warnings,
    )
    ids = shown.end_device_ids
    ids.device_id, ids.join_eui, ids.dev_eui = (
        told.device_uid,
        bytes.fromhex(told.join_eui),
        bytes.fromhex(told.dev_eui),
    )
    return shown
