"""An import job: who began it, what was asked for, how far it is."""

from __future__ import annotations

from typing import NamedTuple, cast

from claimstack.device_templates import find_format
from claimstack.errors import NotFound, ResourceExhausted, Unavailable
from claimstack.identity import Caller, EntityKind, Rights, timestamp
from claimstack.identity.caller import Credential
from claimstack.storage import Row
from claimstack.wire import claimstack_v1 as v1

NAMESPACE = "pkg/imports"
GONE_AFTER = 120_000_000
"""Microseconds without a beat after which a job that nobody has gone on with is called interrupted."""

STALE_AFTER = 15_000_000
"""Microseconds without a beat after which whoever has the file may go on."""

_STATES = {
    "waiting": v1.IMPORT_WAITING,
    "running": v1.IMPORT_RUNNING,
    "done": v1.IMPORT_DONE,
    "failed": v1.IMPORT_FAILED,
    "canceled": v1.IMPORT_CANCELED,
}


class Job(NamedTuple):
    """A job that is being run. `runner` is the name under which it is."""

    number: int
    application: int
    application_uid: str
    request: v1.CreateImportRequest
    caller: Caller
    runner: str
    rows_read: int


def job_of(row: Row, runner: str) -> Job:
    """The job of a row, for its runner."""
    return Job(
        row["id"],
        row["application"],
        row["application_uid"],
        v1.CreateImportRequest.FromString(bytes(row["request"])),
        _caller(row),
        runner,
        row["rows_read"],
    )


def _caller(row: Row) -> Caller:
    return Caller(
        kind=cast(EntityKind, row["caller_kind"]),
        entity=row["caller_entity"],
        uid=row["caller_uid"],
        credential=cast(Credential, row["credential"]),
        credential_id=row["credential_id"],
        ceiling=Rights(row["caller_ceiling"]),
    )


def words(row: Row, now: int) -> v1.Import:
    """The job in the contract's words. That its server is gone follows from the time of its last beat."""
    shown = v1.Import(
        import_id=row["id"],
        format_id=row["format_id"],
        state=_STATES[row["state"]],
        reason=row["reason"],
        started_by=f"{row['caller_kind']} {row['caller_uid']}",
        set_claim_authentication_code=v1.CreateImportRequest.FromString(
            bytes(row["request"])
        ).set_claim_authentication_code,
        created_at=timestamp(row["created_at"]),
        updated_at=timestamp(row["updated_at"]),
    )
    if row["state"] == "running" and row["beat_at"] < now - GONE_AFTER:
        shown.state = v1.IMPORT_INTERRUPTED
    for name in ("file_bytes", "file_bytes_read", "rows_read", "rows_created", "rows_known", "rows_failed"):
        setattr(shown, name, row[name])
    shown.application_ids.application_id = row["application_uid"]
    if row["codes_downloaded_at"] is not None:
        shown.codes_downloaded_at.CopyFrom(timestamp(row["codes_downloaded_at"]))
    format_ = find_format(row["format_id"])
    shown.note = format_.note if format_ else ""
    return shown


def not_found(number: int) -> NotFound:
    """There is no such job in this application."""
    return NotFound(NAMESPACE, "import_not_found", "import `{import_id}` not found", import_id=number)


def too_many(application_uid: str, jobs: int) -> ResourceExhausted:
    """The application has as many jobs as it may have at once."""
    text = "application `{application_id}` has {count} imports that wait for a file or run: cancel one, or wait for one"
    return ResourceExhausted(NAMESPACE, "too_many_imports", text, application_id=application_uid, count=jobs)


def no_room(application_uid: str, most: int) -> ResourceExhausted:
    """The files of the application's jobs would take more room than they may."""
    text = (
        "the files of imports of application `{application_id}` may take {bytes} bytes: wait until one is over, cancel"
        " one, or send a smaller file"
    )
    return ResourceExhausted(NAMESPACE, "no_room_for_import", text, application_id=application_uid, bytes=most)


def not_kept(error: OSError) -> Unavailable:
    """The server's disk takes no file: full, read-only, broken. For its operator, in the system's words."""
    return Unavailable(
        NAMESPACE, "file_not_kept", "the server cannot keep the file: {reason}", reason=f"{error.strerror}"
    )
