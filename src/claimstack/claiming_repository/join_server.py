"""What a claim at another Join Server needs of it: one narrow protocol, answered by each dialect."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from claimstack.claiming_repository.answer import Answer, Refused, Status, Unanswered
from claimstack.vault import Secret


@dataclass(frozen=True, slots=True)
class Device:
    """The device as its label names it, EUIs of 8 bytes."""

    join_eui: bytes
    dev_eui: bytes


@dataclass(frozen=True, slots=True)
class Order:
    """A claim as it is asked for. NetID 3 bytes, NSID 8 bytes or empty; `as_id` may be empty."""

    device: Device
    code: Secret
    net_id: bytes
    ns_id: bytes
    as_id: str


class JoinServer(Protocol):
    """A Join Server that can be claimed on. Asking twice for the same does no harm."""

    @property
    def together(self) -> int:
        """How many devices one call can give up; 1 for one after the other."""

    async def claim(self, order: Order) -> Answer: ...

    async def release(self, device: Device) -> Answer: ...

    async def release_many(self, devices: Sequence[Device]) -> Mapping[Device, Answer]:
        """Give up at most `together` devices with one call; who is not in the answer has to be asked for alone."""

    async def status(self, device: Device) -> Status | Refused | Unanswered: ...

    async def close(self) -> None: ...
