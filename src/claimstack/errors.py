"""The one family of errors. A room raises them near the cause, named by what is wrong; the edge translates them once.

Each carries namespace, name, a message format with `{placeholders}` and public attributes, which is the form of
`ttn.lorawan.v3.ErrorDetails`. Nothing secret may be put into attributes: they are shown to the caller.
"""

from collections.abc import Mapping
from typing import ClassVar

Attribute = str | int | float | bool | list[str]


class ClaimstackError(Exception):
    """An answer other than success. `code` is the gRPC status code."""

    code: ClassVar[int] = 2

    def __init__(self, namespace: str, name: str, message_format: str, /, **attributes: Attribute) -> None:
        self.namespace = namespace
        self.name = name
        self.message_format = message_format
        self.attributes: Mapping[str, Attribute] = attributes
        self.retry_after: float | None = None
        super().__init__(f"error:{namespace}:{name} ({self.text})")

    @property
    def text(self) -> str:
        """The message with its placeholders filled in."""
        text = self.message_format
        for key, value in self.attributes.items():
            text = text.replace("{" + key + "}", _shown(value))
        return text


def _shown(value: Attribute) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


class Invalid(ClaimstackError):
    """InvalidArgument, 400: the words of the request are wrong."""

    code = 3


class NotFound(ClaimstackError):
    """NotFound, 404."""

    code = 5


class AlreadyExists(ClaimstackError):
    """AlreadyExists, 409."""

    code = 6


class PermissionDenied(ClaimstackError):
    """PermissionDenied, 403."""

    code = 7


class ResourceExhausted(ClaimstackError):
    """ResourceExhausted, 429. `retry_after` tells after how many seconds another try makes sense."""

    code = 8

    def after(self, seconds: float) -> "ResourceExhausted":
        """The same error with a retry hint of that many seconds."""
        self.retry_after = seconds
        return self


class FailedPrecondition(ClaimstackError):
    """FailedPrecondition, 400: right words at the wrong time."""

    code = 9


class Aborted(ClaimstackError):
    """Aborted, 409."""

    code = 10


class Unimplemented(ClaimstackError):
    """Unimplemented, 501."""

    code = 12


class Internal(ClaimstackError):
    """Internal, 500. Its text never reaches the caller."""

    code = 13


class Unavailable(ClaimstackError):
    """Unavailable, 503: try again later."""

    code = 14


class Unauthenticated(ClaimstackError):
    """Unauthenticated, 401."""

    code = 16


def invalid_field(path: str, reason: str) -> Invalid:
    """A request field is wrong: `path` as in a field mask, `reason` says what was expected."""
    return Invalid(
        "pkg/errors",
        "validation",
        "invalid `{field}`: {reason}",
        field=path,
        reason=reason,
        name=path,
    )
