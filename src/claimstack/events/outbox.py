"""Putting an event into the outbox, inside the transaction of the deed it tells of."""

from google.protobuf.any_pb2 import Any
from google.protobuf.timestamp_pb2 import Timestamp

from claimstack.events.event import Event
from claimstack.storage import Transaction
from claimstack.wire import v3


async def post(tx: Transaction, event: Event) -> None:
    """Keep the event; it is seen only when the transaction commits."""
    await tx.execute(
        "INSERT INTO event (name, occurred_at, entity_kind, entity, end_device, epoch, body)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7)",
        event.name, event.occurred_at, event.entity_kind, event.entity, event.end_device, event.epoch, _body(event),
    )  # fmt: skip


def _body(event: Event) -> bytes:
    words = v3.Event(name=event.name, time=_timestamp(event.occurred_at), identifiers=[event.identifiers])
    words.visibility.rights.extend(event.visibility)  # type: ignore[arg-type]
    if event.correlation_id:
        words.correlation_ids.append(event.correlation_id)
    if event.payload is not None:
        packed = Any()
        packed.Pack(event.payload)
        words.data.CopyFrom(packed)
    return words.SerializeToString()


def _timestamp(micros: int) -> Timestamp:
    seconds, rest = divmod(micros, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1000)
