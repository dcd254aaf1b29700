"""The one table that turns an error into an answer: gRPC code, HTTP status and the contract's `ErrorDetails`.

An error that is not of the family loses its text here; the log keeps it under the correlation id.
"""

from typing import NamedTuple

from google.protobuf.any_pb2 import Any
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from claimstack.errors import Aborted, ClaimstackError, Internal, Unavailable
from claimstack.storage.errors import Busy, CommitUnknown, UniqueViolation
from claimstack.wire import v3

# gRPC code -> HTTP status, as gRPC gateways of this field answer.
HTTP_STATUS = {
    1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429,
    9: 400, 10: 409, 11: 400, 12: 501, 13: 500, 14: 503, 15: 500, 16: 401,
}  # fmt: skip

_INTERNAL = Internal("pkg/errors", "internal", "internal error")
_BUSY = Unavailable("pkg/storage", "busy", "the database does not take work right now: try again")
_UNKNOWN = Unavailable(
    "pkg/storage", "outcome_unknown", "the outcome is unknown: ask again with the same idempotency key"
)
_RACE = Aborted("pkg/storage", "race", "another change came first: look and try again")


class Answer(NamedTuple):
    """An error ready to leave: the same status for both protocols."""

    code: int
    http_status: int
    text: str
    status: Status
    retry_after: float | None


def public(error: BaseException) -> ClaimstackError:
    """The error of the family that the caller may see."""
    match error:
        case ClaimstackError() if error.code != Internal.code:
            return error
        case Busy():
            return _BUSY
        case CommitUnknown():
            return _UNKNOWN
        case UniqueViolation():
            return _RACE
    return _INTERNAL


def answer_for(error: BaseException, correlation_id: str) -> Answer:
    """The answer to an error."""
    shown = public(error)
    text = f"error:{shown.namespace}:{shown.name} ({shown.text})"
    status = Status(code=shown.code, message=text, details=_details(shown, correlation_id))
    return Answer(shown.code, HTTP_STATUS[shown.code], text, status, shown.retry_after)


def _details(error: ClaimstackError, correlation_id: str) -> list[Any]:
    details = v3.ErrorDetails(
        namespace=error.namespace,
        name=error.name,
        message_format=error.message_format,
        correlation_id=correlation_id,
        code=error.code,
    )
    if error.attributes:
        details.attributes.update(dict(error.attributes))
    packed = [_packed(details)]
    if error.retry_after is not None:
        seconds = int(error.retry_after)
        delay = Duration(seconds=seconds, nanos=int((error.retry_after - seconds) * 1e9))
        packed.append(_packed(RetryInfo(retry_delay=delay)))
    return packed


def _packed(message: v3.ErrorDetails | RetryInfo) -> Any:
    packed = Any()
    packed.Pack(message)
    return packed
