"""Claims at other Join Servers, from the request to the end: outbox, call, outcome; and the background that settles.

The claim's own request makes the first call. Whatever leaves no answer is asked for again by `pursue`, on any node.
"""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming_repository import store, words
from claimstack.claiming_repository.answer import Answer, Refused, Status, Unanswered
from claimstack.claiming_repository.begin import LEASE, Known, begin_claim, begin_release, wish_in
from claimstack.claiming_repository.config import Entry, longest, read_repository
from claimstack.claiming_repository.join_server import Device, JoinServer, Order
from claimstack.claiming_repository.releases import Releases, unknown
from claimstack.claiming_repository.settle import EuisTaken, Outcome, Registered, TargetGone, settle_claim
from claimstack.clock import Clock, to_micros
from claimstack.errors import ClaimstackError, NotFound
from claimstack.identity import Entity
from claimstack.settings import Settings
from claimstack.storage import Database, Row
from claimstack.vault import Vault
from claimstack.wire import v3

AT_ONCE = 8
MOST_DUE = 40
"""Claims and releases that are looked at together; of claims at most `AT_ONCE`, as each is a call."""

PURSUE_SECONDS = 0.5
log = structlog.get_logger("claimstack.claiming_repository")


class ClaimingRepository:
    """The other Join Servers, and our claims there."""

    def __init__(
        self, db: Database, vault: Vault, caps: ClaimCaps, clock: Clock, settings: Settings,
        entries: Sequence[Entry], servers: Mapping[str, JoinServer],
    ) -> None:  # fmt: skip
        self._db, self._vault, self._caps, self._clock = db, vault, caps, clock
        self._settings, self._entries, self._servers = settings, entries, servers
        self._releases = Releases(db, clock, servers)

    def covers(self, join_eui: bytes) -> bool:
        """Whether another Join Server hands out devices of this JoinEUI (8 bytes)."""
        return longest(self._entries, join_eui) is not None

    # ------------------------------------------------------------------ claim

    async def claim(self, attempt: Attempt, target: Entity) -> v3.EndDeviceIdentifiers:
        """Claim there and register here; every other outcome is raised. `claim_pending`: it goes on by itself."""
        name = self._name(attempt.join_eui)
        begun = await self._db.transaction(begin_claim, self._vault, self._caps, attempt, name)
        if isinstance(begun, Known):
            return words.identifiers(target.uid, begun.device_uid, attempt.join_eui, attempt.dev_eui)
        outcome = await self._claim(begun, attempt.correlation_id)
        if isinstance(outcome, Registered):
            return words.identifiers(target.uid, outcome.device_uid, attempt.join_eui, attempt.dev_eui)
        raise _refusal(outcome, attempt, target)

    async def _claim(self, row: Row, correlation_id: str = "") -> Outcome:
        wish = wish_in(self._vault, row)
        settings, home = self._settings, wish.home
        order = Order(
            device=Device(bytes(row["join_eui"]), bytes(row["dev_eui"])),
            code=wish.code,
            net_id=home.net_id or bytes.fromhex(settings.net_id),
            ns_id=bytes.fromhex(settings.ns_id),
            as_id=home.application_server_id or settings.as_id,
        )
        server = self._servers.get(row["join_server"])
        answer = await server.claim(order) if server else unknown(row)
        now = to_micros(self._clock.now())
        return await self._db.transaction(settle_claim, row, home, answer, now, correlation_id)

    # ------------------------------------------------------------------ release

    async def unclaim(
        self, application: Entity, devices: Sequence[v3.EndDeviceIdentifiers], actor: str, correlation_id: str = ""
    ) -> list[ClaimstackError | None]:
        """Give devices up there; why not, for each. `unclaim_pending`: it goes on by itself, also when the device is
        deleted here.
        """
        rows = await asyncio.gather(*(self._begun(application, ids, actor) for ids in devices))
        answers = await self._releases.ask(rows, correlation_id)
        return [_kept(answers[row["uid"]], ids.dev_eui) for row, ids in zip(rows, devices, strict=True)]

    async def _begun(self, application: Entity, ids: v3.EndDeviceIdentifiers, actor: str) -> Row:
        euis, now = (ids.join_eui, ids.dev_eui), to_micros(self._clock.now())
        name = self._name(ids.join_eui)
        return await self._db.transaction(
            begin_release, self._vault, euis, application.id, ids.device_id, name, actor, now
        )

    # ------------------------------------------------------------------ status

    async def status(self, ids: v3.EndDeviceIdentifiers) -> v3.GetClaimStatusResponse:
        """Where the device is at home, as its Join Server has it."""
        found = await self._servers[self._name(ids.join_eui)].status(Device(ids.join_eui, ids.dev_eui))
        if isinstance(found, Status):
            return v3.GetClaimStatusResponse(
                end_device_ids=ids, home_net_id=found.home_net_id, home_ns_id=found.home_ns_id
            )
        if isinstance(found, Refused):
            raise words.refusal(found, ids.dev_eui, is_claim=False)
        raise words.no_answer()

    async def pending(self, application: Entity, device_uid: str) -> ClaimstackError | None:
        """`claim_pending` when the application waits for a device of that id."""
        row = await store.of_device_id(self._db, application.id, device_uid)
        return words.claim_pending() if row is not None else None

    # ------------------------------------------------------------------ the background

    async def watch(self) -> None:
        """Settle what is pending, second by second, until cancelled."""
        while True:
            await asyncio.sleep(PURSUE_SECONDS)
            try:
                await self.pursue()
            except Exception as error:
                log.warning("pending claims wait", reason=type(error).__name__)

    async def pursue(self) -> int:
        """Ask again for what is due; how many were asked for."""
        now = to_micros(self._clock.now())
        rows = _at_once(await store.due(self._db, now, MOST_DUE))
        taken = [await self._db.transaction(store.take, row["uid"], row["due_at"], now + LEASE) for row in rows]
        mine = [row for row in taken if row is not None]
        claims, releases = _divided(mine)
        await asyncio.gather(self._release_again(releases), *(self._claim_again(row) for row in claims))
        return len(mine)

    async def _claim_again(self, row: Row) -> None:
        _tell(row, await self._claim(row))

    async def _release_again(self, rows: Sequence[Row]) -> None:
        answers = await self._releases.ask(rows)
        for row in rows:
            _tell(row, answers[row["uid"]])

    async def close(self) -> None:
        """Close connections."""
        await asyncio.gather(*(server.close() for server in self._servers.values()))

    def _name(self, join_eui: bytes) -> str:
        entry = longest(self._entries, join_eui)
        if entry is None:
            raise words.not_supported(join_eui)
        return entry.name


