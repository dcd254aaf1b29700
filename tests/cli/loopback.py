"""A real listener on the loopback address that answers what the test wrote down, byte for byte."""

import contextlib
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HANG_UP = b""


def json_answer(body: object, status: int = 200, **headers: str) -> bytes:
    """An answer of the API with that JSON body."""
    return answer(json.dumps(body).encode(), status, "application/json", **headers)


def answer(body: bytes, status: int = 200, kind: str = "text/plain", **headers: str) -> bytes:
    """An answer with a length; header names are given with `_` for `-`."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


class Loopback:
    """Answers request number n with `answers[n]`; HANG_UP closes the connection instead."""

    def __init__(self, answers: list[bytes]) -> None:
        self.answers = answers
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self._visitor: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening, and hang up on a client that keeps its connection: it would be waited for."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        if (visitor := self._visitor) is not None:
            with contextlib.suppress(OSError):
                visitor.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        assert not self._thread.is_alive(), "the listener still serves"

    def _serve(self) -> None:
        while True:
            try:
                visitor, _ = self._listener.accept()
            except OSError:
                return
            self._visitor = visitor
            self.connections += 1
            with visitor, visitor.makefile("rb") as reader:
                while self._answer_one(visitor, reader):
                    pass

    def _answer_one(self, visitor: socket.socket, reader: Iterator[bytes]) -> bool:
        line = next(reader, b"").decode().strip()
        if not line:
            return False
        headers = {}
        while (header := next(reader, b"").decode().strip()) != "":
            name, _, value = header.partition(":")
            headers[name.lower()] = value.strip()
        body = reader.read(int(headers.get("content-length", "0")))  # type: ignore[attr-defined]
        self.requests.append((line.removesuffix(" HTTP/1.1"), headers, body))
        ours = self.answers[min(len(self.requests), len(self.answers)) - 1]
        visitor.sendall(ours)
        return ours != HANG_UP and b"Content-Length" in ours


@contextmanager
def loopback(*answers: bytes) -> Iterator[Loopback]:
    """A listener for as long as the block runs."""
    made = Loopback(list(answers))
    try:
        yield made
    finally:
        made.close()
