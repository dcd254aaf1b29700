"""Errors as the client shows them: one line with namespace and name, then what is known about it.

A server's error keeps its words; an error of the client itself has the namespace `cli`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

CANCELED, NOT_FOUND, ALREADY_EXISTS = 1, 5, 6
RESOURCE_EXHAUSTED, UNAVAILABLE, UNAUTHENTICATED = 8, 14, 16
CODE_OF_STATUS = {
    400: 3, 401: 16, 403: 7, 404: 5, 409: 6, 429: 8, 499: 1, 500: 13, 501: 12, 503: 14, 504: 4,
}  # fmt: skip


class Failure(Exception):
    """A command cannot be done; `name` is stable, `text` is for people, `hint` says what helps."""

    namespace = "cli"

    def __init__(self, name: str, text: str, hint: str = "", **attributes: object) -> None:
        self.name, self.text, self.hint, self.attributes = name, text, hint, attributes
        super().__init__(text)

    def lines(self) -> Iterator[str]:
        """What stands on the error output, line by line."""
        yield f"error:{self.namespace}:{self.name} ({self.text})"
        for key, value in self.attributes.items():
            yield f"    {key}={_plain(value)}"
        if self.hint:
            yield f"hint: {self.hint}"


class Refused(Failure):
    """The server's error, as its body or stream told it; `code` is the gRPC status code."""

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str]) -> None:
        self.status = status
        self.code = int(body.get("code") or CODE_OF_STATUS.get(status, 2))
        self.message = str(body.get("message") or f"HTTP status {status}")
        self.details = _error_details(body)
        self.headers = headers
        super().__init__(str(self.details.get("name", "")), self.message)

    def lines(self) -> Iterator[str]:
        """The message, attributes and correlation id, then each cause in the same form."""
        yield self.message if self.message.startswith("error:") else f"error:{self.message}"
        details = self.details
        yield from _about(details)
        while cause := details.get("cause"):
            yield "--- " + _cause_line(cause)
            yield from _about(cause)
            details = cause
        if wait := self.retry_after():
            yield f"hint: try again in {wait:g} s"

    def retry_after(self) -> float:
        """Seconds after which the server would listen again, 0 if it did not say."""
        for name in ("retry-after", "x-rate-limit-retry"):
            try:
                return max(0.0, float(self.headers[name]))
            except (KeyError, ValueError):
                continue
        return 0.0


def refusal(status: int, headers: dict[str, str], body: bytes) -> Refused:
    """The error in an answer that is not a success, whatever form it has."""
    try:
        words = json.loads(body)
    except ValueError:
        words = {}
    if not isinstance(words, dict):
        words = {}
    return Refused(status, words, headers)


def _error_details(body: dict[str, Any]) -> dict[str, Any]:
    for detail in body.get("details") or ():
        if isinstance(detail, dict) and detail.get("@type", "").endswith("ErrorDetails"):
            return detail
    return {}


def _about(details: dict[str, Any]) -> Iterator[str]:
    for key, value in (details.get("attributes") or {}).items():
        yield f"    {key}={_plain(value)}"
    if correlation := details.get("correlation_id"):
        yield f"    correlation_id={correlation}"


def _cause_line(cause: dict[str, Any]) -> str:
    text = str(cause.get("message_format", ""))
    for key, value in (cause.get("attributes") or {}).items():
        text = text.replace("{" + key + "}", _plain(value))
    return f"error:{cause.get('namespace', '')}:{cause.get('name', '')} ({text})"


def _plain(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
