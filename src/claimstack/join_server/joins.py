"""Joins on their way to the database: those that wait go together, when one waits it goes alone and at once.

No batch has two requests of one device, and no two batches at once: the second one waits for the next.
"""

import asyncio
import contextvars
from collections import deque
from collections.abc import Sequence

from claimstack.join_server.join import Outcome, join_end_devices
from claimstack.join_server.rejoin import LostRace, rejoin_end_device
from claimstack.join_server.wish import Joined, Refused, Wish
from claimstack.lorawan import NetID
from claimstack.lorawan.otaa import RejoinRequest
from claimstack.storage import Busy, Database
from claimstack.storage.errors import CommitUnknown
from claimstack.vault import Vault

MOST_A_BATCH = 64
MOST_LANES = 2
TRIES = 8
Key = tuple[bytes, bytes]
Waiting = tuple[Wish, "asyncio.Future[Outcome]"]


class Joins:
    """Takes join- and rejoin-requests and answers each after its nonces are durable. `own`: the cluster's NetID."""

    def __init__(self, db: Database, vault: Vault, own: NetID) -> None:
        self._db, self._vault, self._own = db, vault, own
        self._waiting: deque[Waiting] = deque()
        self._lanes: set[asyncio.Task[None]] = set()
        self._under_way: set[Key] = set()

    async def join(self, wish: Wish) -> Joined | Refused:
        """How it ends. `Busy` or `CommitUnknown`: the database gives no answer; the device tries again."""
        for _ in range(TRIES):
            outcome = await self._tried(wish)
            if outcome is not None:
                return outcome
        raise Busy("the device joins all the time")

    async def _tried(self, wish: Wish) -> Outcome:
        if isinstance(wish.request, RejoinRequest):
            return await self._rejoined(wish)
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((wish, answer))
        if len(self._lanes) < MOST_LANES:
            lane = asyncio.create_task(self._lane(), context=contextvars.Context())
            self._lanes.add(lane)
            lane.add_done_callback(self._lanes.discard)
        return await answer

    async def _rejoined(self, wish: Wish) -> Outcome:
        try:
            return await self._db.transaction(rejoin_end_device, self._vault, wish, self._own)
        except LostRace:
            return None

    async def _together(self, wishes: Sequence[Wish]) -> list[Outcome]:
        return await self._db.transaction(join_end_devices, self._vault, self._own, wishes)

    async def _lane(self) -> None:
        while batch := self._batch():
            await self._carry(list(batch.values()))
            self._under_way -= batch.keys()

    def _batch(self) -> dict[Key, Waiting]:
        """What goes next, each device once; one that another lane has under way waits for that lane."""
        batch: dict[Key, Waiting] = {}
        later: list[Waiting] = []
        while self._waiting and len(batch) < MOST_A_BATCH:
            one = self._waiting.popleft()
            if one[0].key in batch or one[0].key in self._under_way:
                later.append(one)
            else:
                batch[one[0].key] = one
        self._waiting.extendleft(reversed(later))
        self._under_way |= batch.keys()
        return batch

    async def _carry(self, batch: Sequence[Waiting]) -> None:
        try:
            outcomes = await self._together([wish for wish, _ in batch])
        except (Busy, CommitUnknown) as error:
            for _, answer in batch:
                _fail(answer, error)
        except Exception:  # one of them spoils it for all: each by itself, so that only that one fails
            for wish, answer in batch:
                await self._answer_alone(wish, answer)
        else:
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                _answer(answer, outcome)

    async def _answer_alone(self, wish: Wish, answer: "asyncio.Future[Outcome]") -> None:
        try:
            _answer(answer, (await self._together([wish]))[0])
        except Exception as error:
            _fail(answer, error)


def _answer(answer: "asyncio.Future[Outcome]", outcome: Outcome) -> None:
    if not answer.done():  # who went away gets no answer; the nonce stays used
        answer.set_result(outcome)


def _fail(answer: "asyncio.Future[Outcome]", error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
