"""Reads that may be half a second old: what is remembered, and when it is forgotten."""

import asyncio

from claimstack.storage import Database, Transaction
from claimstack.storage.recent import MOST, SECONDS, Recent, tables_read, tables_written

NAMES = "SELECT uid FROM application WHERE uid = $1"


async def _add(tx: Transaction, uid: str, now: int) -> None:
    await tx.execute(
        "INSERT INTO application (uid, body, created_at, updated_at) VALUES ($1, $2, $3, $3)", uid, b"", now
    )


async def _count(tx: Transaction) -> None:
    await tx.execute("INSERT INTO counter (name, value) VALUES ('recent', 1)")


class Counting:
    """A reader that counts how often it is asked."""

    def __init__(self, db: Database) -> None:
        self.db, self.asked = db, 0
        self.engine = db.engine

    async def fetch(self, sql: str, *args: object) -> object:
        self.asked += 1
        return await self.db.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> object:
        self.asked += 1
        return await self.db.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> object:
        self.asked += 1
        return await self.db.fetchval(sql, *args)


async def test_the_same_question_is_asked_once(db: Database) -> None:
    reader = Counting(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    assert [await recent.fetchval(NAMES, "app") for _ in range(3)] == [None] * 3
    await recent.fetchval(NAMES, "other")
    assert reader.asked == 2


class Slow(Counting):
    """A reader whose answers come when they are let go: the number of the question."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.gate = asyncio.Event()

    async def fetchval(self, sql: str, *args: object) -> object:
        number = self.asked = self.asked + 1
        await self.gate.wait()
        return number


async def test_what_several_want_to_know_at_once_is_asked_once(db: Database) -> None:
    reader = Slow(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    first, *others = [asyncio.create_task(recent.fetchval(NAMES, "app")) for _ in range(4)]
    await asyncio.sleep(0)
    others[0].cancel()  # who goes away takes nothing from the others
    reader.gate.set()
    assert await asyncio.gather(first, *others[1:]) == [1, 1, 1]


async def test_when_who_asked_goes_away_the_next_one_asks(db: Database) -> None:
    reader = Slow(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    first, second = [asyncio.create_task(recent.fetchval(NAMES, "app")) for _ in range(2)]
    await asyncio.sleep(0)
    first.cancel()
    reader.gate.set()
    assert await second == 2


async def test_who_comes_after_a_write_does_not_wait_for_an_answer_from_before(db: Database) -> None:
    reader = Slow(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    before = asyncio.create_task(recent.fetchval(NAMES, "app"))
    await asyncio.sleep(0)
    recent.wrote(frozenset({"application"}))
    after = asyncio.create_task(recent.fetchval(NAMES, "app"))
    await asyncio.sleep(0)
    reader.gate.set()
    assert (await before, await after) == (1, 2)


async def test_what_this_node_writes_is_seen_at_once(db: Database, now: int) -> None:
    assert await db.recent.fetchrow(NAMES, "app") is None
    await db.transaction(_add, "app", now)
    row = await db.recent.fetchrow(NAMES, "app")
    assert row is not None
    assert row["uid"] == "app"


async def test_a_write_to_another_table_forgets_nothing(db: Database, now: int) -> None:
    reader = Counting(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    await recent.fetch(NAMES, "app")
    recent.wrote(frozenset({"counter"}))
    await recent.fetch(NAMES, "app")
    assert reader.asked == 1
    recent.wrote(frozenset({"application"}))
    await recent.fetch(NAMES, "app")
    assert reader.asked == 2


async def test_an_answer_grows_no_older_than_half_a_second(db: Database) -> None:
    reader = Counting(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    await recent.fetch(NAMES, "app")
    await asyncio.sleep(SECONDS * 1.1)
    await recent.fetch(NAMES, "app")
    assert SECONDS < 1
    assert reader.asked == 2


async def test_no_more_answers_are_kept_than_fit(db: Database) -> None:
    class Quick(Counting):
        async def fetchval(self, sql: str, *args: object) -> object:
            self.asked += 1
            return args

    reader = Quick(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    for number in [*range(MOST), 0]:
        await recent.fetchval(NAMES, number)
    assert reader.asked == MOST
    await recent.fetchval(NAMES, "one more")
    await recent.fetchval(NAMES, 0)
    assert reader.asked == MOST + 2


async def test_an_answer_that_a_write_overtook_is_not_kept(db: Database) -> None:
    class Overtaken(Counting):
        async def fetch(self, sql: str, *args: object) -> object:
            rows = await super().fetch(sql, *args)
            recent.wrote(frozenset({"application"}))
            return rows

    reader = Overtaken(db)
    recent = Recent(reader)  # type: ignore[arg-type]
    await recent.fetch(NAMES, "app")
    await recent.fetch(NAMES, "app")
    assert reader.asked == 2


def test_the_tables_of_a_statement_are_read_off_its_text() -> None:
    assert tables_read("SELECT 1 FROM api_key k LEFT JOIN account a ON a.id = k.entity") == {"api_key", "account"}
    assert tables_written("WITH x AS (DELETE FROM claim_code c USING m) UPDATE end_device SET uid = $1") == {
        "claim_code", "end_device",
    }  # fmt: skip
    assert tables_written("INSERT INTO counter (name) VALUES ($1) ON CONFLICT DO UPDATE SET name = $1") == {"counter"}
    assert tables_written("SELECT id FROM end_device FOR UPDATE") == set()
