"""Putting an event into the outbox, inside the transaction of the deed it tells of."""

from google.protobuf.any_pb2 import Any

from claimstack.events import store
from claimstack.events.event import Event
from claimstack.storage import Transaction
from claimstack.wire import v3


async def post(tx: Transaction, event: Event) -> None:
    """Keep the event; it is seen only when the transaction commits."""
    owner, device = (event.entity_kind, event.entity), (event.end_device, event.epoch)
    await store.post(tx, event.name, event.occurred_at, owner, device, body(event))


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
        packed = Any()
        packed.Pack(event.payload)
        words.data.CopyFrom(packed)
    return words.SerializeToString()
