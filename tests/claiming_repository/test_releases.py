"""Several devices given up together: one call where the dialect has one, each settled by itself, whatever gets lost."""

from collections.abc import AsyncIterator, Sequence

import pytest

from claimstack.claiming_repository import store
from claimstack.claiming_repository.answer import Answer, Done, Refused, Unanswered, Why
from claimstack.claiming_repository.begin import SECOND, begin_release
from claimstack.claiming_repository.releases import Releases, companies
from claimstack.claiming_repository.ttjs_v2 import TtjsV2
from claimstack.clock import Clock
from claimstack.identity import Caller
from claimstack.storage import Database, Row
from claimstack.vault import Vault
from tests.claiming_repository.conftest import BY_API, BY_NETWORK, Two
from tests.claiming_repository.network import Network
from tests.claiming_repository.test_repository import Sale, name_of
from tests.support.devices import JOIN_EUI
from tests.support.people import NOW, a_user, an_application

ABSENT = Refused(Why.ABSENT, "device is not claimed")
UIDS = ("one", "two", "three")


def eui(number: int) -> str:
    return f"{0x0004A30B00AA0000 + number:016X}"


class Desk:
    """Three devices of an owner at a Join Server that has none of them any more but those in `holds`."""

    def __init__(self, db: Database, vault: Vault, owner: Caller, application: int) -> None:
        self.db, self._vault, self._owner, self._application = db, vault, owner, application
        self.holds = {eui(number) for number in range(3)}
        self.network = Network(self._says)

    async def open(self) -> None:
        client: TtjsV2 = await self.network.open()
        self.releases = Releases(self.db, Clock(), {"network": client})

    def _says(self, euis: list[str]) -> tuple[int, object]:
        gone = [one for one in euis if one not in self.holds]
        self.holds -= set(euis)
        if len(euis) == 1:
            return (404, {"message": "device is not claimed"}) if gone else (200, b"")
        return (400, {one: {"message": "device is not claimed"} for one in gone}) if gone else (204, b"")

    async def noted(self) -> Sequence[Row]:
        """Noted as to be given up, before the first call."""
        return [await self._noted(number, uid) for number, uid in enumerate(UIDS)]

    async def _noted(self, number: int, uid: str) -> Row:
        euis = JOIN_EUI, bytes.fromhex(eui(number))
        return await self.db.transaction(
            begin_release, self._vault, euis, self._application, uid, "network", self._owner.principal + ":x", NOW
        )

    async def answers(self, rows: Sequence[Row]) -> list[Answer]:
        found = await self.releases.ask(rows)
        return [found[row["uid"]] for row in rows]

    async def left(self) -> list[str]:
        rows, _ = await store.page_of(self.db, self._application, 10, 0)
        return [row["device_uid"] for row in rows]

    @property
    def calls(self) -> list[str]:
        return [path.rpartition("/")[0].rpartition("/")[2] for path in self.network.heard]


@pytest.fixture
async def desk(db: Database, vault: Vault) -> AsyncIterator[Desk]:
    owner = await a_user(db, "owner")
    made = Desk(db, vault, owner, await an_application(db, "owner-app", owner))
    await made.open()
    yield made
    await made.network.close()


async def test_devices_of_one_join_server_are_given_up_with_one_call(desk: Desk) -> None:
    assert await desk.answers(await desk.noted()) == [Done()] * 3
    assert desk.calls == [",".join(eui(number) for number in range(3))]
    assert await desk.left() == []


async def test_one_that_failed_among_them_is_asked_for_alone(desk: Desk) -> None:
    desk.holds.remove(eui(1))
    assert await desk.answers(await desk.noted()) == [Done(), ABSENT, Done()]
    assert desk.calls[1:] == [eui(1)]
    assert await desk.left() == []


async def test_after_a_lost_answer_the_same_again_does_no_harm(desk: Desk) -> None:
    rows = await desk.noted()
    desk.holds.clear()  # the first call came through, and its caller died
    assert await desk.answers(rows) == [ABSENT] * 3
    assert await desk.left() == []


async def test_without_an_answer_all_of_them_wait(desk: Desk) -> None:
    desk.network.says = lambda euis: (500, b"")
    assert await desk.answers(await desk.noted()) == [Unanswered("HTTP status 500")] * 3
    assert len(desk.calls) == 1
    assert sorted(await desk.left()) == sorted(UIDS)


async def test_a_join_server_without_that_path_is_asked_for_each(desk: Desk) -> None:
    desk.network.says = lambda euis: (404, {"message": "what?"}) if len(euis) > 1 else (200, b"")
    assert await desk.answers(await desk.noted()) == [Done()] * 3
    assert sorted(desk.calls[1:]) == [eui(number) for number in range(3)]


