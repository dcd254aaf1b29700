"""What a job leaves, as CSV for people and label printers (RFC 4180): refused rows, and, once, the codes."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from claimstack.calls import Call
from claimstack.end_devices import code_of
from claimstack.errors import FailedPrecondition
from claimstack.identity import Entity, Right, authorize
from claimstack.imports import store
from claimstack.imports.job import NAMESPACE, not_found
from claimstack.imports.report import Told
from claimstack.lorawan import DevEUI, JoinEUI
from claimstack.qr_codes import Label, write
from claimstack.storage import Database, Row
from claimstack.vault import Vault

_FAILED = ("index", "line", "column", "device_id", "join_eui", "dev_eui", "error", "reason")
_CODES = ("device_id", "join_eui", "dev_eui", "claim_authentication_code", "qr_code")
# A spreadsheet takes what begins so for a formula (OWASP ASVS 1.2.10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Downloads:
    """Tables of jobs, page by page out of the database."""

    def __init__(self, db: Database, vault: Vault) -> None:
        self._db, self._vault = db, vault

    async def failed(self, application_uid: str, number: int, call: Call) -> AsyncIterator[bytes]:
        """The rows that were refused, with their places and reasons."""
        await self._found(application_uid, number, call)
        return self._failed(number)

    async def codes(self, application_uid: str, number: int, call: Call) -> AsyncIterator[bytes]:
        """The codes of the devices that the job registered and that are still here, with what their labels say.

        Once: `codes_not_ready` while the job runs, `codes_downloaded` ever after (FailedPrecondition).
        """
        application = await self._found(application_uid, number, call)
        if not await self._db.transaction(store.take_codes, application.id, number, call.micros):
            raise await self._refused(application, number)
        return self._codes(number)

    async def _found(self, application_uid: str, number: int, call: Call) -> Entity:
        right = Right.APPLICATION_DEVICES_READ
        application = await authorize(self._db, call.caller, "application", application_uid, right)
        if await store.job(self._db, application.id, number) is None:
            raise not_found(number)
        return application

    async def _refused(self, application: Entity, number: int) -> FailedPrecondition:
        row = await store.job(self._db, application.id, number)
        if row is not None and row["codes_downloaded_at"] is None:
            text = "import `{import_id}` is not over yet"
            return FailedPrecondition(NAMESPACE, "codes_not_ready", text, import_id=number)
        text = "the codes of import `{import_id}` were handed out already: read them device by device"
        return FailedPrecondition(NAMESPACE, "codes_downloaded", text, import_id=number)

    async def _failed(self, number: int) -> AsyncIterator[bytes]:
        yield _lines([_FAILED])
        after = -1
        while rows := await store.report_after(self._db, number, after, least_failed=1):
            yield _lines(_failed_cells(*row) for row in rows if row[1].outcome == "failed")
            after = rows[-1][0]

    async def _codes(self, number: int) -> AsyncIterator[bytes]:
        yield _lines([_CODES])
        after = -1
        while rows := await store.report_after(self._db, number, after):
            yield _lines(self._code_cells(row) for row in await store.codes(self._db, number, rows))
            after = rows[-1][0]

    def _code_cells(self, row: Row) -> Sequence[object]:
        code = code_of(self._vault, row)
        join_eui, dev_eui = JoinEUI(bytes(row["join_eui"])), DevEUI(bytes(row["dev_eui"]))
        label = Label(dev_eui=dev_eui, join_eui=join_eui, owner_token=code.upper())
        text = write(label, "tr005") if code == code.upper() else ""  # a label has no lower-case letters
        return row["uid"], join_eui, dev_eui, code, text


def _failed_cells(number: int, told: Told) -> Sequence[object]:
    euis = told.join_eui.upper(), told.dev_eui.upper()
    return number, told.line, told.column, told.device_uid, *euis, told.error, told.reason


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        table.writerow([_harmless(str(cell)) for cell in row])
    return text.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
