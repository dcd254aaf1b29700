"""The two ports together: how they drain, and that nothing under way is lost."""

import asyncio
import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import grpc
import httpx
import pytest
from google.protobuf.message import Message

from claimstack.wire import v3
from tests.support.house import ADMIN_KEY, House, house_settings

METADATA = (("authorization", f"Bearer {ADMIN_KEY}"),)


@pytest.fixture
def draining(tmp_path: Path) -> Iterator[House]:
    """A house that a test may drain."""
    made = House(house_settings(tmp_path, ""))
    yield made
    made.close()


def test_a_stream_is_told_to_come_again_when_the_server_drains(draining: House) -> None:
    request = v3.StreamEventsRequest(identifiers=[{"user_ids": {"user_id": "admin"}}])

    async def read_while_it_drains() -> grpc.StatusCode:
        rpc = draining.channel.unary_stream("/ttn.lorawan.v3.Events/Stream", request_serializer=_bytes)
        call = rpc(request, metadata=METADATA)
        messages = aiter(call)
        assert await anext(messages, None) is not None
        drained = asyncio.create_task(draining.server.drain())
        code = await call.code()
        await drained
        return code

    assert draining.run(read_while_it_drains()) is grpc.StatusCode.UNAVAILABLE


def test_what_was_answered_well_was_done_and_nothing_else_was(draining: House) -> None:
    def make(number: int) -> v3.CreateApplicationRequest:
        request = v3.CreateApplicationRequest(application={"ids": {"application_id": f"app-{number}"}})
        request.collaborator.user_ids.user_id = "admin"
        return request

    async def calls_while_it_drains() -> Counter[grpc.StatusCode]:
        rpc = draining.channel.unary_unary("/ttn.lorawan.v3.ApplicationRegistry/Create", request_serializer=_bytes)
        await rpc(make(0), metadata=METADATA)
        calls = [rpc(make(number), metadata=METADATA) for number in range(1, 51)]
        answered = asyncio.gather(*(call.code() for call in calls))
        await calls[0].code()
        await draining.server.drain()
        return Counter(await answered)

    codes = draining.run(calls_while_it_drains())
    # Cancelled or Unavailable: the request had arrived, but nobody had begun with it.
    assert set(codes) <= {grpc.StatusCode.OK, grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED}
    made = draining.run(draining.node.db.fetchval("SELECT count(*) FROM application"))
    assert made == 1 + codes[grpc.StatusCode.OK]


def test_a_draining_server_is_no_longer_ready(draining: House) -> None:
    assert draining.server.ready
    thread = threading.Thread(target=draining.run, args=(draining.server.drain(),))
    thread.start()
    thread.join(20)
    assert not draining.server.ready
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{draining.url}/readyz")


def _bytes(message: Message) -> bytes:
    return message.SerializeToString()


SERVING = """
import asyncio
import uvloop
from claimstack.edge.server import grpc

async def serve_and_start_a_program() -> None:
    server = grpc.aio.server()
    server.add_insecure_port("127.0.0.1:0")
    await server.start()
    for _ in range(3):
        await (await asyncio.create_subprocess_exec("true")).wait()
    await server.stop(0)

uvloop.run(serve_and_start_a_program())
"""


def test_a_program_is_started_beside_grpc_without_a_word_of_it() -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GRPC_")}
    ended = subprocess.run([sys.executable, "-c", SERVING], capture_output=True, env=environ, timeout=60, check=True)
    assert (ended.stdout, ended.stderr) == (b"", b"")
