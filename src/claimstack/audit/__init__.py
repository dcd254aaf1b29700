"""What happened around claiming, with reasons: append-only, hash-chained, read by who may read the application."""

from claimstack.audit.chain import START, Broken, Link, digest, follow
from claimstack.audit.record import AuditRecord, device_chain, shown_actor
from claimstack.audit.service import AuditRegistry
from claimstack.audit.store import append, append_statement, record, trim

__all__ = [
    "START",
    "AuditRecord",
    "AuditRegistry",
    "Broken",
    "Link",
    "append",
    "append_statement",
    "device_chain",
    "digest",
    "follow",
    "record",
    "shown_actor",
    "trim",
]
