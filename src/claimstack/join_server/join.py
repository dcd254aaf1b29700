"""The join: a device that asks gets a session, once for each DevNonce, by one transaction for all that ask at once."""

from collections.abc import Sequence

from claimstack.join_server import store
from claimstack.join_server.decide import Note, decide_join
from claimstack.join_server.wish import Joined, Refused, Why, Wish
from claimstack.lorawan import NetID
from claimstack.storage import Transaction
from claimstack.vault import Vault

Outcome = Joined | Refused | None


async def join_end_devices(tx: Transaction, vault: Vault, own: NetID, wishes: Sequence[Wish]) -> list[Outcome]:
    """How each join-request ends, in the same order; None: somebody else was faster with the device, ask again.

    No two wishes are about the same EUI pair. `own` is the NetID of this cluster.
    """
    devices = await store.devices(tx, [wish.key for wish in wishes])
    outcomes: list[Outcome] = []
    notes: list[Note] = []
    for wish, found in zip(wishes, devices, strict=True):
        decided = Refused(Why.UNKNOWN_DEVICE) if found is None else decide_join(vault, found, wish, own)
        if isinstance(decided, Refused):
            outcomes.append(decided)
        else:
            outcomes.append(decided[0])
            notes.append(decided[1])
    written = await store.note(tx, notes) if notes else set()
    return [
        None if isinstance(outcome, Joined) and wish.key not in written else outcome
        for wish, outcome in zip(wishes, outcomes, strict=True)
    ]
