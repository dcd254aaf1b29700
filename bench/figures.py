"""A round of load as a line of the table: how fast, how long one waited, what it cost the server."""

from bench.house import House
from bench.load import Outcome, run

Row = tuple[str, str, str, str, str]


async def measured(house: House, requests: list[bytes], clients: int, *, keep: bool = False) -> tuple[Outcome, float]:
    """A round of load, and the server's CPU in microseconds a request; `keep`: with the bodies of the answers."""
    before = house.cpu
    outcome = await run(house.http_port, iter(requests), clients, keep=keep)
    return outcome, (house.cpu - before) * 1e6 / max(1, outcome.requests)


def row(name: str, outcome: Outcome, cpu: float, reference: float | None, good: int = 200) -> Row:
    """One line of the table; an answer of another status than the good one is shown, not hidden."""
    wrong = outcome.requests - outcome.statuses[good]
    note = f" ({wrong} not {good})" if wrong else ""
    ratio = f"{outcome.per_second / reference:.2f}" if reference else "–"
    return f"{name}{note}", f"{outcome.per_second:,.0f}", f"{outcome.percentile(0.99):.1f}", f"{cpu:.0f}", ratio
