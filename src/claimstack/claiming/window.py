"""When a claim authentication code works: from one moment until just before another.

Half open, so that two windows that follow each other neither overlap nor leave a gap. Moments are microseconds, UTC.
"""

from typing import NamedTuple


class ValidityWindow(NamedTuple):
    """`opens` is the first moment inside, `closes` the first after it; an absent end is open."""

    opens: int | None = None
    closes: int | None = None

    def __contains__(self, moment: object) -> bool:
        """Whether the window is open at that moment."""
        return isinstance(moment, int) and not self.is_ahead(moment) and not self.is_over(moment)

    def is_ahead(self, moment: int) -> bool:
        """Whether it opens only later."""
        return self.opens is not None and moment < self.opens

    def is_over(self, moment: int) -> bool:
        """Whether it closed before, or just now."""
        return self.closes is not None and moment >= self.closes


ALWAYS = ValidityWindow()
