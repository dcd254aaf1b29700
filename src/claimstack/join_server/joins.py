"""Joins on their way to the database, in batches; a rejoin goes by itself.

No batch has two requests of one device, and no two batches at once: the second one waits for the next. What joined is
told afterwards, a moment later and many at once, so that no device waits for it.
"""

import asyncio
from collections.abc import Sequence

import structlog

from claimstack.join_server.join import Outcome, join_end_devices
from claimstack.join_server.rejoin import LostRace, rejoin_end_device
from claimstack.join_server.telling import tell
from claimstack.join_server.wish import Joined, Refused, Wish
from claimstack.lorawan import NetID
from claimstack.lorawan.otaa import RejoinRequest
from claimstack.storage import Busy, Database, Lanes
from claimstack.vault import Vault

log = structlog.get_logger("claimstack.join_server")
TRIES = 8
TELL_SECONDS = 0.25
MOST_TOLD = 100
"""Of one node each `TELL_SECONDS`; of more joins no event is made: nobody could watch them, and joins come first."""


class Joins:
    """Takes join- and rejoin-requests and answers each after its nonces are durable. `own`: the cluster's NetID."""

    def __init__(self, db: Database, vault: Vault, own: NetID) -> None:
        self._db, self._vault, self._own = db, vault, own
        self._lanes: Lanes[Wish, Outcome] = Lanes(self._together, self._alone, lambda wish: wish.key, db.engine)
        self._joined: list[Wish] = []
        self._telling: asyncio.Task[None] | None = None

    async def join(self, wish: Wish) -> Joined | Refused:
        """How it ends. `Busy` or `CommitUnknown`: the database gives no answer; the device tries again."""
        for _ in range(TRIES):
            outcome = await self._tried(wish)
            if outcome is not None:
                if isinstance(outcome, Joined):
                    self._tell_later(wish)
                return outcome
        raise Busy("the device joins all the time")

    async def _tried(self, wish: Wish) -> Outcome:
        if isinstance(wish.request, RejoinRequest):
            return await self._rejoined(wish)
        return await self._lanes.answer(wish)

    async def _rejoined(self, wish: Wish) -> Outcome:
        try:
            return await self._db.transaction(rejoin_end_device, self._vault, wish, self._own)
        except LostRace:
            return None

    async def _together(self, wishes: Sequence[Wish]) -> list[Outcome]:
        return await self._db.transaction(join_end_devices, self._vault, self._own, wishes)

    async def _alone(self, wish: Wish) -> Outcome:
        return (await self._together([wish]))[0]

    async def told(self) -> None:
        """Until there is an event of what has joined so far."""
        if self._telling is not None:
            await asyncio.wait({self._telling})

    def _tell_later(self, wish: Wish) -> None:
        if len(self._joined) < MOST_TOLD:
            self._joined.append(wish)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        await asyncio.sleep(TELL_SECONDS)
        told, self._joined = self._joined, []
        try:
            await self._db.transaction(tell, told)
        except Exception as error:  # the joins are made; only watchers miss something
            log.warning("joins cannot be told", kind=type(error).__name__, joins=len(told))
