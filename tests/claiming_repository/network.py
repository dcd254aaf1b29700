"""A Join Server of type `ttjsv2` for tests: it hears requests over a socket, and says what it is told to."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from claimstack.claiming_repository.endpoint import Endpoint, Tls
from claimstack.claiming_repository.ttjs_v2 import TtjsV2

Said = tuple[int, Any]
_PATHS = re.compile(r"/api/v2/devices/(?P<euis>[0-9A-F,]+)/claims?")


class Network:
    """`heard` are methods and paths as they came; `says` makes a status and a body of a path's DevEUIs."""

    def __init__(self, says: Callable[[list[str]], Said]) -> None:
        self.heard: list[str] = []
        self.says = says

    async def open(self) -> TtjsV2:
        """Begin to listen; a client of it."""
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self.client = TtjsV2(Endpoint(f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}", Tls()))
        return self.client

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while head := await reader.readuntil(b"\r\n\r\n"):
            method, path, _ = head.decode().split("\r\n")[0].split(" ")
            self.heard.append(f"{method} {path}")
            found = _PATHS.fullmatch(path)
            status, body = self.says(found["euis"].split(",")) if found else (404, {"message": "nothing here"})
            text = body if isinstance(body, bytes) else json.dumps(body).encode()
            writer.write(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n%b" % (status, len(text), text))

    async def close(self) -> None:
        """Hang up."""
        await self.client.close()
        self._server.close()
