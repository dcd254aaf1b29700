"""The contract's own rules (`buf.validate`), checked before anything else looks at a request."""

from google.protobuf.message import Message
from protovalidate import CompilationError, ValidationError, Validator

from claimstack.errors import Invalid

_VALIDATOR = Validator()


def check(request: Message) -> None:
    """Raise `Invalid` with the path of the first field that breaks a rule, and what was expected."""
    try:
        _VALIDATOR.validate(request, fail_fast=True)
    except ValidationError as error:
        violation = error.violations[0].proto
        path = ".".join(part.field_name + _subscript(part) for part in violation.field.elements)
        raise Invalid(
            "pkg/errors",
            "validation",
            "invalid `{field}`: {reason}",
            field=path,
            reason=violation.message or violation.rule_id,
            name=path.rpartition(".")[2],
            type=request.DESCRIPTOR.name,
        ) from None
    except CompilationError as error:
        raise RuntimeError(f"rules of {request.DESCRIPTOR.full_name}: {error}") from error


def _subscript(part: object) -> str:
    subscript = getattr(part, "subscript", None)
    value = getattr(subscript, "value", None)
    return "" if value is None else f"[{value}]"