async def test_whom_another_node_took_up_meanwhile_is_left_to_it(desk: Desk) -> None:
    rows = await desk.noted()
    desk.holds.clear()
    await desk.db.transaction(store.take, rows[1]["uid"], rows[1]["due_at"], NOW + 60 * SECOND)
    answers = await desk.answers(rows)
    assert (answers[0], answers[2]) == (ABSENT, ABSENT)
    assert isinstance(answers[1], Unanswered)
    assert await desk.left() == ["two"]


def row(name: str, server: str = "network", unanswered: int = 0) -> Row:
    return {"uid": name, "join_server": server, "unanswered": unanswered}


def sizes(rows: Sequence[Row]) -> list[int]:
    return sorted(len(company) for company in companies(rows, {"network": 20, "sister": 1}))


def test_a_call_takes_as_many_as_its_join_server_does() -> None:
    assert sizes([row(f"{n}") for n in range(45)]) == [5, 20, 20]
    assert sizes([row(f"{n}", "sister") for n in range(3)]) == [1, 1, 1]
    assert sizes([row("1"), row("2", "sister"), row("3", "gone"), row("4", "gone")]) == [1, 1, 1, 1]


@pytest.mark.parametrize(("unanswered", "most"), [(0, 20), (1, 20), (2, 10), (3, 10), (4, 5), (6, 2), (8, 1), (99, 1)])
def test_who_was_asked_for_in_vain_comes_in_smaller_company(unanswered: int, most: int) -> None:
    rows = [row(f"{n}", unanswered=unanswered) for n in range(20)]
    assert max(sizes(rows)) == most
    assert sum(sizes(rows)) == 20


# ------------------------------------------------------------------ between two clusters


def batched(two: Two) -> list[int]:
    """How many devices each call named that gave up several."""
    return [head.count(",") + 1 for head in two.line.heard if head.endswith("/claims")]


def unclaim(two: Two, *sales: Sale) -> dict[str, str]:
    """Give up together; error names by device."""
    query = "&".join(f"device_ids={sale.near_id}" for sale in sales)
    path = f"/edcs/claim/{two.owner_app}/devices/batch?{query}"
    answer = two.near.api("DELETE", path, token=two.owners.owner.key)
    assert answer.status_code == 200, answer.text
    return {uid: details["name"] for uid, details in answer.json().get("failed", {}).items()}


def sold(two: Two, *join_euis: str) -> list[Sale]:
    """Devices claimed by the owner; from here on the line notes what is asked."""
    two.line.mode = "open"
    sales = [Sale(two, join_eui) for join_eui in join_euis]
    for sale in sales:
        assert sale.claim().status_code == 200
    two.line.heard.clear()
    return sales


def test_a_batch_leaves_as_one_call_to_each_join_server_that_takes_it(two: Two) -> None:
    sales = sold(two, *[BY_NETWORK] * 3, BY_API)
    assert unclaim(two, *sales) == {}
    assert batched(two) == [3]
    assert len(two.line.heard) == 2
    assert all(sale.at_maker and sale.state == "" for sale in sales)


def test_devices_that_are_deleted_together_are_given_up_together(two: Two) -> None:
    sales = sold(two, *[BY_NETWORK] * 5)
    query = "&".join(f"device_ids={sale.near_id}" for sale in sales)
    two.near.ok("DELETE", f"/applications/{two.owner_app}/devices/batch?{query}", token=two.owners.owner.key)
    sales[0].until(lambda: all(sale.at_maker and not sale.state for sale in sales))
    assert batched(two) == [5]


def test_one_that_is_theirs_no_more_is_named_and_the_others_go(two: Two) -> None:
    sales = sold(two, *[BY_NETWORK] * 3)
    two.network.unclaim(sales[1].dev_eui)
    assert unclaim(two, *sales) == {sales[1].near_id: "device_not_claimed"}
    assert all(sale.at_maker and not sale.state for sale in sales)


@pytest.mark.parametrize("mode", ["cut", "swallow"])
def test_a_batch_without_an_answer_goes_on_by_itself(two: Two, mode: str) -> None:
    sales = sold(two, *[BY_NETWORK] * 3)
    two.line.mode = mode  # type: ignore[assignment]
    assert set(unclaim(two, *sales).values()) == {"unclaim_pending"}
    assert {sale.state for sale in sales} == {"releasing"}
    assert name_of(sales[0].claim()) == "unclaim_pending"
    two.line.mode = "open"
    sales[0].until(lambda: all(sale.at_maker and not sale.state for sale in sales))
