"""What one stream may see: its entities and devices, with the caller's rights on them as they are now.

Rights are asked for again when a second has passed since the last time and something is to be shown, when something
happens to the entity or the device, and now and then while nothing happens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from claimstack.errors import NotFound, PermissionDenied, invalid_field
from claimstack.events import store
from claimstack.events.store import Owner, Posted
from claimstack.storage import Reader
from claimstack.wire import v3

if TYPE_CHECKING:  # calls are of identity, and identity posts events
    from claimstack.calls import Call

Kind = Literal["application", "organization", "user"]
FRESH_SECONDS = 1.0
MOST_IDENTIFIERS = 100
# Who may know of events that name no right: those who may see the entity.
_INFO = {"application": 1 << 14, "organization": 1 << 40, "user": 1 << 0}


class Seen(Protocol):
    """An entity as the caller sees it: its surrogate key and the caller's rights (bit n-1 is right number n)."""

    @property
    def id(self) -> int: ...

    @property
    def rights(self) -> int: ...


class See(Protocol):
    """Asks who the caller of this call is by now and what they may do on the entity.

    Raises `unauthenticated`, `no_…_rights` or `…_not_found`.
    """

    async def __call__(self, call: Call, kind: Kind, uid: str) -> Seen: ...


@dataclass(slots=True)
class Subject:
    """One thing that is listened to: an entity, or one end device (`device_uid`, `device`) of an application."""

    kind: Kind
    uid: str
    device_uid: str = ""
    entity: int = 0
    rights: int = 0
    device: int | None = None
    gone: bool = False

    def shows(self, posted: Posted) -> bool:
        """Whether the event is of this subject and the caller may see it."""
        if posted.owner != (self.kind, self.entity) or (self.device_uid and posted.end_device != self.device):
            return False
        return bool(self.rights & (posted.visibility or _INFO[self.kind]))


class Sight:
    """The subjects of one stream."""

    def __init__(self, reader: Reader, see: See, call: Call, subjects: list[Subject]) -> None:
        self._reader, self._see, self._call = reader, see, call
        self.subjects = subjects
        self._looked_at = 0.0

    async def open(self) -> None:
        """Look for the first time: every subject must be there."""
        await self.look()
        self.require_all()

    async def look(self) -> None:
        """Ask for the rights; raises what the caller may no longer see."""
        for subject in self.subjects:
            seen = await self._see(self._call, subject.kind, subject.uid)
            subject.rights = seen.rights
            # An id can be given to another entity only after a purge: then it is not the one that was meant.
            subject.gone = bool(subject.entity) and subject.entity != seen.id
            subject.entity = subject.entity or seen.id
            if subject.device_uid:
                await self._look_for_device(subject)
        self._looked_at = _moment()

    async def _look_for_device(self, subject: Subject) -> None:
        found = await store.end_device(self._reader, subject.entity, subject.device_uid)
        subject.gone = subject.gone or found is None or found != (subject.device or found)
        subject.device = subject.device or found

    async def look_if_old(self) -> None:
        """Ask again when the answer is older than a second."""
        if _moment() - self._looked_at > FRESH_SECONDS:
            await self.look()

    def require_all(self) -> None:
        """`end_device_not_found` when a device is gone: deleted, or claimed by another."""
        for subject in self.subjects:
            if subject.gone:
                raise NotFound(
                    "pkg/identityserver/store",
                    "end_device_not_found",
                    "end device `{device_id}` not found in application `{application_id}`",
                    device_id=subject.device_uid,
                    application_id=subject.uid,
                )

    def shows(self, posted: Posted) -> bool:
        """Whether any subject shows the event."""
        return any(subject.shows(posted) for subject in self.subjects)

    @property
    def owners(self) -> set[Owner]:
        """The entities of all subjects."""
        return {(subject.kind, subject.entity) for subject in self.subjects}

    @property
    def devices(self) -> set[int]:
        """The devices among the subjects."""
        return {subject.device for subject in self.subjects if subject.device is not None}


def _moment() -> float:
    return asyncio.get_running_loop().time()


def subjects_of(identifiers: Iterable[v3.EntityIdentifiers]) -> list[Subject]:
    """The subjects a request names."""
    subjects = [subject_of(one) for one in identifiers]
    if not 0 < len(subjects) <= MOST_IDENTIFIERS:
        raise invalid_field("identifiers", f"expected 1 to {MOST_IDENTIFIERS} entities")
    return subjects


def subject_of(identifiers: v3.EntityIdentifiers) -> Subject:
    """The subject of one identifier; nobody has rights on what is not served here."""
    match identifiers.WhichOneof("ids"):
        case "application_ids":
            return Subject("application", identifiers.application_ids.application_id)
        case "organization_ids":
            return Subject("organization", identifiers.organization_ids.organization_id)
        case "user_ids":
            return Subject("user", identifiers.user_ids.user_id)
        case "device_ids":
            device = identifiers.device_ids
            return Subject("application", device.application_ids.application_id, device.device_id)
        case "gateway_ids":
            raise _no_rights("gateway", identifiers.gateway_ids.gateway_id)
        case _:
            raise _no_rights("client", identifiers.client_ids.client_id)


def _no_rights(kind: str, uid: str) -> PermissionDenied:
    return PermissionDenied("pkg/auth/rights", f"no_{kind}_rights", f"no rights for {kind} `{{uid}}`", uid=uid)
