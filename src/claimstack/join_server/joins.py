"""Joins on their way to the database, in batches; a rejoin goes by itself.

No batch has two requests of one device, and no two batches at once: the second one waits for the next.
"""

from collections.abc import Sequence

from claimstack.join_server.join import Outcome, join_end_devices
from claimstack.join_server.rejoin import LostRace, rejoin_end_device
from claimstack.join_server.wish import Joined, Refused, Wish
from claimstack.lorawan import NetID
from claimstack.lorawan.otaa import RejoinRequest
from claimstack.storage import Busy, Database, Lanes
from claimstack.vault import Vault

TRIES = 8


class Joins:
    """Takes join- and rejoin-requests and answers each after its nonces are durable. `own`: the cluster's NetID."""

    def __init__(self, db: Database, vault: Vault, own: NetID) -> None:
        self._db, self._vault, self._own = db, vault, own
        self._lanes: Lanes[Wish, Outcome] = Lanes(self._together, self._alone, lambda wish: wish.key)

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
