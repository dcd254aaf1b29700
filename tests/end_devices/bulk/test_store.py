"""Surrogate keys that are reserved for devices to come."""

from claimstack.end_devices.bulk import reserve
from claimstack.storage import Database, Transaction
from tests.support.people import a_user, an_application


async def _a_device(tx: Transaction, application: int) -> int:
    sql = (
        "INSERT INTO end_device (application, uid, is_body, maker_application, created_at, updated_at)"
        " VALUES ($1, 'd', $2, $1, 1, 1) RETURNING id"
    )
    return int(await tx.fetchval(sql, application, b""))


async def test_reserved_keys_are_given_to_nobody_else(db: Database) -> None:
    first = list(await db.transaction(reserve, 3))
    application = await an_application(db, "maker-app", await a_user(db, "maker"))
    device = await db.transaction(_a_device, application)
    second = list(await db.transaction(reserve, 2))
    assert (len(first), len(second)) == (3, 2)
    assert [*first, device, *second] == sorted({*first, device, *second})
