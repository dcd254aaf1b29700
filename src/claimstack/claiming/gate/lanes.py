"""Claims on their way to the database: one by one on SQLite, in batches on PostgreSQL.

SQLite's writer joins waiting transactions by itself. On PostgreSQL a batch of up to 64 costs little more than one
claim, so what waits while two batches are under way goes together; when one waits, it goes alone and at once.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Sequence

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.claim import claim_end_devices
from claimstack.claiming.gate.attempt import Attempt, Outcome
from claimstack.claiming.gate.round import GateClosed
from claimstack.storage import Busy, Database
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import Vault

MOST_A_BATCH = 64
MOST_LANES = 2
TRIES = 4
Waiting = tuple[Attempt, "asyncio.Future[Outcome]"]


class Claims:
    """Takes attempts and answers each after its commit."""

    def __init__(self, db: Database, vault: Vault, caps: ClaimCaps) -> None:
        self._db, self._vault, self._caps = db, vault, caps
        self._waiting: deque[Waiting] = deque()
        self._lanes: set[asyncio.Task[None]] = set()

    async def claim(self, attempt: Attempt) -> Outcome:
        """How the attempt ends. `Busy` or `CommitUnknown` when the database gives no answer; then try again."""
        if self._db.engine == "sqlite":
            return await self._alone(attempt)
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((attempt, answer))
        if len(self._lanes) < MOST_LANES:
            lane = asyncio.create_task(self._lane(), context=contextvars.Context())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await answer

    async def _lane(self) -> None:
        while self._waiting:
            await self._carry([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_A_BATCH))])

    async def _carry(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._together([attempt for attempt, _ in batch])
        except (Busy, CommitUnknown) as error:
            for _, answer in batch:
                _fail(answer, error)
        except Exception:  # one of them spoils it for all: each by itself, so that only that one fails
            for attempt, answer in batch:
                await self._answer_alone(attempt, answer)
        else:
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                _answer(answer, outcome)

    async def _answer_alone(self, attempt: Attempt, answer: "asyncio.Future[Outcome]") -> None:
        try:
            _answer(answer, await self._alone(attempt))
        except Exception as error:
            _fail(answer, error)

    async def _together(self, attempts: Sequence[Attempt]) -> list[Outcome]:
        return await self._db.transaction(claim_end_devices, self._vault, self._caps, attempts)

    async def _alone(self, attempt: Attempt) -> Outcome:
        for _ in range(TRIES):
            try:
                return (await self._together([attempt]))[0]
            except GateClosed:
                continue
        raise Busy("the device changes all the time")


def _answer(answer: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
    if not answer.done():  # who went away gets no answer; the claim stands
        answer.set_result(outcome)


def _fail(answer: "asyncio.Future[Outcome]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
