"""Several devices given up with one call: what the answer tells of each, and who has to be asked for alone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from claimstack.claiming_repository.answer import Done, Refused, Unanswered, Why
from claimstack.claiming_repository.join_server import Device
from tests.claiming_repository.network import Network, Said

ONE, TWO, THREE = (Device(bytes(8), bytes.fromhex(f"0004A30B001C0FF{n}")) for n in (1, 2, 3))
EUIS = [device.dev_eui.hex().upper() for device in (ONE, TWO, THREE)]
WHY = {"message": "device is not claimed"}


@pytest.fixture
async def network() -> AsyncIterator[Network]:
    made = Network(lambda euis: (204, b""))
    await made.open()
    yield made
    await made.close()


async def test_one_call_names_all_and_gives_up_all(network: Network) -> None:
    answers = await network.client.release_many([ONE, TWO, THREE])
    assert network.heard == [f"DELETE /api/v2/devices/{','.join(EUIS)}/claims"]
    assert answers == dict.fromkeys((ONE, TWO, THREE), Done())


async def test_a_dev_eui_with_two_join_euis_is_named_once(network: Network) -> None:
    other = Device(b"\1" * 8, ONE.dev_eui)
    assert await network.client.release_many([ONE, other]) == {ONE: Done(), other: Done()}
    assert network.heard == [f"DELETE /api/v2/devices/{EUIS[0]}/claims"]


@pytest.mark.parametrize(
    "named", [{EUIS[1]: WHY}, {EUIS[1].lower(): WHY}, {EUIS[1]: {}, "note": {}, "0123456789ABCDEF": WHY}]
)
async def test_whom_it_names_is_asked_for_alone_and_the_others_are_given_up(network: Network, named: Any) -> None:
    network.says = lambda euis: (400, named)
    assert await network.client.release_many([ONE, TWO, THREE]) == {ONE: Done(), THREE: Done()}


@pytest.mark.parametrize(
    "said",
    [
        (400, {"message": "bad request"}),
        (400, {"message": "bad request", EUIS[1]: WHY}),
        (400, {}),
        (400, [EUIS[1]]),
        (400, b"<html>"),
        (400, {"0123456789ABCDEF": WHY}),
        (403, {"message": "no"}),
        (404, {"message": "there is nothing here"}),
        (501, b""),
    ],
)
async def test_a_no_to_the_whole_leaves_all_to_be_asked_for_alone(network: Network, said: Said) -> None:
    network.says = lambda euis: said
    assert await network.client.release_many([ONE, TWO]) == {}


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (401, Refused(Why.CREDENTIALS, "m")),
        (429, Refused(Why.LATER, "m")),
        (500, Unanswered("HTTP status 500")),
        (302, Unanswered("HTTP status 302")),
    ],
)
async def test_what_holds_for_every_call_is_not_asked_again(network: Network, status: int, answer: Any) -> None:
    network.says = lambda euis: (status, {"message": "m"})
    assert await network.client.release_many([ONE, TWO]) == {ONE: answer, TWO: answer}


async def test_no_answer_is_none_for_anybody(network: Network) -> None:
    await network.close()
    answers = await network.client.release_many([ONE, TWO])
    assert set(answers) == {ONE, TWO}
    assert all(isinstance(answer, Unanswered) for answer in answers.values())
