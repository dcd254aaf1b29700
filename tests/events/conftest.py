"""Two applications, a device in one of them, the rights of a caller, and streams that are read message by message."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from claimstack.calls import Call
from claimstack.errors import PermissionDenied
from claimstack.events import Event, Events, post
from claimstack.identity.caller import Caller
from claimstack.storage import Database
from claimstack.storage.database import Transaction
from claimstack.wire import v3
from tests.conftest import NOW

DEVICES_READ = 20


def application(uid: str) -> v3.EntityIdentifiers:
    return v3.EntityIdentifiers(application_ids=v3.ApplicationIdentifiers(application_id=uid))


def device(uid: str, application_uid: str) -> v3.EntityIdentifiers:
    ids = v3.EndDeviceIdentifiers(device_id=uid)
    ids.application_ids.application_id = application_uid
    return v3.EntityIdentifiers(device_ids=ids)


@dataclass(frozen=True)
class Sighted:
    id: int
    rights: int


@dataclass
class People:
    """Who may do what, changed by tests; applications by id in text: surrogate key and rights."""

    rights: dict[str, Sighted] = field(default_factory=dict)
    asked: int = 0

    async def __call__(self, call: Call, kind: str, uid: str) -> Sighted:
        self.asked += 1
        if uid not in self.rights:
            raise PermissionDenied("pkg/auth/rights", "no_application_rights", "no rights", uid=uid)
        return self.rights[uid]


class House:
    """The applications `maker-app` (1) and `owner-app` (2), and device `dev` (1) in the first."""

    def __init__(self, db: Database) -> None:
        self.db, self.people = db, People()
        every = 2**63 - 1
        self.people.rights = {"maker-app": Sighted(1, every), "owner-app": Sighted(2, every)}
        self.events = Events(db, self.people)

    async def furnish(self) -> None:
        async def rows(tx: Transaction) -> None:
            for uid in ("maker-app", "owner-app"):
                await tx.execute(
                    "INSERT INTO application (uid, body, created_at, updated_at) VALUES ($1, $2, 1, 1)", uid, b""
                )
            await tx.execute(
                "INSERT INTO end_device (application, uid, is_body, maker_application, created_at, updated_at)"
                " VALUES (1, 'dev', $1, 1, 1, 1)",
                b"",
            )

        await self.db.transaction(rows)

    async def claim(self) -> None:
        """The device changes hands, and the new owner is told."""

        async def rows(tx: Transaction) -> None:
            await tx.execute("UPDATE end_device SET application = 2, epoch = epoch + 1 WHERE id = 1")
            await post(tx, self.event("claimed", entity=2, epoch=2, device_uid="dev"))

        await self.db.transaction(rows)

    def event(
        self, name: str, entity: int = 1, epoch: int | None = None, device_uid: str = "", **more: object
    ) -> Event:
        uid = "maker-app" if entity == 1 else "owner-app"
        words = {
            "name": name,
            "occurred_at": 10**15,
            "entity_kind": "application",
            "entity": entity,
            "identifiers": device(device_uid, uid) if device_uid else application(uid),
            "visibility": (DEVICES_READ,),
            "end_device": 1 if device_uid else None,
            "epoch": epoch,
        }
        return Event(**{**words, **more})  # type: ignore[arg-type]

    async def tell(self, name: str, **more: object) -> None:
        """Post an event and commit."""
        await self.db.transaction(post, self.event(name, **more))  # type: ignore[arg-type]

    def call(self) -> Call:
        return Call(method="Stream", now=NOW, caller=Caller("user", 1, "maker"), correlation_id="c" * 32)

    def stream(self, *identifiers: v3.EntityIdentifiers, **words: object) -> "Reading":
        request = v3.StreamEventsRequest(identifiers=identifiers, **words)  # type: ignore[arg-type]
        return Reading(self.events.Stream(request, self.call()))


class Reading:
    """A stream that is read one message at a time."""

    def __init__(self, messages: AsyncIterator[v3.Event]) -> None:
        self._messages = messages

    async def next(self) -> v3.Event:
        """The next message; an error when there is none within 5 s."""
        return await asyncio.wait_for(anext(self._messages), 5)

    async def names(self, count: int) -> list[str]:
        return [(await self.next()).name for _ in range(count)]

    async def close(self) -> None:
        await self._messages.aclose()  # type: ignore[attr-defined]


@pytest.fixture
async def house(db: Database) -> House:
    made = House(db)
    await made.furnish()
    return made
