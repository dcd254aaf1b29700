"""How often one may guess: caps per end device, per claimer, and over all. Pure arithmetic on counts.

A window begins with the first failure and lasts a fixed time. Counted are refusals; a claim that succeeds takes its
attempt back, and an attempt over a cap is not compared with the code, so it counts nowhere.
"""

from dataclasses import dataclass
from typing import NamedTuple

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
OVERALL_SLOTS = 4


@dataclass(frozen=True, slots=True)
class ClaimCaps:
    """Failed attempts in a window (microseconds). See docs/decisions/attempt-caps.md.

    The overall cap never stops everybody: once it is reached each claimer is left `slowed` failures a window.
    """

    device: int = 10
    claimer: int = 30
    overall: int = 1000
    slowed: int = 3
    device_window: int = DAY
    claimer_window: int = HOUR
    overall_window: int = HOUR

    @property
    def longest_window(self) -> int:
        """After this long without a new window a count is worth nothing."""
        return max(self.device_window, self.claimer_window, self.overall_window)

    def allowance(self, overall: int) -> int:
        """What one claimer may fail in a window, with so many failures over all."""
        return self.claimer if overall < self.overall else min(self.claimer, self.slowed)

    def wait(self, device: "Tally", claimer: "Tally", overall: int, now: int) -> float | None:
        """Seconds until another attempt is compared; None when it is compared now. It depends on counts alone."""
        waits = [
            tally.ends_in(window, now)
            for tally, window, most in (
                (device, self.device_window, self.device),
                (claimer, self.claimer_window, self.allowance(overall)),
            )
            if tally.within(window, now) >= most
        ]
        return max(waits, default=None)


class Tally(NamedTuple):
    """Failures of one subject since its window began."""

    began_at: int = 0
    failures: int = 0

    def within(self, window: int, now: int) -> int:
        """The failures that still count."""
        return self.failures if now < self.began_at + window else 0

    def ends_in(self, window: int, now: int) -> float:
        """Seconds until the window is over."""
        return max(self.began_at + window - now, 0) / SECOND

    def and_one(self, window: int, now: int) -> "Tally":
        """With one failure more, in a new window if the old one is over."""
        return Tally(self.began_at, self.failures + 1) if now < self.began_at + window else Tally(now, 1)


def device_subject(join_eui: bytes, dev_eui: bytes) -> str:
    """Whose count an EUI pair's failures stand on, whether or not there is such a device."""
    return f"device:{join_eui.hex().upper()}:{dev_eui.hex().upper()}"


def claimer_subject(principal: str) -> str:
    """Whose count a claimer's failures stand on."""
    return f"claimer:{principal}"


def overall_subject(dev_eui: bytes) -> str:
    """One of the few rows that the overall count is spread over, so that refusals do not queue on one."""
    return f"overall:{dev_eui[-1] % OVERALL_SLOTS}"


OVERALL = tuple(f"overall:{slot}" for slot in range(OVERALL_SLOTS))
