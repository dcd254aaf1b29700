"""Claims given up at other Join Servers: many with one call where the dialect has one, and each settled by itself."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from claimstack.claiming_repository import store
from claimstack.claiming_repository.answer import Answer, Unanswered
from claimstack.claiming_repository.begin import LEASE
from claimstack.claiming_repository.join_server import Device, JoinServer
from claimstack.claiming_repository.settle import settle_release
from claimstack.clock import Clock, to_micros
from claimstack.storage import Database, Row

Answers = dict[str, Answer]
"""What became of claims, by their names."""


class Releases:
    """Asks Join Servers to take back what is noted as given up, and notes what they answer."""

    def __init__(self, db: Database, clock: Clock, servers: Mapping[str, JoinServer]) -> None:
        self._db, self._clock, self._servers = db, clock, servers

    async def ask(self, rows: Sequence[Row], correlation_id: str = "") -> Answers:
        """Ask for all of these, whose lease is ours."""
        most = {name: server.together for name, server in self._servers.items()}
        found = await asyncio.gather(*(self._company(company, correlation_id) for company in companies(rows, most)))
        return {name: answer for answers in found for name, answer in answers.items()}

    async def _company(self, rows: Sequence[Row], correlation_id: str) -> Answers:
        if len(rows) == 1:
            return {rows[0]["uid"]: await self._alone(rows[0], correlation_id)}
        told = await self._servers[rows[0]["join_server"]].release_many([_device(row) for row in rows])
        answers = await asyncio.gather(*(self._each(row, told.get(_device(row)), correlation_id) for row in rows))
        return {row["uid"]: answer for row, answer in zip(rows, answers, strict=True)}

    async def _each(self, row: Row, told: Answer | None, correlation_id: str) -> Answer:
        if told is not None:
            return await self._settled(row, told, correlation_id)
        # Another call takes another lease: who waits for the end of the first may not be asked for twice at once.
        until = to_micros(self._clock.now()) + LEASE
        mine = await self._db.transaction(store.take, row["uid"], row["due_at"], until)
        return Unanswered("taken up by another node") if mine is None else await self._alone(mine, correlation_id)

    async def _alone(self, row: Row, correlation_id: str) -> Answer:
        server = self._servers.get(row["join_server"])
        answer = await server.release(_device(row)) if server else unknown(row)
        return await self._settled(row, answer, correlation_id)

    async def _settled(self, row: Row, answer: Answer, correlation_id: str) -> Answer:
        now = to_micros(self._clock.now())
        return await self._db.transaction(settle_release, row, answer, now, correlation_id)


def companies(rows: Sequence[Row], most: Mapping[str, int]) -> Iterator[Sequence[Row]]:
    """The claims that one call gives up together; `most`: how many each Join Server takes.

    Who was asked for in vain before is asked for in half the company, at last alone: one that a Join Server fails on,
    or a call that takes it too long, does not keep the others waiting for ever.
    """

    def size(row: Row) -> int:
        in_vain = int(row["unanswered"]) // 2  # a call counts when it is begun, and again when it had no answer
        return max(1, most.get(row["join_server"], 1) >> in_vain)

    def kind(row: Row) -> tuple[str, int]:
        return row["join_server"], size(row)

    for (_, together), alike in groupby(sorted(rows, key=kind), key=kind):
        members = list(alike)
        yield from (members[at : at + together] for at in range(0, len(members), together))


def unknown(row: Row) -> Unanswered:
    """Its Join Server is in the repository no more."""
    return Unanswered(f"no Join Server `{row['join_server']}` in the claiming repository")


def _device(row: Row) -> Device:
    return Device(bytes(row["join_eui"]), bytes(row["dev_eui"]))
