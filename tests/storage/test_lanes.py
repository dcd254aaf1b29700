"""Batches: who goes with whom, who waits, and that nobody waits for ever."""

import asyncio
from collections.abc import Sequence

import pytest

from claimstack.storage import Busy, Lanes
from claimstack.storage.database import Engine
from claimstack.storage.lanes import MOST_A_BATCH


class Database:
    """Answers tens; what is below zero spoils its batch. Batches wait until they are let go, all at once."""

    def __init__(self, *, is_open: bool = True, fails: Exception | None = None, engine: Engine = "postgresql") -> None:
        self.batches: list[list[int]] = []
        self.gate, self._fails = asyncio.Event(), fails
        self.lanes: Lanes[int, int] = Lanes(self._together, self._alone, lambda ask: ask % 10, engine)
        if is_open:
            self.gate.set()

    async def _together(self, asks: Sequence[int]) -> list[int]:
        self.batches.append(list(asks))
        await self.gate.wait()
        if self._fails is not None:
            raise self._fails
        if min(asks) < 0:
            raise ValueError("below zero")
        return [10 * ask for ask in asks]

    async def _alone(self, ask: int) -> int:
        return (await self._together([ask]))[0]


async def test_a_batch_has_each_key_once_and_none_that_is_under_way() -> None:
    database = Database(is_open=False)
    answers = [asyncio.create_task(database.lanes.answer(ask)) for ask in (1, 2, 11, 12, 21)]
    for _ in range(3):
        await asyncio.sleep(0)
    assert database.batches == [[1, 2]]
    database.gate.set()
    assert await asyncio.gather(*answers) == [10, 20, 110, 120, 210]
    assert database.batches == [[1, 2], [11, 12], [21]]


async def test_what_comes_while_two_batches_are_under_way_waits_for_the_next() -> None:
    database = Database(is_open=False)
    answers = []
    for ask in (1, 2, 3, 4):
        answers.append(asyncio.create_task(database.lanes.answer(ask)))
        for _ in range(3):
            await asyncio.sleep(0)
    assert database.batches == [[1], [2]]
    database.gate.set()
    await asyncio.gather(*answers)
    assert database.batches[2:] == [[3, 4]]


async def test_a_batch_has_its_bound() -> None:
    sizes: list[int] = []

    async def together(asks: Sequence[int]) -> Sequence[int]:
        sizes.append(len(asks))
        return asks

    async def alone(ask: int) -> int:
        return ask

    lanes: Lanes[int, int] = Lanes(together, alone)
    asks = range(1000, 1000 + MOST_A_BATCH + 1)
    assert await asyncio.gather(*map(lanes.answer, asks)) == list(asks)
    assert sizes == [MOST_A_BATCH, 1]


async def test_who_comes_when_both_lanes_end_at_once_does_not_wait_for_ever() -> None:
    database = Database(is_open=False)

    async def twice() -> list[int]:
        return [await database.lanes.answer(1), await database.lanes.answer(11)]

    first = asyncio.create_task(twice())
    for _ in range(3):
        await asyncio.sleep(0)
    second = asyncio.create_task(database.lanes.answer(2))
    for _ in range(3):
        await asyncio.sleep(0)
    assert database.batches == [[1], [2]]
    database.gate.set()
    async with asyncio.timeout(2):
        assert await asyncio.gather(first, second) == [[10, 110], 20]


async def test_only_what_spoils_a_batch_fails() -> None:
    database = Database()
    outcomes = await asyncio.gather(*map(database.lanes.answer, (1, -8, 3)), return_exceptions=True)
    assert outcomes[::2] == [10, 30]
    assert isinstance(outcomes[1], ValueError)
    assert database.batches == [[1, -8, 3], [1], [-8], [3]]


async def test_a_busy_database_is_not_asked_again() -> None:
    database = Database(fails=Busy("now"))
    outcomes = await asyncio.gather(*map(database.lanes.answer, (1, 2)), return_exceptions=True)
    assert [type(one) for one in outcomes] == [Busy, Busy]
    assert database.batches == [[1, 2]]


async def test_who_went_away_keeps_nobody_from_an_answer() -> None:
    database = Database(is_open=False)
    gone, stays = (asyncio.create_task(database.lanes.answer(ask)) for ask in (1, 2))
    for _ in range(3):
        await asyncio.sleep(0)
    gone.cancel()
    with pytest.raises(asyncio.CancelledError):
        await gone
    database.gate.set()
    assert await stays == 20


async def test_on_sqlite_what_comes_while_a_batch_is_under_way_waits_for_the_next() -> None:
    database = Database(is_open=False, engine="sqlite")
    answers = [asyncio.create_task(database.lanes.answer(1))]
    await asyncio.sleep(0.01)
    answers += [asyncio.create_task(database.lanes.answer(ask)) for ask in (2, 3)]
    await asyncio.sleep(0.01)
    database.gate.set()
    assert await asyncio.gather(*answers) == [10, 20, 30]
    assert database.batches == [[1], [2, 3]]
