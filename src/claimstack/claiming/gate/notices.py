"""What a claim tells: its events (`dcs.end_device.claim.*`), and the note to those who had the device."""

from claimstack.audit import AuditRecord
from claimstack.claiming.ledger import Hop
from claimstack.events import Event
from claimstack.identity import Right
from claimstack.wire import v3

READERS = (int(Right.APPLICATION_DEVICES_READ),)


def of_claim(hop: Hop, correlation_id: str) -> list[Event]:
    """Success for the new owner; for the former one the device is gone, like after a delete."""
    source, device = hop.source_application, hop.end_device
    came = device_identifiers(hop.target_application_uid, hop.target_device_uid, hop.join_eui, hop.dev_eui)
    events = [
        Event(
            "dcs.end_device.claim.success", hop.claimed_at, "application", hop.target_application, came, READERS,
            device, hop.epoch, correlation_id=correlation_id,
        )
    ]  # fmt: skip
    if source != hop.target_application:
        went = device_identifiers(hop.source_application_uid, hop.source_device_uid, hop.join_eui, hop.dev_eui)
        # Without the device's epoch, or nobody would be shown it: the epoch is the new owner's by now.
        events.append(
            Event(
                "end_device.delete", hop.claimed_at, "application", source, went, READERS,
                correlation_id=correlation_id,
            )
        )  # fmt: skip
    return events


def of_refusal(record: AuditRecord, epoch: int) -> Event:
    """An attempt failed: for the readers of the application that has the device, with the reason."""
    ids = device_identifiers(record.application_uid, record.device_uid, record.join_eui or b"", record.dev_eui or b"")
    why = v3.ErrorDetails(namespace="pkg/deviceclaimingserver", name=record.outcome, code=7)
    return Event(
        "dcs.end_device.claim.fail", record.recorded_at, "application", record.application or 0, ids, READERS,
        record.end_device, epoch, why, record.correlation_id,
    )  # fmt: skip


def device_identifiers(application_uid: str, uid: str, join_eui: bytes, dev_eui: bytes) -> v3.EntityIdentifiers:
    """A device in an event's words."""
    ids = v3.EntityIdentifiers()
    device = ids.device_ids  # written in place: messages given to a message are copied
    device.device_id, device.application_ids.application_id = uid, application_uid
    device.join_eui, device.dev_eui = join_eui, dev_eui
    return ids
