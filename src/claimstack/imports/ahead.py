"""One step ahead: the next of a sequence is made while the present one is worked on, and no more than that."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import TypeVar

T = TypeVar("T")


async def ahead(items: AsyncGenerator[T, None]) -> AsyncGenerator[T, None]:
    """The items in their order. Whatever happens here, `items` is closed, and nothing of it runs on."""
    async with contextlib.aclosing(items):
        following = _next(items)
        try:
            while (found := await following) is not None:
                following = _next(items)
                yield found[0]
        finally:
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)


def _next(items: AsyncGenerator[T, None]) -> asyncio.Task[tuple[T] | None]:
    async def one() -> tuple[T] | None:
        async for item in items:
            return (item,)
        return None

    return asyncio.create_task(one())
