"""What a release tells: events and an audit row on both sides."""

from claimstack import audit
from claimstack.claiming.gate.notices import READERS, device_identifiers
from claimstack.claiming.ledger import Hop
from claimstack.events import Event, post
from claimstack.storage import Transaction

UNCLAIMED = "dcs.end_device.unclaim.success"


async def tell(tx: Transaction, hop: Hop, correlation_id: str) -> None:
    """Post the events and append the audit rows."""
    for event in events(hop, correlation_id):
        await post(tx, event)
    for record in records(hop, correlation_id):
        await audit.record(tx, record)


def events(hop: Hop, correlation_id: str) -> list[Event]:
    """The former owner sees it go (also as a delete, which every client knows), the maker sees it come."""
    went = device_identifiers(hop.source_application_uid, hop.source_device_uid, hop.join_eui, hop.dev_eui)
    came = device_identifiers(hop.target_application_uid, hop.target_device_uid, hop.join_eui, hop.dev_eui)
    # To the former owner without the device's epoch, which is the maker's by now: nobody would be shown it.
    gone = [
        Event(name, hop.claimed_at, "application", hop.source_application, went, READERS, correlation_id=correlation_id)
        for name in (UNCLAIMED, "end_device.delete")
    ]
    back = Event(
        UNCLAIMED, hop.claimed_at, "application", hop.target_application, came, READERS, hop.end_device, hop.epoch,
        correlation_id=correlation_id,
    )  # fmt: skip
    return [*gone, back]


def records(hop: Hop, correlation_id: str) -> list[audit.AuditRecord]:
    """One row for the readers of each application, each with the id that the device has there."""
    sides = (
        (hop.source_application, hop.source_application_uid, hop.source_device_uid),
        (hop.target_application, hop.target_application_uid, hop.target_device_uid),
    )
    return [
        audit.AuditRecord(
            chain=audit.device_chain(hop.join_eui, hop.dev_eui),
            recorded_at=hop.claimed_at,
            action="release",
            outcome="",
            application=application,
            application_uid=application_uid,
            end_device=hop.end_device,
            device_uid=device_uid,
            join_eui=hop.join_eui,
            dev_eui=hop.dev_eui,
            actor=hop.claimer,
            correlation_id=correlation_id,
        )
        for application, application_uid, device_uid in sides
    ]
