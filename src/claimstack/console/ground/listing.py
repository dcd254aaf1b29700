"""What a list page was asked for in its address (search, order, page), and the links that ask for something else."""

from collections.abc import Collection
from typing import NamedTuple
from urllib.parse import urlencode

from claimstack.console.ground.visit import Visit

ROWS = 25
MOST_CHARACTERS = 50


class Listing(NamedTuple):
    """One view of a list. `order` is a field, `-` before it: descending; `page` counts from 1; `total` of all pages.

    `more`: there are more than `total`, which are not shown.
    """

    path: str
    query: str
    order: str
    page: int
    kept: tuple[tuple[str, str], ...] = ()
    total: int = 0
    rows: int = ROWS
    more: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.rows))

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return min((self.page - 1) * self.rows + 1, self.total)

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return min(self.page * self.rows, self.total)

    @property
    def filtered(self) -> bool:
        """Whether something was searched for, so that an empty list does not mean that there is nothing."""
        return bool(self.query or self.kept)

    def to_page(self, number: int) -> str:
        """The address of another page of this view."""
        return self._link(self.order, number)

    def sorted_by(self, field: str) -> str:
        """The address of this view by another order: by this field, or the other way round."""
        return self._link(f"-{field}" if self.order == field else field, 1)

    def direction(self, field: str) -> str:
        """`ascending`, `descending` or `none`, for `aria-sort`."""
        return {field: "ascending", f"-{field}": "descending"}.get(self.order, "none")

    def _link(self, order: str, number: int) -> str:
        wanted = [("q", self.query), *self.kept, ("order", order), ("page", str(number) if number > 1 else "")]
        words = urlencode([pair for pair in wanted if pair[1]])
        return f"{self.path}?{words}" if words else self.path


def listing(visit: Visit, orders: Collection[str], default: str, filters: Collection[str] = ()) -> Listing:
    """What the address asks for. `orders`: the fields that can be sorted by; `filters`: names of further choices."""
    order = visit.query.get("order", "")
    kept = tuple((name, visit.query[name][:MOST_CHARACTERS]) for name in filters if visit.query.get(name))
    number = visit.query.get("page", "1")
    return Listing(
        path=visit.request.url.path,
        query=visit.query.get("q", "").strip().replace("\0", "")[:MOST_CHARACTERS],
        order=order if order.removeprefix("-") in orders else default,
        page=max(1, int(number)) if number.isascii() and number.isdecimal() and len(number) < 9 else 1,
        kept=kept,
    )
