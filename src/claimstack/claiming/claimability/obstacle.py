"""Why a device cannot be claimed right now: the rule of `verdict`, asked by its owner instead of a claimer. Pure.

The owner's question presents the right code, so what is left is everything else that a claim would be judged by.
"""

from claimstack.claiming.attempts import ClaimCaps, Tally
from claimstack.claiming.authorization import ClaimAuthorization
from claimstack.claiming.verdict import Facts, Refused, judge
from claimstack.claiming.window import ValidityWindow

NO_EUIS = "no_euis"
CAPPED = "too_many_attempts"


def obstacle(
    now: int,
    has_euis: bool,
    joins: bool,
    has_code: bool,
    window: ValidityWindow,
    authorization: ClaimAuthorization,
    failures: Tally,
    caps: ClaimCaps,
) -> str:
    """The first reason why an attempt with the right code would fail; empty when it would succeed."""
    if not has_euis:
        return NO_EUIS
    verdict = judge(Facts(now, True, joins, has_code, has_code, False, window, authorization))
    if isinstance(verdict, Refused):
        return verdict.why.value
    return CAPPED if is_capped(failures, caps, now) else ""


def is_capped(failures: Tally, caps: ClaimCaps, now: int) -> bool:
    """Whether attempts at the device are turned away unseen."""
    return failures.within(caps.device_window, now) >= caps.device
