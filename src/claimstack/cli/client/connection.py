"""One HTTP/1.1 connection over a plain socket (RFC 9112), as much of it as a client needs.

The standard http.client costs 25 ms at import, a third of what a whole request may take, because it
drags in the e-mail parser; this reads status line, headers, and lengths or chunks.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 120.0
MAX_HEAD = 64 * 1024
MAX_BODY = 256 * 1024 * 1024
CHUNK = 64 * 1024
BODILESS = (204, 304)


class Unreachable(Exception):
    """No connection came about; nothing was sent. `kind` is refused, dns, timeout, tls or other."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        super().__init__(text)


class LostAnswer(Exception):
    """The request went out, but no whole answer came back: nobody knows whether it was done."""


class NotHTTP(Exception):
    """The other side answered with something else; `start` holds its first bytes."""

    def __init__(self, start: bytes) -> None:
        self.start = start
        super().__init__("the answer is not HTTP")


class Answer:
    """Status and headers (lower case) of an answer; the body is read once, whole or in pieces."""

    def __init__(self, status: int, headers: Mapping[str, str], body: Iterator[bytes]) -> None:
        self.status = status
        self.headers = headers
        self._body = body
        self._whole: bytes | None = None

    def pieces(self) -> Iterator[bytes]:
        """The body as it arrives, for streams."""
        return self._body

    def read(self) -> bytes:
        """The whole body; LostAnswer if it breaks off or is larger than 256 MiB."""
        if self._whole is None:
            pieces, size = [], 0
            for piece in self._body:
                pieces.append(piece)
                size += len(piece)
                if size > MAX_BODY:
                    raise LostAnswer(f"the answer is larger than {MAX_BODY >> 20} MiB")
            self._whole = b"".join(pieces)
        return self._whole


class Connection:
    """A connection to one host and port, opened when first used and kept for further requests."""

    def __init__(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.host, self.port, self.tls = host, port, tls
        self._socket: socket.socket | None = None
        self._rest = b""

    @property
    def is_open(self) -> bool:
        """Whether an earlier request left the connection usable."""
        return self._socket is not None

    def close(self) -> None:
        """Drop the connection; the next request opens a new one."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest = None, b""

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def request(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Send one request and read the head of its answer."""
        wire = self._socket or self._open()
        try:
            wire.sendall(self._head(method, target, headers, body) + body)
            return self._answer(method)
        except OSError as broken:
            self.close()
            raise LostAnswer(str(broken) or "the connection broke") from broken
        except (LostAnswer, NotHTTP):
            self.close()
            raise

    def send(self, method: str, target: str, headers: Mapping[str, str], size: int, pieces: Iterator[bytes]) -> Answer:
        """Send one request with a body that comes in pieces, `size` bytes together. It cannot be repeated."""
        wire = self._socket or self._open()
        try:
            wire.sendall(self._head(method, target, {**headers, "Content-Length": str(size)}, None))
            for piece in pieces:
                wire.sendall(piece)
            return self._answer(method)
        except (BrokenPipeError, ConnectionResetError):
            return self._early_answer(method)  # a server that has seen enough may say why
        except OSError as broken:
            self.close()
            raise LostAnswer(str(broken) or "the connection broke") from broken

    def _early_answer(self, method: str) -> Answer:
        try:
            return self._answer(method)
        except (OSError, NotHTTP) as broken:
            self.close()
            raise LostAnswer("the connection broke") from broken

    def _open(self) -> socket.socket:
        try:
            wire = socket.create_connection((self.host, self.port), CONNECT_SECONDS)
        except socket.gaierror as unknown:
            raise Unreachable("dns", unknown.strerror or str(unknown)) from unknown
        except ConnectionRefusedError as refused:
            raise Unreachable("refused", "connection refused") from refused
        except TimeoutError as late:
            raise Unreachable("timeout", f"no answer within {CONNECT_SECONDS:.0f} s") from late
        except OSError as other:
            raise Unreachable("other", other.strerror or str(other)) from other
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.tls is not None:
            wire = self._secured(wire, self.tls)
        wire.settimeout(ANSWER_SECONDS)
        self._socket = wire
        return wire

    def _secured(self, wire: socket.socket, tls: ssl.SSLContext) -> socket.socket:
        try:
            return tls.wrap_socket(wire, server_hostname=self.host)
        except OSError as refused:  # ssl.SSLError is one, too
            wire.close()
            raise Unreachable("tls", str(refused)) from refused

    def _head(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
        host = f"[{self.host}]" if ":" in self.host else self.host
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host}:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if body is not None and (body or method in ("POST", "PUT", "PATCH")):
            lines.append(f"Content-Length: {len(body)}")
        if any("\r" in line or "\n" in line for line in lines):
            raise ValueError("a header or address holds a line break")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _answer(self, method: str) -> Answer:
        status = 100
        while status < 200:  # 1xx are only announcements
            status, headers = self._read_head()
        if method == "HEAD" or status in BODILESS:
            body: Iterator[bytes] = iter(())
        else:
            body = self._body(headers)
        return Answer(status, headers, body)

    def _read_head(self) -> tuple[int, dict[str, str]]:
        while b"\r\n\r\n" not in self._rest:
            if len(self._rest) >= 5 and not self._rest.startswith(b"HTTP/"):
                raise NotHTTP(self._rest[:64])
            if len(self._rest) > MAX_HEAD:
                raise NotHTTP(self._rest[:64])
            self._more()
        head, self._rest = self._rest.split(b"\r\n\r\n", 1)
        status_line, *lines = head.decode("latin-1").split("\r\n")
        parts = status_line.split(" ", 2)
        if not parts[0].startswith("HTTP/") or len(parts) < 2 or not parts[1].isdigit():
            raise NotHTTP(head[:64])
        pairs = (line.partition(":") for line in lines)
        return int(parts[1]), {name.strip().lower(): value.strip() for name, _, value in pairs}

    def _body(self, headers: Mapping[str, str]) -> Iterator[bytes]:
        try:
            if "chunked" in headers.get("transfer-encoding", ""):
                yield from self._chunks()
            elif "content-length" in headers:
                yield from self._exactly(int(headers["content-length"]))
            else:
                yield from self._until_closed()
        except OSError as broken:
            self.close()
            raise LostAnswer(str(broken) or "the connection broke") from broken
        except LostAnswer:
            self.close()
            raise
        if headers.get("connection", "").lower() == "close":
            self.close()

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._line().split(b";")[0], 16):
            yield from self._exactly(size)
            self._line()
        while self._line():  # trailers
            pass

    def _exactly(self, size: int) -> Iterator[bytes]:
        while size:
            if not self._rest:
                self._more()
            piece, self._rest = self._rest[:size], self._rest[size:]
            size -= len(piece)
            yield piece

    def _until_closed(self) -> Iterator[bytes]:
        try:
            while True:
                if self._rest:
                    piece, self._rest = self._rest, b""
                    yield piece
                self._more()
        except LostAnswer:
            self.close()

    def _line(self) -> bytes:
        while b"\r\n" not in self._rest:
            self._more()
        line, self._rest = self._rest.split(b"\r\n", 1)
        return line

    def _more(self) -> None:
        assert self._socket is not None
        piece = self._socket.recv(CHUNK)
        if not piece:
            if self._rest and not self._rest.startswith(b"HTTP/"):
                raise NotHTTP(self._rest[:64])
            raise LostAnswer("the server closed the connection before its answer was whole")
        self._rest += piece
