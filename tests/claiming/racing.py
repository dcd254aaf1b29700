"""A race for devices: many claimers at once through two processes' worth of handles, and how it ends.

Beside it the mutant that must lose: the usual way, which looks and then updates.
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from claimstack.claiming import Claims
from claimstack.claiming.gate import store
from claimstack.claiming.gate.attempt import Attempt, Outcome, Owned
from claimstack.claiming.gate.finding import Finding
from claimstack.claiming.gate.round import move_of
from claimstack.claiming.verdict import Granted, judge
from claimstack.identity import Caller
from claimstack.storage import Database, Transaction, open_database
from tests.claiming.world import World


class Claimer(Protocol):
    """Answers attempts."""

    async def claim(self, attempt: Attempt) -> Outcome: ...


@dataclass
class Result:
    """How often each device was won, by DevEUI, and how all other attempts ended."""

    winners: Counter[bytes]
    others: list[Outcome]


def claimer(number: int) -> Caller:
    """One of many."""
    return Caller(kind="user", entity=1000 + number, uid=f"claimer-{number}", credential="session")


async def race(ways: Sequence[Claimer], attempts: Sequence[Attempt]) -> Result:
    """Make all attempts at once, spread over the ways."""

    async def one(number: int, attempt: Attempt) -> tuple[Attempt, Outcome]:
        return attempt, await ways[number % len(ways)].claim(attempt)

    ended = await asyncio.gather(*(one(number, attempt) for number, attempt in enumerate(attempts)))
    winners = Counter(attempt.dev_eui for attempt, outcome in ended if isinstance(outcome, Owned))
    return Result(winners, [outcome for _, outcome in ended if not isinstance(outcome, Owned)])


async def devices(world: World, count: int) -> list[bytes]:
    """Devices of the maker, all with the same code."""
    euis = [(0x0004A31000000000 + number).to_bytes(8, "big") for number in range(count)]
    for number, dev_eui in enumerate(euis):
        await world.device(f"sensor-{number}", dev_eui=dev_eui)
    return euis


def attempts_at(world: World, euis: Sequence[bytes], claimers: int, targets: Sequence[int]) -> list[Attempt]:
    """Every claimer at every device, interleaved; claimer n into application n of the targets, round and round."""
    return [
        world.attempt(dev_eui=dev_eui, by=claimer(number), target=targets[number % len(targets)])
        for number in range(claimers)
        for dev_eui in euis
    ]


class TwoHandles:
    """Two ways to the same database, as two server processes have them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> list[Database]:
        other = await open_database(self._world.db.url)
        self._stack.push_async_callback(other.close)
        return [self._world.db, other]

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()


def claims_over(world: World, handles: Sequence[Database]) -> list[Claims]:
    """The real way."""
    return [Claims(db, world.vault, world.caps) for db in handles]


class NaiveClaims:
    """The mutant: judges what it read before the transaction, then moves without a guard."""

    def __init__(self, world: World, db: Database) -> None:
        self._world, self._db = world, db
        self._connections = asyncio.Semaphore(8)

    async def claim(self, attempt: Attempt) -> Outcome:
        async with self._connections:
            return await self._claim(attempt)

    async def _claim(self, attempt: Attempt) -> Outcome:
        row = (await self._db.read(store.findings, [attempt], 0))[0]
        found = Finding.in_row(row)
        presented = found.presented(self._world.vault, attempt)
        verdict = judge(found.facts(attempt, presented))
        if not isinstance(verdict, Granted):
            return verdict
        await self._db.transaction(_move_unguarded, found, attempt, presented)
        return Owned(row.target_uid or "", found.uid)


async def _move_unguarded(tx: Transaction, found: Finding, attempt: Attempt, presented: bytes) -> None:
    move = move_of(attempt, found, found.uid, presented)
    await tx.execute("DELETE FROM claim_code WHERE end_device = $1", move.end_device)
    await tx.execute(
        "UPDATE end_device SET application = $2, epoch = epoch + 1 WHERE id = $1", move.end_device, move.target
    )
