"""Batches on their way to the database: what waits goes together, when one waits it goes alone and at once.

A batch of up to 64 costs little more than one, so what comes while others are under way waits for the next: two on
PostgreSQL, one on SQLite. There a second one would only take who came first, and have a commit to itself.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from claimstack.storage.database import Engine
from claimstack.storage.errors import Busy, CommitUnknown

MOST_A_BATCH = 64
MOST_LANES: Mapping[Engine, int] = {"sqlite": 1, "postgresql": 2}
Ask = TypeVar("Ask")
Outcome = TypeVar("Outcome")


class Lanes(Generic[Ask, Outcome]):
    """Answers each ask after the commit of its batch.

    `together` carries a batch, in order; when one ask spoils it for all, `alone` carries each, so that only that one
    fails. Asks of one `key` never go together, nor while one of them is under way.
    """

    def __init__(
        self,
        together: Callable[[Sequence[Ask]], Awaitable[Sequence[Outcome]]],
        alone: Callable[[Ask], Awaitable[Outcome]],
        key: Callable[[Ask], Hashable] = id,
        engine: Engine = "postgresql",
    ) -> None:
        self._together, self._alone, self._key = together, alone, key
        self._most_lanes = MOST_LANES[engine]
        self._waiting: deque[tuple[Ask, asyncio.Future[Outcome]]] = deque()
        self._under_way: set[Hashable] = set()
        self._lanes: set[Any] = set()

    async def answer(self, ask: Ask) -> Outcome:
        """How it ends. `Busy` or `CommitUnknown` when the database gives no answer."""
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((ask, answer))
        if len(self._lanes) < self._most_lanes:
            self._lanes.add(asyncio.create_task(self._lane(), context=contextvars.Context()))
        return await answer

    async def _lane(self) -> None:
        try:
            while batch := self._batch():
                await self._carry(list(batch.values()))
                self._under_way -= batch.keys()
        finally:  # at once: who came before a callback had told of the end would wait for a lane that is no more
            self._lanes.discard(asyncio.current_task())

    def _batch(self) -> dict[Hashable, tuple[Ask, "asyncio.Future[Outcome]"]]:
        """What goes next, each key once; one that another lane has under way waits for that lane."""
        batch: dict[Hashable, tuple[Ask, asyncio.Future[Outcome]]] = {}
        later: list[tuple[Ask, asyncio.Future[Outcome]]] = []
        while self._waiting and len(batch) < MOST_A_BATCH:
            one = self._waiting.popleft()
            key = self._key(one[0])
            if key in batch or key in self._under_way:
                later.append(one)
            else:
                batch[key] = one
        self._waiting.extendleft(reversed(later))
        self._under_way |= batch.keys()
        return batch

    async def _carry(self, batch: Sequence[tuple[Ask, "asyncio.Future[Outcome]"]]) -> None:
        try:
            outcomes = await self._together([ask for ask, _ in batch])
        except (Busy, CommitUnknown) as error:
            for _, answer in batch:
                _fail(answer, error)
        except Exception:  # one of them spoils it for all
            for ask, answer in batch:
                await self._carry_alone(ask, answer)
        else:
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                _answer(answer, outcome)

    async def _carry_alone(self, ask: Ask, answer: "asyncio.Future[Outcome]") -> None:
        try:
            _answer(answer, await self._alone(ask))
        except Exception as error:  # whatever happens, nobody is left waiting
            _fail(answer, error)


def _answer(answer: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
    if not answer.done():  # who went away gets no answer; what is committed stands
        answer.set_result(outcome)


def _fail(answer: "asyncio.Future[Any]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
