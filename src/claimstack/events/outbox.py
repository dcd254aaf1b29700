"""Putting an event into the outbox, inside the transaction of the deed it tells of."""

from collections.abc import Sequence
from typing import Any

from google.protobuf import any_pb2

from claimstack.events import store
from claimstack.events.event import Event
from claimstack.storage import Transaction
from claimstack.wire import v3


async def post(tx: Transaction, event: Event) -> None:
    """Keep the event; it is seen only when the transaction commits."""
    await store.post(tx, row(event))


async def post_many(tx: Transaction, events: Sequence[Event]) -> None:
    """As `post`, for many events at once."""
    await store.post_many(tx, [row(event) for event in events])


def row(event: Event) -> tuple[Any, ...]:
    """The event as the columns of its row, for who writes many with a statement of their own."""
    owner, device = (event.entity_kind, event.entity), (event.end_device, event.epoch)
    return event.name, event.occurred_at, *owner, *device, body(event)


def body(event: Event) -> bytes:
    """The event as it stands in the outbox, for who writes many with one statement."""
    words = v3.Event(name=event.name)
    words.identifiers.append(event.identifiers)
    words.time.seconds, rest = divmod(event.occurred_at, 1_000_000)
    words.time.nanos = rest * 1000
    words.visibility.rights.extend(event.visibility)  # type: ignore[arg-type]
    if event.correlation_id:
        words.correlation_ids.append(event.correlation_id)
    if event.payload is not None:
        packed = any_pb2.Any()
        packed.Pack(event.payload)
        words.data.CopyFrom(packed)
    return words.SerializeToString()
