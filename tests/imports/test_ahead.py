"""One step ahead, and no more; whoever stops leaves nothing running."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import pytest

from claimstack.imports.ahead import ahead


class Numbers:
    """A sequence that tells how far it was made, and whether it was closed."""

    def __init__(self, fails_at: int = -1) -> None:
        self.made, self.is_closed, self._fails_at = 0, False, fails_at

    async def some(self) -> AsyncGenerator[int, None]:
        try:
            for number in range(5):
                await asyncio.sleep(0)
                if number == self._fails_at:
                    raise ValueError("at its end")
                self.made += 1
                yield number
        finally:
            self.is_closed = True


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_it_works() -> None:
    numbers = Numbers()
    assert [number async for number in ahead(numbers.some())] == [0, 1, 2, 3, 4]
    assert numbers.is_closed


async def test_the_next_is_made_meanwhile_and_no_more_than_that() -> None:
    numbers = Numbers()
    async with contextlib.aclosing(ahead(numbers.some())) as items:
        assert await anext(items) == 0
        await turns()
        assert numbers.made == 2


async def test_who_stops_leaves_nothing_open() -> None:
    numbers = Numbers()
    async with contextlib.aclosing(ahead(numbers.some())) as items:
        await anext(items)
    made = numbers.made
    await turns()
    assert (numbers.is_closed, numbers.made) == (True, made)


async def test_a_failure_comes_in_its_turn() -> None:
    items = ahead(Numbers(fails_at=2).some())
    assert [await anext(items), await anext(items)] == [0, 1]
    with pytest.raises(ValueError, match="at its end"):
        await anext(items)
