"""Time as the rest of the code sees it: aware UTC datetimes in code, whole microseconds in the database.

Only the edge reads a clock. Its time is the database's: an offset is measured and added, so that a node with a wrong
wall clock still opens and closes validity windows together with the others.
"""

import time
from datetime import UTC, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970-01-01T00:00:00Z; `moment` must be aware."""
    return (moment - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The aware UTC moment that many microseconds after the epoch."""
    return EPOCH + timedelta(microseconds=micros)


class Clock:
    """The database's clock, read locally: wall clock plus the offset last measured (seconds)."""

    def __init__(self) -> None:
        self._offset = 0.0

    @property
    def offset(self) -> float:
        """Database time minus local wall time, in seconds."""
        return self._offset

    def now(self) -> datetime:
        """The current moment by the database's clock, aware, UTC."""
        return datetime.fromtimestamp(time.time() + self._offset, UTC)

    def measured(self, database_now: datetime, asked_at: float, answered_at: float) -> None:
        """Take in one measurement: the database's answer and the wall time before and after asking."""
        self._offset = database_now.timestamp() - (asked_at + answered_at) / 2
