"""May this attempt have the device? The rule, pure. The database decides by the same conditions (see store.py).

The reason is for the audit of the source application only; to the claimer every refusal reads the same.
"""

from dataclasses import dataclass
from enum import StrEnum

from claimstack.claiming.authorization import ClaimAuthorization, Lapse
from claimstack.claiming.window import ALWAYS, ValidityWindow


class Why(StrEnum):
    """Why an attempt is refused, beside the lapses of an application's authorization."""

    UNKNOWN_DEVICE = "unknown_device"
    DOES_NOT_JOIN = "device_does_not_join"
    NO_CODE = "no_code"
    ALREADY_CLAIMED = "already_claimed"
    WRONG_CODE = "wrong_code"
    TOO_EARLY = "before_window"
    TOO_LATE = "after_window"


Reason = Why | Lapse


@dataclass(frozen=True, slots=True)
class Granted:
    """The device changes hands."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The device stays; `why` is for the audit."""

    why: Reason


@dataclass(frozen=True, slots=True)
class Facts:
    """What an attempt met. `code_spent`: the code is the one that the last claim burnt."""

    now: int
    known: bool = False
    joins: bool = True
    has_code: bool = False
    code_right: bool = False
    code_spent: bool = False
    window: ValidityWindow = ALWAYS
    authorization: ClaimAuthorization = ClaimAuthorization()


def judge(facts: Facts) -> Granted | Refused:
    """Grant, or the first reason not to."""
    why = _device_fault(facts) or facts.authorization.lapse(facts.now) or _code_fault(facts)
    return Refused(why) if why else Granted()


def _device_fault(facts: Facts) -> Why | None:
    if not facts.known:
        return Why.UNKNOWN_DEVICE
    if not facts.joins:
        return Why.DOES_NOT_JOIN
    if facts.has_code:
        return None
    return Why.ALREADY_CLAIMED if facts.code_spent else Why.NO_CODE


def _code_fault(facts: Facts) -> Why | None:
    if not facts.code_right:
        return Why.WRONG_CODE
    if facts.window.is_ahead(facts.now):
        return Why.TOO_EARLY
    return Why.TOO_LATE if facts.window.is_over(facts.now) else None
