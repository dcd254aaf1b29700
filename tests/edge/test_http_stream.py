"""A stream over real sockets: blocks as the field's clients read them, the reason as the last one, cancel and drain."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import grpc
import pytest

from claimstack.wire import v3
from tests.support.house import ADMIN_KEY, House, People


def request(application: str) -> dict[str, Any]:
    return {"identifiers": [{"application_ids": {"application_id": application}}]}


def blocks(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    return (json.loads(line) for line in lines if line)


def feed_of(house: House) -> Any:
    return house.methods["ttn.lorawan.v3.Events/Stream"].run.__self__._feed


def rename(house: House, application: str, name: str, token: str) -> None:
    body = {"application": {"ids": {"application_id": application}, "name": name}, "field_mask": {"paths": ["name"]}}
    house.ok("PUT", f"/applications/{application}", body, token)


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_events_come_as_blocks_while_they_happen(house: House, people: People, accept: str) -> None:
    application = house.application(people.maker)
    headers = {"authorization": f"Bearer {people.maker.key}", "accept": accept}
    with house.http.stream("POST", "/api/v3/events", json=request(application), headers=headers) as answer:
        assert answer.status_code == 200
        assert answer.headers["content-type"] == accept
        seen = blocks(answer.iter_lines())
        assert next(seen)["result"]["name"] == "events.stream.start"
        rename(house, application, "renamed", people.maker.key)
        assert next(seen)["result"]["name"] == "application.update"


def test_a_stranger_gets_a_status_and_no_stream(house: House, people: People) -> None:
    application = house.application(people.maker)
    assert house.api("POST", "/events", request(application), people.stranger.key).status_code == 403
    assert house.api("POST", "/events", request(application), "").status_code == 401


def test_the_reason_for_the_end_is_the_last_block(house: House, people: People) -> None:
    application = house.application(people.maker)
    headers = {"authorization": f"Bearer {people.maker.key}"}
    with house.http.stream("POST", "/api/v3/events", json=request(application), headers=headers) as answer:
        seen = blocks(answer.iter_lines())
        next(seen)
        house.ok("DELETE", f"/applications/{application}", token=people.maker.key)
        *_, last = seen
        assert last["error"]["details"][0]["name"] == "application_not_found"


def test_a_client_that_goes_away_ends_its_stream(house: House, people: People) -> None:
    application = house.application(people.maker)
    feed = feed_of(house)
    headers = {"authorization": f"Bearer {people.maker.key}"}
    with house.http.stream("POST", "/api/v3/events", json=request(application), headers=headers) as answer:
        seen = blocks(answer.iter_lines())
        next(seen)
        assert feed._inboxes
    house.run(until(lambda: not feed._inboxes))


def test_a_stream_over_grpc_can_be_cancelled(house: House, people: People) -> None:
    application = house.application(people.maker)
    feed = feed_of(house)
    house.run(read_one_and_cancel(house, application))
    house.run(until(lambda: not feed._inboxes))


async def read_one_and_cancel(house: House, application: str) -> None:
    rpc = house.channel.unary_stream(
        "/ttn.lorawan.v3.Events/Stream",
        request_serializer=v3.StreamEventsRequest.SerializeToString,
        response_deserializer=v3.Event.FromString,
    )
    ids = v3.EntityIdentifiers(application_ids=v3.ApplicationIdentifiers(application_id=application))
    call = rpc(v3.StreamEventsRequest(identifiers=[ids]), metadata=(("authorization", f"Bearer {ADMIN_KEY}"),))
    assert (await call.read()).name == "events.stream.start"
    assert feed_of(house)._inboxes
    call.cancel()
    assert await call.code() is grpc.StatusCode.CANCELLED


async def until(condition: Any) -> None:
    """Wait, at most as long as `House.run` does."""
    while not condition():
        await asyncio.sleep(0.01)
