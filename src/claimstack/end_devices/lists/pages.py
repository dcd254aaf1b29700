"""Deep pages without counting off: where a page ended is remembered for a while, so that the next one starts there.

Clients ask for pages by number. The first page and every page after one that was just shown are found by key; only a
jump into the middle counts rows off.
"""

from collections import OrderedDict
from typing import Final, NamedTuple

Key = tuple[object, ...]
"""Where a row stands in the order of its list."""

MOST_MARKS: Final = 4096
LIFETIME: Final = 60_000_000  # microseconds; a client that pages on asks sooner


class Walk(NamedTuple):
    """One client's way through one list: who walks, through what, in which order, how many rows at a time."""

    principal: str
    list_of: str
    order: str
    limit: int


class Mark(NamedTuple):
    """The key of a page's last row, and when it was shown."""

    key: Key
    shown_at: int


class PageMarks:
    """The ends of the pages shown last; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._marks: OrderedDict[tuple[Walk, int], Mark] = OrderedDict()

    def before(self, walk: Walk, page: int, now: int) -> Key | None:
        """The key after which this page (from 1) begins; None when it is not known."""
        mark = self._marks.get((walk, page - 1))
        return mark.key if mark is not None and now - mark.shown_at <= LIFETIME else None

    def remember(self, walk: Walk, page: int, key: Key, now: int) -> None:
        """Note the key of the last row of a page."""
        self._marks[walk, page] = Mark(key, now)
        self._marks.move_to_end((walk, page))
        if len(self._marks) > MOST_MARKS:
            self._marks.popitem(last=False)
