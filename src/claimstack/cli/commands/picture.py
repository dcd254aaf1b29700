"""Pictures of people and devices, from a file into a message."""

from __future__ import annotations

from claimstack.cli.client.api import Message
from claimstack.cli.client.failures import Failure


def picture(path: str) -> Message:
    """An image file as the contract embeds it."""
    from base64 import b64encode
    from mimetypes import guess_type
    from pathlib import Path

    try:
        content = Path(path).read_bytes()
    except OSError as missing:
        raise Failure("file", f"{path}: {missing.strerror}") from missing
    kind = guess_type(path)[0] or "application/octet-stream"
    return {"embedded": {"mime_type": kind, "data": b64encode(content).decode()}}
