"""The claim: an attempt with the code on the label moves a device, once and for good, into the claimer's application.

One transaction: hold the device and the claimer, look, judge, move, write down. A refusal commits too, so that the
failure it counts is never refunded by a crash. No answer leaves before the commit.
"""

from collections.abc import Sequence

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.gate import store
from claimstack.claiming.gate.attempt import Attempt, Outcome
from claimstack.claiming.gate.round import Round
from claimstack.storage import Transaction
from claimstack.vault import Vault


async def claim_end_devices(
    tx: Transaction, vault: Vault, caps: ClaimCaps, attempts: Sequence[Attempt]
) -> list[Outcome]:
    """How each attempt ends, in the same order; rights on the targets are checked before.

    `GateClosed` when code, authorization or owner changed meanwhile: nothing is written, run it again.
    """
    await store.hold(tx, attempts)
    now = max(attempt.now for attempt in attempts)
    outcomes: dict[int, Outcome] = {}
    waiting = dict(enumerate(attempts))
    while waiting:
        found = await store.findings(tx, list(waiting.values()), now - caps.overall_window)
        round_ = Round(vault, caps, now)
        for (at, attempt), row in zip(waiting.items(), found, strict=True):
            if (outcome := round_.decide(attempt, row)) is not None:
                outcomes[at] = outcome
        await round_.write(tx)
        waiting = {at: attempt for at, attempt in waiting.items() if at not in outcomes}
    return [outcomes[at] for at in range(len(attempts))]
