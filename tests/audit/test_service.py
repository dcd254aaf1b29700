"""AuditRegistry: an application's rows for its readers, and for nobody else."""

import pytest

from claimstack.audit import AuditRecord, AuditRegistry, device_chain, record
from claimstack.calls import Call
from claimstack.clock import from_micros
from claimstack.errors import PermissionDenied
from claimstack.identity import Caller
from claimstack.storage import Database
from claimstack.wire import claimstack_v1 as v1
from tests.support.people import NOW, a_user, an_application

JOIN_EUI, DEV_EUI = b"J" * 8, b"D" * 8


def call(caller: Caller) -> Call:
    return Call(method="", now=from_micros(NOW), caller=caller)


def asking(**wishes: object) -> v1.ListAuditRowsRequest:
    return v1.ListAuditRowsRequest(application_ids={"application_id": "maker-app"}, **wishes)  # type: ignore[arg-type]


@pytest.fixture
async def maker(db: Database) -> Caller:
    """Has an application with three refused claims in its audit, one of them at another device."""
    maker = await a_user(db, "maker")
    application = await an_application(db, "maker-app", maker)
    for moment, dev_eui in ((1, DEV_EUI), (2, DEV_EUI), (3, b"E" * 8)):
        row = AuditRecord(
            device_chain(JOIN_EUI, dev_eui), moment, "claim", "wrong_code", application, "maker-app", 5, "sensor-1",
            JOIN_EUI, dev_eui, "user:3:owner", "c0ffee",
        )  # fmt: skip
        await db.transaction(record, row)
    return maker


async def test_the_newest_row_comes_first(db: Database, maker: Caller) -> None:
    asked = call(maker)
    rows = (await AuditRegistry(db).List(asking(), asked)).rows
    assert [row.time.ToMicroseconds() for row in rows] == [3, 2, 1]
    assert asked.headers["x-total-count"] == "3"


async def test_a_row_tells_who_tried_what_and_why_not(db: Database, maker: Caller) -> None:
    (row,) = (await AuditRegistry(db).List(asking(order="time", limit=1), call(maker))).rows
    assert (row.action, row.reason, row.claimer) == ("claim", "wrong_code", "user:owner")
    assert (row.application_id, row.device_id, row.join_eui, row.dev_eui) == (
        "maker-app",
        "sensor-1",
        JOIN_EUI,
        DEV_EUI,
    )
    assert (row.correlation_id, len(row.hash), row.previous_hash) == ("c0ffee", 32, b"")


async def test_rows_can_be_asked_for_by_device(db: Database, maker: Caller) -> None:
    asked = call(maker)
    rows = (await AuditRegistry(db).List(asking(dev_eui=DEV_EUI, limit=1, page=2), asked)).rows
    assert [row.time.ToMicroseconds() for row in rows] == [1]
    assert asked.headers["x-total-count"] == "2"
    assert not (await AuditRegistry(db).List(asking(device_id="sensor-2"), call(maker))).rows


async def test_a_stranger_sees_nothing(db: Database, maker: Caller) -> None:
    with pytest.raises(PermissionDenied):
        await AuditRegistry(db).List(asking(), call(await a_user(db, "stranger")))
