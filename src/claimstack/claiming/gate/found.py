"""The row that `store.findings` gives for each attempt, by place: SQLite's own rows search for a name at each use."""

from typing import NamedTuple


class Found(NamedTuple):
    """What one attempt finds, column by column as `store.findings` asks; None where there is nothing.

    Without a device (`end_device`), a ledger (`sequence`) or an audit (`audit_sequence`) theirs are None, too, whatever
    their type says: nobody looks at them then.
    """

    end_device: int | None
    application: int | None
    uid: str | None
    epoch: int | None
    is_body: bytes
    root_keys_read_at: int | None
    application_uid: str | None
    application_deleted_at: int | None
    code_hash: bytes | None
    pepper: int | None
    valid_from: int | None
    valid_to: int | None
    authorized: int | None
    key_rights: int | None
    key_expires_at: int | None
    network_body: bytes | None
    network_state: int
    join_body: bytes | None
    target_uid: str | None
    taken_by: int | None
    sequence: int
    hash: bytes
    hop_epoch: int
    claimer: str
    source_device_uid: str
    target_application: int
    target_device_uid: str
    spent_hash: bytes | None
    spent_pepper: int | None
    audit_sequence: int | None
    audit_hash: bytes
    device_began_at: int | None
    device_failures: int | None
    claimer_began_at: int | None
    claimer_failures: int | None
    overall_failures: int