def open_repository(
    db: Database, vault: Vault, caps: ClaimCaps, clock: Clock, settings: Settings
) -> ClaimingRepository | None:
    """The repository that the settings name; None when they name none. `RepositoryError` is one line."""
    if settings.claiming_repository is None:
        return None
    entries = read_repository(Path(settings.claiming_repository))
    servers = {entry.name: _server(entry) for entry in entries}
    return ClaimingRepository(db, vault, caps, clock, settings, entries, servers)


def _server(entry: Entry) -> JoinServer:
    # Imported here: who claims nowhere else need not load an HTTP client.
    from claimstack.claiming_repository.claimstack import Claimstack
    from claimstack.claiming_repository.ttjs_v2 import TtjsV2

    return Claimstack(entry.endpoint) if entry.type == "claimstack" else TtjsV2(entry.endpoint)


def _divided(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Claims, and what is given up."""
    claims = [row for row in rows if row["state"] == "claiming"]
    return claims, [row for row in rows if row["state"] != "claiming"]


def _at_once(rows: Sequence[Row]) -> list[Row]:
    """As much as is asked for at one time: of claims fewer, since each is a call."""
    claims, releases = _divided(rows)
    return claims[:AT_ONCE] + releases


def _tell(row: Row, outcome: Outcome | Answer) -> None:
    log.info(
        "claim at another Join Server", state=row["state"], join_server=row["join_server"],
        dev_eui=bytes(row["dev_eui"]).hex().upper(), outcome=type(outcome).__name__,
    )  # fmt: skip


def _kept(answer: Answer, dev_eui: bytes) -> ClaimstackError | None:
    """Why a device is not given up; None when it is."""
    if isinstance(answer, Unanswered):
        return words.unclaim_pending()
    return words.refusal(answer, dev_eui, is_claim=False) if isinstance(answer, Refused) else None


def _refusal(outcome: Outcome, attempt: Attempt, target: Entity) -> ClaimstackError:
    if isinstance(outcome, Unanswered):
        return words.claim_pending()
    if isinstance(outcome, EuisTaken):
        return words.euis_taken(attempt.join_eui, attempt.dev_eui)
    if isinstance(outcome, TargetGone):
        text = "application `{application_id}` not found"
        return NotFound("pkg/identityserver/store", "application_not_found", text, application_id=target.uid)
    if isinstance(outcome, Refused):
        return words.refusal(outcome, attempt.dev_eui, is_claim=True)
    raise TypeError(outcome)
