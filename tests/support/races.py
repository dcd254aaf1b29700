"""Two verbs at the same time, so that the second begins while the first has written and not yet committed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from claimstack.storage import Database, Transaction

Deed = Callable[[Transaction], Awaitable[Any]]
LONG_ENOUGH = 0.5  # seconds for the second to get through, if nothing holds it back


async def overlapping(db: Database, first: Deed, second: Deed) -> list[Any]:
    """What came of both: values or exceptions. SQLite writes one after the other in any case."""
    if db.engine == "sqlite":
        return [*await asyncio.gather(db.transaction(first), db.transaction(second), return_exceptions=True)]
    written, commit = asyncio.Event(), asyncio.Event()

    async def slowly(tx: Transaction) -> Any:
        value = await first(tx)
        written.set()
        await commit.wait()
        return value

    one = asyncio.create_task(db.transaction(slowly))
    await asyncio.wait({one, asyncio.create_task(written.wait())}, return_when=asyncio.FIRST_COMPLETED)
    two = asyncio.create_task(db.transaction(second))
    await asyncio.wait({two}, timeout=LONG_ENOUGH)
    commit.set()
    return [*await asyncio.gather(one, two, return_exceptions=True)]
