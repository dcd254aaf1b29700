"""How far the event table was read, when ids do not become visible in their order.

PostgreSQL gives out ids before the commit: 11 may be there while 10 is still under way, or will never be. So what lies
between is asked for again, for as long as a transaction may last; each event is handed on once, when it appears.
"""

from collections.abc import Iterable, Sequence

POLLS = 240
"""So often is a missing id asked for: a minute of polls, longer than any transaction of this program."""
EAGER_POLLS = 8
RARELY = 8
MOST_MISSING = 10_000


class Place:
    """The highest id seen, and the ids below it that may still appear, each with the number of polls without it."""

    def __init__(self, newest: Sequence[int]) -> None:
        """`newest`: the highest ids there are, descending; what is under way has an id among or above them."""
        self.newest = newest[0] if newest else 0
        self._missing: dict[int, int] = {}
        self._expect(range(newest[-1] if newest else 1, self.newest))
        self.found(newest)

    def _expect(self, ids: range) -> None:
        self._missing.update(dict.fromkeys(ids[-MOST_MISSING:], 0))
        while len(self._missing) > MOST_MISSING:
            del self._missing[next(iter(self._missing))]

    def passed(self, ids: Iterable[int]) -> None:
        """These ids, in ascending order and all above `newest`, were read."""
        for one in ids:
            self._expect(range(self.newest + 1, one))
            self.newest = one

    def found(self, ids: Iterable[int]) -> None:
        """These ids appeared late."""
        for one in ids:
            self._missing.pop(one, None)

    def due(self) -> list[int]:
        """The missing ids to ask for now: often at first, then rarely, then no more."""
        due = [one for one, polls in self._missing.items() if polls < EAGER_POLLS or polls % RARELY == 0]
        self._missing = {one: polls + 1 for one, polls in self._missing.items() if polls < POLLS}
        return due
