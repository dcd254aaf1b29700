"""FindRelated: what belongs to one request, as far as the caller may see it."""

import pytest

from claimstack.calls import Call
from claimstack.errors import Unauthenticated
from claimstack.wire import v3
from tests.conftest import NOW
from tests.events.conftest import House, Sighted, application

WORD = "0123456789abcdef0123456789abcdef"


async def related(house: House, call: Call | None = None) -> list[str]:
    request = v3.FindRelatedEventsRequest(correlation_id=WORD)
    return [event.name for event in (await house.events.FindRelated(request, call or house.call())).events]


async def test_events_of_one_request_are_found_in_their_order(house: House) -> None:
    await house.tell("a", correlation_id=WORD)
    await house.tell("other", correlation_id="f" * 32)
    await house.tell("b", entity=2, correlation_id=WORD)
    assert await related(house) == ["a", "b"]


async def test_only_a_whole_correlation_id_counts(house: House) -> None:
    await house.tell("a", correlation_id=WORD + "0")
    assert await related(house) == []


async def test_events_of_entities_without_rights_are_left_out(house: House) -> None:
    await house.tell("mine", correlation_id=WORD)
    await house.tell("theirs", entity=2, correlation_id=WORD)
    del house.people.rights["owner-app"]
    assert await related(house) == ["mine"]
    house.people.rights["maker-app"] = Sighted(1, 1 << 14)
    assert await related(house) == []


async def test_events_of_an_older_owner_are_left_out(house: House) -> None:
    await house.tell("old", device_uid="dev", epoch=1, correlation_id=WORD)
    await house.claim()
    assert await related(house) == []


async def test_nobody_asks_without_a_credential(house: House) -> None:
    nobody = Call(method="", now=NOW)
    with pytest.raises(Unauthenticated):
        await related(house, nobody)
    with pytest.raises(Unauthenticated):
        await anext(house.events.Stream(v3.StreamEventsRequest(identifiers=[application("maker-app")]), nobody))
