"""A line between two clusters that can be cut: before a request goes through, or after it did and before the answer."""

import asyncio
import re
import threading
from typing import Literal

_HEAD = re.compile(rb"^((?:DELETE|GET|POST|PUT) /\S*) HTTP/", re.MULTILINE)
Mode = Literal["open", "cut", "swallow", "hold"]


class Line:
    """Carries TCP to a port of this machine. `mode` may change; `swallow`: requests arrive, answers do not.

    `hold`: neither do they fail. `heard` are methods and paths of requests that went through.
    """

    def __init__(self, port: int) -> None:
        self.mode: Mode = "open"
        self.heard: list[str] = []
        self._target = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="line", daemon=True)
        self._thread.start()
        self.port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)

    async def _open(self) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == "cut":
            writer.close()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:  # nobody is there just now
            writer.close()
            return
        await asyncio.gather(self._there(reader, far_writer), self._back(far_reader, writer, far_writer))

    async def _there(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await reader.read(65536)) and self.mode != "cut":
            self.heard += [head.decode() for head in _HEAD.findall(data)]
            writer.write(data)
        writer.close()

    async def _back(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, far: asyncio.StreamWriter
    ) -> None:
        while data := await reader.read(65536):
            # A handshake (TLS records of type 22, of 20 its end) goes through: it is answers that are kept.
            if self.mode == "hold" and data[0] not in (20, 22):
                continue
            if self.mode in ("cut", "swallow"):
                break
            writer.write(data)
        writer.close()
        far.close()

    def close(self) -> None:
        """Stop carrying."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _close(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
