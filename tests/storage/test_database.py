"""The same promises on both engines."""

import asyncio

import pytest

from claimstack.storage import Database, StorageError, UniqueViolation, lengthy, open_database
from claimstack.storage.database import Reader, Transaction
from claimstack.storage.postgresql import without_password


async def add(tx: Transaction, name: str) -> int:
    found: int = await tx.fetchval(
        "INSERT INTO counter (name, value) VALUES ($1, 1)"
        " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value",
        name,
    )
    return found


async def value(reader: Reader, name: str) -> int | None:
    found: int | None = await reader.fetchval("SELECT value FROM counter WHERE name = $1", name)
    return found


async def test_what_a_verb_returns_is_committed(db: Database) -> None:
    assert await db.transaction(add, "a") == 1
    assert await db.read(value, "a") == 1


async def test_an_exception_rolls_back_all_of_its_verb_and_nothing_else(db: Database) -> None:
    async def fails(tx: Transaction) -> None:
        await add(tx, "a")
        raise ValueError("after writing")

    outcomes = await asyncio.gather(
        db.transaction(add, "b"), db.transaction(fails), db.transaction(add, "b"), return_exceptions=True
    )
    assert isinstance(outcomes[1], ValueError)
    assert {outcomes[0], outcomes[2]} == {1, 2}
    assert await db.read(value, "a") is None


async def test_verbs_at_once_see_each_other_in_some_order(db: Database) -> None:
    assert sorted(await asyncio.gather(*(db.transaction(add, "n") for _ in range(50)))) == list(range(1, 51))


async def test_two_handles_of_one_database_wait_for_each_other(db: Database) -> None:
    other = await open_database(db.url)
    turns = [one.transaction(add, "n") for _ in range(40) for one in (db, other)]
    assert sorted(await asyncio.gather(*turns)) == list(range(1, 81))
    await other.close()


async def test_a_lengthy_verb_leaves_the_loop_free(db: Database) -> None:
    @lengthy
    async def count_far(tx: Transaction) -> int:
        sql = (
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000) SELECT count(*) FROM n"
        )
        return int(await tx.fetchval(sql))

    work, turns = asyncio.create_task(db.transaction(count_far)), 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1
    assert await work == 1_000_000
    assert turns > 100


async def test_execute_tells_how_many_rows_it_touched(db: Database) -> None:
    await db.transaction(add, "a")
    await db.transaction(add, "b")

    async def clear(tx: Transaction) -> int:
        return await tx.execute("UPDATE counter SET value = 0 WHERE value = $1", 1)

    assert await db.transaction(clear) == 2


async def test_a_taken_unique_value_is_a_unique_violation(db: Database) -> None:
    async def twice(tx: Transaction) -> None:
        for _ in range(2):
            await tx.execute("INSERT INTO counter (name, value) VALUES ('x', 1)")

    with pytest.raises(UniqueViolation):
        await db.transaction(twice)
    assert await db.read(value, "x") is None


async def test_a_read_is_one_snapshot(db: Database) -> None:
    await db.transaction(add, "a")

    async def look_twice(reader: Reader) -> tuple[int | None, int | None]:
        return await value(reader, "a"), await value(reader, "a")

    assert await db.read(look_twice) == (1, 1)


async def test_a_wrong_url_is_one_clear_line() -> None:
    with pytest.raises(StorageError, match="expected sqlite"):
        await open_database("mysql://x")
    with pytest.raises(StorageError, match=r"127\.0\.0\.1:1"):
        await open_database("postgresql://u:secret@127.0.0.1:1/x")
    with pytest.raises(StorageError, match=r"/nowhere/at/all\.db"):
        await open_database("sqlite:///nowhere/at/all.db")


def test_a_url_is_shown_without_its_password() -> None:
    assert without_password("postgresql://u:secret@h:5432/x") == "postgresql://u:***@h:5432/x"
