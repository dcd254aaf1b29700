"""One attempt to claim, and how it can end."""

from dataclasses import dataclass

from claimstack.claiming.attempts import claimer_subject, device_subject
from claimstack.claiming.gate.handover import NOWHERE, Home
from claimstack.claiming.verdict import Refused
from claimstack.vault import Secret


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who asks for which device, with which code, into which application.

    `target` is the application's surrogate; `wish` the device id there, empty for the present one; `principal` is
    `kind:surrogate` of the claimer, `claimer_uid` its id; `burn`: the code is not to be used again; `now` in
    microseconds.
    """

    join_eui: bytes
    dev_eui: bytes
    code: Secret
    target: int
    wish: str
    principal: str
    claimer_uid: str
    burn: bool
    now: int
    home: Home = NOWHERE
    correlation_id: str = ""

    @property
    def claimer(self) -> str:
        """The claimer as ledger and audit keep it."""
        return f"{self.principal}:{self.claimer_uid}"

    @property
    def device_subject(self) -> str:
        """Whose failures this one would be counted among: the EUI pair's."""
        return device_subject(self.join_eui, self.dev_eui)

    @property
    def claimer_subject(self) -> str:
        """… and the claimer's."""
        return claimer_subject(self.principal)


@dataclass(frozen=True, slots=True)
class Owned:
    """The device is the claimer's, by this attempt or by the one whose answer got lost; its ids now."""

    application_uid: str
    device_uid: str


@dataclass(frozen=True, slots=True)
class Taken:
    """The code was right, but the id is taken in the target application. Nothing changed."""

    device_uid: str


@dataclass(frozen=True, slots=True)
class Capped:
    """Too many failures before: nothing was compared. Another attempt makes sense after `wait` seconds."""

    wait: float


@dataclass(frozen=True, slots=True)
class TargetGone:
    """The target application was deleted meanwhile."""


Outcome = Owned | Refused | Taken | Capped | TargetGone
