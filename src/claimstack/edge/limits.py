"""Bounds on everything that comes in, in one place, so that nobody has to search for them."""

MOST_BODY_BYTES = 1 << 20
"""Of one HTTP or gRPC request (batch and import requests included); more is 413 / ResourceExhausted."""

MOST_HEADER_BYTES = 16 << 10
"""Of the metadata of one gRPC request."""

MOST_HEAD_BYTES = 64 << 10
"""Of one HTTP request before its body: request line and headers."""

MOST_STREAMS_PER_CONNECTION = 100
MOST_CONCURRENT_REQUESTS = 2000
KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 20

HEAD_SECONDS = 10
"""From the first byte of an HTTP request (or a new connection) to the end of its headers; then it is closed."""
