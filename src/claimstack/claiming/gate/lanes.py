"""Claims on their way to the database: one by one while they come one by one, in batches when they come together."""

from collections.abc import Sequence

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.claim import claim_end_devices
from claimstack.claiming.gate.attempt import Attempt, Outcome
from claimstack.claiming.gate.round import GateClosed
from claimstack.storage import Busy, Database, Lanes
from claimstack.vault import Vault

TRIES = 4


class Claims:
    """Takes attempts and answers each after its commit."""

    def __init__(self, db: Database, vault: Vault, caps: ClaimCaps) -> None:
        self._db, self._vault, self._caps = db, vault, caps
        self._lanes: Lanes[Attempt, Outcome] = Lanes(self._together, self._alone, engine=db.engine)

    async def claim(self, attempt: Attempt) -> Outcome:
        """How the attempt ends. `Busy` or `CommitUnknown` when the database gives no answer; then try again."""
        return await self._lanes.answer(attempt)

    async def _together(self, attempts: Sequence[Attempt]) -> list[Outcome]:
        return await self._db.transaction(claim_end_devices, self._vault, self._caps, attempts)

    async def _alone(self, attempt: Attempt) -> Outcome:
        for _ in range(TRIES):
            try:
                return (await self._together([attempt]))[0]
            except GateClosed:
                continue
        raise Busy("the device changes all the time")
