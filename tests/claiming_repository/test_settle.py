"""How long a pending claim waits, and what answers make of it that come while it is repeated."""

import pytest

from claimstack.claiming.attempts import ClaimCaps
from claimstack.claiming.gate.attempt import Attempt
from claimstack.claiming.gate.handover import NOWHERE
from claimstack.claiming_repository import store
from claimstack.claiming_repository.answer import Answer, Done, Refused, Why
from claimstack.claiming_repository.begin import SECOND, Known, begin_claim, uid_of
from claimstack.claiming_repository.settle import Outcome, Registered, settle_claim, wait
from claimstack.identity import Caller
from claimstack.storage import Database, Row
from claimstack.vault import Secret, Vault
from tests.support.devices import DEV_EUI, JOIN_EUI
from tests.support.people import NOW, a_user, an_application

NO = Refused(Why.DENIED)


@pytest.mark.parametrize(
    ("so_far", "seconds"), [(-5, 1), (0, 1), (1, 1), (3, 3), (100, 100), (599, 599), (10_000, 600), (10**9, 600)]
)
def test_it_waits_as_long_again_as_it_has_between_a_second_and_ten_minutes(so_far: int, seconds: int) -> None:
    assert wait(so_far * SECOND) == seconds * SECOND


class Two:
    """Two claims of one device by one owner, begun at once: the first with a wrong code, the second with the right."""

    def __init__(self, db: Database, vault: Vault, owner: Caller, application: int) -> None:
        self.db, self._vault, self._owner, self._application = db, vault, owner, application

    async def begun(self, code: str) -> Row:
        attempt = Attempt(
            JOIN_EUI, DEV_EUI, Secret(code.encode()), self._application, "", self._owner.principal, self._owner.uid,
            burn=True, now=NOW,
        )  # fmt: skip
        row = await self.db.transaction(begin_claim, self._vault, ClaimCaps(), attempt, "there")
        assert not isinstance(row, Known)
        return row

    async def settled(self, row: Row, answer: Answer) -> Outcome:
        return await self.db.transaction(settle_claim, row, NOWHERE, answer, NOW)

    async def state(self) -> str:
        row = await store.pending(self.db, uid_of(JOIN_EUI, DEV_EUI, self._application))
        return "" if row is None else str(row["state"])


@pytest.fixture
async def two(db: Database, vault: Vault) -> Two:
    owner = await a_user(db, "owner")
    return Two(db, vault, owner, await an_application(db, "owner-app", owner))


async def test_a_no_to_the_first_leaves_the_second_alone(two: Two) -> None:
    first, second = await two.begun("WRONG"), await two.begun("RIGHT")
    assert await two.settled(first, NO) == NO
    assert await two.state() == "claiming"
    assert await two.settled(second, Done()) == Registered(f"eui-{DEV_EUI.hex()}")
    assert await two.state() == "claimed"


async def test_a_no_to_the_second_gives_up_what_the_first_may_have_claimed(two: Two) -> None:
    await two.begun("RIGHT")
    assert await two.settled(await two.begun("WRONG"), NO) == NO
    assert await two.state() == "releasing"


async def test_a_no_to_the_only_one_ends_it(two: Two) -> None:
    assert await two.settled(await two.begun("WRONG"), NO) == NO
    assert await two.state() == ""
