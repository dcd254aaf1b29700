"""One schema and one SQL for SQLite (embedded) and PostgreSQL (many nodes); see docs/decisions/storage.md."""

from claimstack.storage.database import Database, Reader, Row, Transaction, Verb, lengthy, open_database
from claimstack.storage.errors import Busy, StorageError, UniqueViolation
from claimstack.storage.lanes import Lanes
from claimstack.storage.migrate import migrate, pending, schema_version

__all__ = [
    "Busy",
    "Database",
    "Lanes",
    "Reader",
    "Row",
    "StorageError",
    "Transaction",
    "UniqueViolation",
    "Verb",
    "lengthy",
    "migrate",
    "open_database",
    "pending",
    "schema_version",
]
