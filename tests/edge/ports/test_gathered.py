"""What leaves together: on a transport that keeps a record, and on a real connection."""

import asyncio
import contextlib
import socket

from claimstack.edge.ports.config import uvicorn_config
from claimstack.edge.ports.gathered import LARGE, MOST_PARTS, GatheredWrites
from claimstack.edge.server import Uvicorn, open_socket


class Record(asyncio.Transport):
    """Keeps what is done to it."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[bytes] = []
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.done.append(bytes(data))

    def close(self) -> None:
        self.done.append(b"(closed)")
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed


async def test_what_one_step_writes_leaves_in_one_go() -> None:
    record = Record()
    transport = GatheredWrites(record, asyncio.get_running_loop())
    transport.write(b"head ")
    transport.write(b"body")
    assert record.done == []
    await asyncio.sleep(0)
    transport.write(b"next")
    await asyncio.sleep(0)
    assert record.done == [b"head body", b"next"]


async def test_what_is_long_does_not_wait() -> None:
    record = Record()
    transport = GatheredWrites(record, asyncio.get_running_loop())
    transport.write(b"head ")
    transport.write(bytes(LARGE))
    assert record.done == [b"head " + bytes(LARGE)]
    for _ in range(MOST_PARTS):
        transport.write(b"part ")
    assert record.done[1:] == [b"part " * MOST_PARTS]
    await asyncio.sleep(0)
    assert len(record.done) == 2


async def test_what_was_written_leaves_before_the_end() -> None:
    record = Record()
    transport = GatheredWrites(record, asyncio.get_running_loop())
    transport.write(b"last")
    transport.close()
    await asyncio.sleep(0)
    assert record.done == [b"last", b"(closed)"]


async def test_nothing_is_written_on_a_connection_that_is_gone() -> None:
    record = Record()
    transport = GatheredWrites(record, asyncio.get_running_loop())
    transport.write(b"too late")
    record.closed = True
    await asyncio.sleep(0)
    assert record.done == []


async def answers(scope: dict[str, object], receive: object, send: object) -> None:
    """An application that says OK."""
    assert callable(send)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"OK"})


async def test_an_answer_comes_in_one_piece() -> None:
    listener = open_socket("127.0.0.1:0")
    server = Uvicorn(uvicorn_config(answers))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    loop = asyncio.get_running_loop()
    with contextlib.closing(socket.socket()) as client:
        client.setblocking(False)
        await loop.sock_connect(client, listener.getsockname())
        for _ in range(20):
            await loop.sock_sendall(client, b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
            piece = await asyncio.wait_for(loop.sock_recv(client, 4096), 5)
            assert piece.endswith(b"\r\n\r\nOK")
    server.should_exit = True
    await serving
