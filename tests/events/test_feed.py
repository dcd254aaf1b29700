"""One reader serves all streams, sleeps when there are none, and misses nothing that commits late."""

import asyncio

from claimstack.events import post
from claimstack.events.feed import Feed
from claimstack.events.inbox import Inbox
from claimstack.events.store import Posted
from claimstack.storage import Database
from claimstack.storage.postgresql import PostgreSQLTransaction
from tests.events.conftest import House


class Counting:
    """A reader that counts its statements."""

    def __init__(self, db: Database) -> None:
        self._db, self.engine, self.count = db, db.engine, 0

    async def fetch(self, sql: str, *args: object) -> object:
        self.count += 1
        return await self._db.fetch(sql, *args)


def inbox(*entities: int) -> Inbox:
    return Inbox([("application", one) for one in entities], [], lambda posted: True)


async def taken(box: Inbox) -> Posted:
    while True:
        posted = await asyncio.wait_for(box.next(), 5)
        if posted is not None:
            return posted


async def test_a_hundred_streams_cost_as_many_statements_as_one(house: House) -> None:
    reader = Counting(house.db)
    feed = Feed(reader)  # type: ignore[arg-type]
    boxes = [inbox(1) for _ in range(100)]
    for box in boxes:
        await feed.join(box)
    before = reader.count
    await house.tell("e")
    for box in boxes:
        assert (await taken(box)).message.name == "e"
    assert reader.count - before <= 6
    feed.close()
    for box in boxes:
        feed.leave(box)


async def test_nothing_is_read_when_nobody_listens(house: House) -> None:
    reader = Counting(house.db)
    feed = Feed(reader)  # type: ignore[arg-type]
    box = inbox(1)
    await feed.join(box)
    feed.leave(box)
    before = reader.count
    await asyncio.sleep(0.6)
    assert reader.count == before


async def test_the_feed_reads_on_when_somebody_listens_again(house: House) -> None:
    feed = Feed(house.db)
    first, second = inbox(1), inbox(1)
    await feed.join(first)
    feed.leave(first)
    await house.tell("while nobody listened")
    await feed.join(second)
    await house.tell("e")
    assert (await taken(second)).message.name == "e"
    feed.leave(second)


async def test_an_event_that_commits_after_a_younger_one_is_shown(house: House) -> None:
    """PostgreSQL gives out ids before the commit; SQLite has one writer, so that this cannot happen."""
    if house.db.engine == "sqlite":
        assert await two_ids_in_order(house)
        return
    feed, box = Feed(house.db), inbox(1)
    await feed.join(box)
    async with house.db.pool.acquire() as connection:  # type: ignore[attr-defined]
        transaction = connection.transaction()
        await transaction.start()
        await post(PostgreSQLTransaction(connection), house.event("late"))
        await house.tell("early")
        assert (await taken(box)).message.name == "early"
        await transaction.commit()
    assert (await taken(box)).message.name == "late"
    await house.tell("last")
    assert (await taken(box)).message.name == "last"
    feed.leave(box)


async def two_ids_in_order(house: House) -> bool:
    await house.tell("a")
    await house.tell("b")
    rows = await house.db.fetch("SELECT name FROM event ORDER BY id")
    return [row["name"] for row in rows] == ["a", "b"]


async def test_an_event_under_way_when_reading_began_is_shown(house: House) -> None:
    if house.db.engine == "sqlite":
        return
    feed, box = Feed(house.db), inbox(1)
    async with house.db.pool.acquire() as connection:  # type: ignore[attr-defined]
        transaction = connection.transaction()
        await transaction.start()
        await house.tell("before")
        await post(PostgreSQLTransaction(connection), house.event("under way"))
        await house.tell("also before")
        await feed.join(box)
        await transaction.commit()
    assert (await taken(box)).message.name == "under way"
    feed.leave(box)


async def test_the_feed_outlives_a_database_that_is_away(house: House) -> None:
    class Away(Counting):
        async def fetch(self, sql: str, *args: object) -> object:
            self.count += 1
            if 3 < self.count < 6:
                raise OSError("gone")
            return await self._db.fetch(sql, *args)

    feed, box = Feed(Away(house.db)), inbox(1)  # type: ignore[arg-type]
    await feed.join(box)
    await asyncio.sleep(0.3)
    await house.tell("e")
    assert (await taken(box)).message.name == "e"
    feed.leave(box)
