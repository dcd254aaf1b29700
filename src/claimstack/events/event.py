"""One event: what happened, to which entity, and which right makes it visible."""

from dataclasses import dataclass

from google.protobuf.message import Message

from claimstack.wire import v3


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened.

    `entity_kind` and `entity` (surrogate) own the event: who has `visibility` on it may see it. Events of an end device
    carry its surrogate and its ownership epoch, so that a stream opened by a former owner shows nothing new.
    """

    name: str
    occurred_at: int
    entity_kind: str
    entity: int
    identifiers: v3.EntityIdentifiers
    visibility: tuple[int, ...] = ()
    end_device: int | None = None
    epoch: int | None = None
    payload: Message | None = None
    correlation_id: str = ""
