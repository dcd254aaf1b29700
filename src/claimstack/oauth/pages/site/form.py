"""Reading what a browser or a client posts: form fields, each once, of a bounded size."""

from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request

MOST_BYTES = 64 << 10
FORM = "application/x-www-form-urlencoded"


class BadForm(Exception):
    """What was posted cannot be read; the text says why."""

    def __init__(self, status: int, reason: str) -> None:
        self.status = status
        super().__init__(reason)


def media_type(request: Request) -> str:
    """The request's media type without its parameters, in lower case."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


async def body_of(request: Request) -> bytes:
    """The whole body; `BadForm` when it is too large or ends early."""
    parts, size = [], 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > MOST_BYTES:
                raise BadForm(413, f"the request body is larger than {MOST_BYTES} bytes")
            parts.append(part)
    except ClientDisconnect:
        raise BadForm(400, "the request body ended early") from None
    return b"".join(parts)


async def fields_of(request: Request) -> Mapping[str, str]:
    """The fields of a posted form; `BadForm` when it is none."""
    body = await body_of(request)
    if body and media_type(request) != FORM:
        raise BadForm(415, f"expected content type {FORM}")
    return read_fields(body)


def read_fields(body: bytes) -> Mapping[str, str]:
    """Form fields by name; a name that comes twice is refused (RFC 6749 §3.2)."""
    try:
        pairs = parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        raise BadForm(400, "the form is not well formed") from None
    twice = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]
    if twice:
        raise BadForm(400, f"repeated parameter: {twice[0]}")
    if any("\0" in text for pair in pairs for text in pair):
        raise BadForm(400, "the form is not well formed")
    return dict(pairs)
