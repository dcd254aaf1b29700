"""Whether a nonce is new, so that a recorded join-request starts nothing (LoRaWAN 1.0.4 6.2.5).

Before 1.0.4 a DevNonce is random and a number of used ones is remembered; from 1.0.4 on it is a
counter and only the last is. RJcount (1.1, 6.2.4) is a counter, too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from enum import Enum

from claimstack.lorawan.mac_version import MACVersion
from claimstack.lorawan.nonces import DevNonce, RJCount

REMEMBERED = 10
"""How many random DevNonces are remembered when nothing else is set."""


class Replay(Enum):
    """Why a nonce is not new."""

    USED = "was used before"
    NOT_GREATER = "is not greater than the last"


def replayed(
    dev_nonce: DevNonce, version: MACVersion, *, last: DevNonce | None, used: Collection[DevNonce]
) -> Replay | None:
    """Why a join with this DevNonce must be refused; None when it is new.

    `last` is the highest accepted (None before the first join), `used` those remembered. A device
    that is known to forget its counter is not asked about here: whoever lets it in knows the risk.
    """
    if not version.counts_dev_nonces():
        return Replay.USED if dev_nonce in used else None
    return Replay.NOT_GREATER if last is not None and dev_nonce <= last else None


def remembering(used: Sequence[DevNonce], dev_nonce: DevNonce, at_most: int = REMEMBERED) -> tuple[DevNonce, ...]:
    """The DevNonces to remember after this one was accepted, oldest first."""
    return (*(nonce for nonce in used if nonce != dev_nonce), dev_nonce)[-at_most:]


def rejoin_replayed(rj_count: RJCount, last: RJCount | None) -> Replay | None:
    """Why a rejoin-request must be refused; None when it is new. The count never wraps."""
    return Replay.NOT_GREATER if last is not None and rj_count <= last else None
