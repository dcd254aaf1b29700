"""Many rows by their keys, on both engines."""

from collections.abc import AsyncIterator

import pytest

from claimstack.storage import Database
from claimstack.storage.database import Transaction
from claimstack.storage.lookup import Join, Lookup, look_up

FRUIT = Join("f", "fruit", "f.kind = q.kind AND f.name = q.name", optional=False)
PRICES = Lookup("f.name, p.price", ("kind", "name"), (FRUIT, Join("p", "price", "p.fruit = f.id")))
PRICED = Lookup("f.name", ("kind", "name"), (FRUIT, Join("p", "price", "p.fruit = f.id", optional=False)))


@pytest.fixture
async def fruit(db: Database) -> AsyncIterator[Database]:
    """Nine fruits of one kind, of which those with an even number have a price."""

    async def plant(tx: Transaction) -> None:
        await tx.execute("CREATE TABLE fruit (id BIGINT, kind BYTEA, name BYTEA)")
        await tx.execute("CREATE TABLE price (fruit BIGINT, price BIGINT)")
        await tx.executemany("INSERT INTO fruit VALUES ($1, $2, $3)", [(n, b"apple", named(n)) for n in range(9)])
        await tx.executemany("INSERT INTO price VALUES ($1, $2)", [(n, 10 * n) for n in range(0, 9, 2)])

    async def clear(tx: Transaction) -> None:
        await tx.execute("DROP TABLE fruit")
        await tx.execute("DROP TABLE price")

    await db.transaction(plant)
    yield db
    await db.transaction(clear)


def named(number: int) -> bytes:
    return bytes((number,))


@pytest.mark.parametrize("count", range(10))
async def test_each_row_is_found_by_its_key_however_many_are_asked_for(fruit: Database, count: int) -> None:
    found = await look_up(fruit, PRICES, [(b"apple", named(n)) for n in range(count)])
    prices = {bytes(name): price for name, price in found}
    assert prices == {named(n): 10 * n if n % 2 == 0 else None for n in range(min(count, 9))}


async def test_a_key_that_nothing_has_finds_nothing(fruit: Database) -> None:
    assert list(await look_up(fruit, PRICES, [(b"pear", named(1)), (b"apple", named(200))])) == []


async def test_rows_without_a_match_stay_away_unless_it_is_optional(fruit: Database) -> None:
    found = await look_up(fruit, PRICED, [(b"apple", named(n)) for n in (1, 2, 3)])
    assert {bytes(row[0]) for row in found} == {named(2)}
