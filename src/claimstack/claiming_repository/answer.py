"""What a Join Server can answer, whatever its dialect, and what follows from it for a claim. Pure."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class Why(StrEnum):
    """A definite no."""

    BAD_REQUEST = "bad_request"
    CREDENTIALS = "credentials"
    DENIED = "denied"
    ABSENT = "absent"
    CONFLICT = "conflict"
    LATER = "later"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Done:
    """It is done there."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was done there. `message` is the Join Server's own text, if it gave one."""

    why: Why
    message: str = ""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Nobody knows whether it was done: no connection, no answer in time, or a server error."""

    trouble: str


@dataclass(frozen=True, slots=True)
class Status:
    """Where a claimed device is at home, as the Join Server has it: NetID 3 bytes, NSID 8 bytes or absent."""

    home_net_id: bytes
    home_ns_id: bytes = b""


Answer = Done | Refused | Unanswered

_STATUSES = {
    400: Why.BAD_REQUEST,
    401: Why.CREDENTIALS,
    403: Why.DENIED,
    404: Why.ABSENT,
    409: Why.CONFLICT,
    422: Why.BAD_REQUEST,
    429: Why.LATER,
    501: Why.UNSUPPORTED,
}


def of_status(status: int, message: str = "") -> Answer:
    """What an HTTP status means; a redirect is not followed, so it is no answer."""
    if 200 <= status < 300:
        return Done()
    if status in _STATUSES:
        return Refused(_STATUSES[status], message)
    return Unanswered(f"HTTP status {status}")


class Step(Enum):
    """What to do with a pending claim next."""

    REGISTER = auto()
    DROP = auto()
    KEEP = auto()
    RELEASE = auto()


_PASSING = (Why.LATER, Why.CREDENTIALS)


def after_claim(answer: Answer, unanswered: int) -> Step:
    """What follows for a claim that was asked for; `unanswered`: how many calls before left no answer.

    One of those may have succeeded. So a later no does not settle it: what may be ours there is given up first.
    """
    if isinstance(answer, Done):
        return Step.REGISTER
    if isinstance(answer, Unanswered):
        return Step.KEEP
    if not unanswered:
        return Step.DROP
    return Step.KEEP if answer.why in _PASSING else Step.RELEASE


def after_release(answer: Answer) -> Step:
    """What follows for a claim that is being given up: a no means that it is not ours there."""
    if isinstance(answer, Unanswered) or (isinstance(answer, Refused) and answer.why in _PASSING):
        return Step.KEEP
    return Step.DROP
