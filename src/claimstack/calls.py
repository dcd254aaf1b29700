"""What a service method is handed beside its request: who asks, when, and a place for answer headers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from claimstack.clock import to_micros
from claimstack.identity.caller import ANONYMOUS, Caller


async def _nothing() -> None:
    pass


@dataclass(slots=True)
class Call:
    """One request on its way through the house.

    `method` is the RPC's full name (`ttn.lorawan.v3.ApplicationRegistry/Get`); `now` the edge's clock, aware UTC;
    `metadata` the request's metadata with lower-case names; `remote` the caller's address; `headers` go out before the
    answer. A service that writes outside `Database.transaction` awaits `permitted()` once rights are checked: there a
    repeated request ends.
    """

    method: str
    now: datetime
    caller: Caller = ANONYMOUS
    metadata: Mapping[str, str] = field(default_factory=dict)
    correlation_id: str = ""
    remote: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    permitted: Callable[[], Awaitable[None]] = _nothing

    @property
    def micros(self) -> int:
        """`now` as the database writes it."""
        return to_micros(self.now)

    def total(self, count: int) -> None:
        """How many results there are over all pages (`x-total-count`)."""
        self.headers["x-total-count"] = str(count)

    def warn(self, text: str) -> None:
        """A hint shown to people beside the answer (`x-warning`)."""
        self.headers["warning"] = text
