"""Moments in forms: `YYYY-MM-DDTHH:MM` in UTC, as the page's script sends what people typed in their own time zone."""

import re
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?", re.ASCII)


class UnreadableMoment(ValueError):
    """What was typed is no moment."""


def read_moment(text: str) -> Timestamp | None:
    """The moment; None for nothing."""
    if not text:
        return None
    if not _FORM.fullmatch(text):
        raise UnreadableMoment(text)
    try:
        at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise UnreadableMoment(text) from None
    made = Timestamp()
    made.FromDatetime(at)
    return made


def moment_value(at: Timestamp) -> str:
    """A moment as the form's field has it."""
    return at.ToDatetime(UTC).strftime("%Y-%m-%dT%H:%M")
