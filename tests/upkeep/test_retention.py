"""What is due goes, what is not stays, and what is left can still be checked."""

from claimstack.audit import AuditRecord, record
from claimstack.imports import store as imports
from claimstack.imports.report import Told
from claimstack.settings import Settings
from claimstack.storage import Database
from claimstack.storage.database import Transaction
from claimstack.upkeep.chains import AUDIT, broken
from claimstack.upkeep.retention import DAY, HOUR, STEP, sweeps, tidy
from tests.support.people import a_user, an_application

SETTINGS = Settings()


async def count(db: Database, table: str) -> int:
    return int(await db.fetchval(f"SELECT count(*) FROM {table}"))


async def events(tx: Transaction, moments: list[int]) -> None:
    for moment in moments:
        await tx.execute(
            "INSERT INTO event (name, occurred_at, entity_kind, entity, body) VALUES ('e', $1, 'application', 1, $2)",
            moment, b"",
        )  # fmt: skip


async def audit_rows(tx: Transaction, moments: list[int]) -> None:
    for moment in moments:
        await record(
            tx, AuditRecord("device:A:B", moment, "claim", "wrong", 1, "app", 1, "dev", b"a", b"b", "user:1:x")
        )


async def test_old_events_go_in_steps_and_young_ones_stay(db: Database, now: int) -> None:
    old = now - 7 * DAY - 1
    await db.transaction(events, [old] * (2 * STEP + 1) + [now - 7 * DAY])
    assert (await tidy(db, SETTINGS, now))["event"] == 2 * STEP + 1
    assert await count(db, "event") == 1


async def test_an_old_event_behind_a_young_one_goes_too(db: Database, now: int) -> None:
    await db.transaction(events, [now, 1, now])
    await tidy(db, SETTINGS, now)
    assert await count(db, "event") == 2


async def test_audit_rows_go_and_the_chain_still_verifies(db: Database, now: int) -> None:
    await db.transaction(audit_rows, [1, 2, 3, now, now])
    assert (await tidy(db, SETTINGS, now))["audit_record"] == 3
    assert [one async for one in broken(db, AUDIT, lambda rows: None)] == []
    row = await db.fetchrow("SELECT first_sequence, sequence FROM audit_chain")
    assert row is not None
    assert (row["first_sequence"], row["sequence"]) == (4, 5)


async def test_an_audit_chain_without_rows_goes_on_where_it_was(db: Database, now: int) -> None:
    await db.transaction(audit_rows, [1, 2])
    await tidy(db, SETTINGS, now)
    assert await count(db, "audit_record") == 0
    await db.transaction(audit_rows, [now])
    assert [one async for one in broken(db, AUDIT, lambda rows: None)] == []
    assert await db.fetchval("SELECT sequence FROM audit_record") == 3


async def test_nobody_gets_attempts_back_while_their_window_lasts(db: Database, now: int) -> None:
    async def attempts(tx: Transaction) -> None:
        for subject, moment in (("done", now - 2 * DAY - 1), ("lasting", now - DAY)):
            await tx.execute(
                "INSERT INTO claim_attempt (subject, window_started_at, attempts) VALUES ($1, $2, 1)", subject, moment
            )

    await db.transaction(attempts)
    await tidy(db, SETTINGS, now)
    assert [row["subject"] for row in await db.fetch("SELECT subject FROM claim_attempt")] == ["lasting"]


async def test_answers_are_kept_as_long_as_the_setting_says(db: Database, now: int) -> None:
    async def answers(tx: Transaction) -> None:
        for key, moment in ((b"old", now - 2 * HOUR - 1), (b"young", now - HOUR)):
            await tx.execute(
                "INSERT INTO idempotency_key (principal, key_hash, method, body_hash, created_at)"
                " VALUES ('user:1', $1, 'm', $2, $3)",
                key, b"", moment,
            )  # fmt: skip

    await db.transaction(answers)
    assert (await tidy(db, Settings(retain_idempotency_hours=2), now))["idempotency_key"] == 1
    assert bytes(await db.fetchval("SELECT key_hash FROM idempotency_key")) == b"young"


async def test_expired_credentials_go(db: Database, now: int) -> None:
    async def credentials(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO account (kind, uid, body, created_at, updated_at) VALUES ('user', 'u', $1, 1, 1)", b""
        )
        for name, moment in (("old", now - DAY - 1), ("young", now + 1)):
            await tx.execute(
                "INSERT INTO oauth_code (code_id, account, client_id, secret_hash, pepper, redirect_uri, rights,"
                " created_at, expires_at) VALUES ($1, 1, 'cli', $2, 1, '', 0, 1, $3)",
                name, b"", moment,
            )  # fmt: skip
            await tx.execute(
                "INSERT INTO oauth_token (token_id, family, account, client_id, access_hash, pepper, rights,"
                " created_at, expires_at) VALUES ($1, 'f', 1, 'cli', $2, 1, 0, $3, 1)",
                name, b"", moment - 89 * DAY,
            )  # fmt: skip
            await tx.execute(
                "INSERT INTO user_session (session_id, account, secret_hash, pepper, created_at, updated_at,"
                " expires_at) VALUES ($1, 1, $2, 1, 1, 1, $3)",
                name, b"", moment,
            )  # fmt: skip
            await tx.execute(
                "INSERT INTO login_token (token_id, account, secret_hash, pepper, created_at, expires_at)"
                " VALUES ($1, 1, $2, 1, 1, $3)",
                name, b"", moment,
            )  # fmt: skip
        await tx.execute(
            "INSERT INTO user_session (session_id, account, secret_hash, pepper, created_at, updated_at)"
            " VALUES ('lasting', 1, $1, 1, 1, 1)",
            b"",
        )

    await db.transaction(credentials)
    gone = await tidy(db, SETTINGS, now)
    assert {table: gone[table] for table in ("oauth_code", "oauth_token", "user_session", "login_token")} == {
        "oauth_code": 1, "oauth_token": 1, "user_session": 1, "login_token": 1,
    }  # fmt: skip
    assert await count(db, "user_session") == 2


async def test_the_ledger_is_kept(db: Database, now: int) -> None:
    async def hop(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO claim_ledger (end_device, sequence, epoch, claimed_at, join_eui, dev_eui, source_application,"
            " source_application_uid, source_device_uid, target_application, target_application_uid, target_device_uid,"
            " claimer, code_kept, previous_hash, hash)"
            " VALUES (1, 1, 2, 1, $1, $1, 1, 'a', 'd', 2, 'b', 'd', 'user:1:x', $2, $1, $1)",
            b"", False,
        )  # fmt: skip

    await db.transaction(hop)
    await tidy(db, SETTINGS, now)
    assert await count(db, "claim_ledger") == 1


async def test_a_job_goes_only_when_its_rows_are_gone(db: Database, now: int) -> None:
    maker = await a_user(db, "maker")
    application = await an_application(db, "maker-app", maker)
    number = await db.transaction(imports.add, application, "x", b"", maker, now - 91 * DAY)
    told = Told(2, 0, "failed", None, False, "", "", "", "parse_csv_field", "", "")
    await db.transaction(imports.report, number, 0, [told])
    due = sweeps(Settings(), now)
    by_table = {sweep.table: sweep for sweep in due}
    assert [sweep.table for sweep in due if sweep.table.startswith("import")] == ["import_report", "import_job"]

    async def swept(tx: Transaction, table: str) -> int:
        return await tx.execute(by_table[table].sql, by_table[table].before)

    assert await db.transaction(swept, "import_job") == 0
    assert await db.transaction(swept, "import_report") == 1
    assert await db.transaction(swept, "import_job") == 1
