"""A load generator that costs little: keep-alive connections, one request under way on each, answers counted."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial


@dataclass(slots=True)
class Outcome:
    """What a round of load saw."""

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    bodies: list[bytes] | None = None
    """Every body, for those who want to read them."""

    @property
    def requests(self) -> int:
        """Answers of any kind."""
        return sum(self.statuses.values())

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """That percentile of the latency, in milliseconds."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 if ordered else 0.0


def request(verb: str, path: str, authorization: str, body: bytes = b"") -> bytes:
    """The bytes of one HTTP/1.1 request with that Authorization header."""
    head = f"{verb} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
    return f"{head}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], outcome: Outcome, done: "asyncio.Future[None]") -> None:
        self._requests, self._outcome, self._done = requests, outcome, done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._next()

    def _next(self) -> None:
        one = next(self._requests, None)
        if one is None:
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(one)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(rest) < length:
            return
        self._buffer = rest[length:]
        if self._outcome.bodies is not None:
            self._outcome.bodies.append(rest[:length])
        self._outcome.statuses[int(head[9:12])] += 1
        self._outcome.latencies.append(time.perf_counter() - self._sent_at)
        self._next()

    def connection_lost(self, error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def run(port: int, requests: Iterator[bytes], clients: int, *, keep: bool = False) -> Outcome:
    """Send all requests over that many connections; the answers' outcome, with their bodies if they are to be kept."""
    loop, outcome = asyncio.get_running_loop(), Outcome(bodies=[] if keep else None)
    finished: list[asyncio.Future[None]] = [loop.create_future() for _ in range(clients)]
    started = time.perf_counter()
    for done in finished:
        await loop.create_connection(partial(_Connection, requests, outcome, done), "127.0.0.1", port)
    await asyncio.gather(*finished)
    outcome.seconds = time.perf_counter() - started
    return outcome
