"""claimstack.v1 AuditRegistry: an application's audit, for who may read its devices."""

from claimstack.audit import store
from claimstack.audit.record import shown_actor
from claimstack.calls import Call
from claimstack.identity import Page, Right, authorize
from claimstack.storage import Database, Row
from claimstack.wire import claimstack_v1 as v1


class AuditRegistry:
    """Reads the audit of applications."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def List(self, request: v1.ListAuditRowsRequest, call: Call) -> v1.AuditRows:
        """A page of rows, newest first unless asked otherwise."""
        uid = request.application_ids.application_id
        application = await authorize(self._db, call.caller, "application", uid, Right.APPLICATION_DEVICES_READ)
        page = Page.asked(request.limit, request.page)
        rows, total = await self._db.read(
            store.rows_of, application.id, _filters(request), request.order != "time", page.limit, page.offset
        )
        call.total(total)
        return v1.AuditRows(rows=[_words(row) for row in rows])


def _filters(request: v1.ListAuditRowsRequest) -> dict[str, str | bytes]:
    asked: dict[str, str | bytes] = {
        "join_eui": request.join_eui,
        "dev_eui": request.dev_eui,
        "device_uid": request.device_id,
    }
    return {column: value for column, value in asked.items() if value}


def _words(row: Row) -> v1.AuditRow:
    words = v1.AuditRow(
        action=row["action"],
        reason=row["outcome"],
        claimer=shown_actor(row["actor"]),
        application_id=row["application_uid"],
        device_id=row["device_uid"],
        join_eui=bytes(row["join_eui"] or b""),
        dev_eui=bytes(row["dev_eui"] or b""),
        correlation_id=row["correlation_id"],
        previous_hash=bytes(row["previous_hash"]),
        hash=bytes(row["hash"]),
    )
    words.time.FromMicroseconds(row["recorded_at"])
    return words
