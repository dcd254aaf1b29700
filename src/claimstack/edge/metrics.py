"""What operators watch (Prometheus): requests by method and outcome, how long they took, claims by verdict."""

import time
from functools import lru_cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("claimstack_requests", "Requests answered", ("method", "code"), registry=REGISTRY)
_SECONDS = Histogram(
    "claimstack_request_seconds",
    "Time from a request to its answer",
    ("method",),
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
    registry=REGISTRY,
)
CLOCK_OFFSET = Gauge("claimstack_clock_offset_seconds", "Database time minus wall time", registry=REGISTRY)
READY = Gauge("claimstack_ready", "1 while this node takes requests", registry=REGISTRY)


def observe(method: str, code: int, started: float) -> None:
    """Count one answered request; `started` is a `time.perf_counter()`."""
    count, seconds = _of_request(method, code)
    count.inc()
    seconds.observe(time.perf_counter() - started)


@lru_cache(maxsize=1024)  # to look labels up costs more than to count
def _of_request(method: str, code: int) -> tuple[Counter, Histogram]:
    return _REQUESTS.labels(method, str(code)), _SECONDS.labels(method)


_INTEROP = Counter(
    "claimstack_interop_messages", "Backend Interfaces messages answered", ("message", "result"), registry=REGISTRY
)
_INTEROP_SECONDS = Histogram(
    "claimstack_interop_seconds",
    "Time from a Backend Interfaces message to its answer",
    ("message",),
    buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
    registry=REGISTRY,
)


def observe_interop(message: str, result: str, started: float | None) -> None:
    """Count one message of another network; `started` is a `time.perf_counter()`."""
    count, seconds = _of_interop(message, result)
    count.inc()
    if started is not None:
        seconds.observe(time.perf_counter() - started)


@lru_cache(maxsize=256)
def _of_interop(message: str, result: str) -> tuple[Counter, Histogram]:
    return _INTEROP.labels(message, result), _INTEROP_SECONDS.labels(message)


def exposition() -> tuple[bytes, str]:
    """The metrics as text and its media type."""
    return generate_latest(REGISTRY), "text/plain; version=0.0.4; charset=utf-8"


__all__ = ["CLOCK_OFFSET", "READY", "REGISTRY", "exposition", "observe", "observe_interop"]
