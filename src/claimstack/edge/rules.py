"""The contract's own rules (`buf.validate`), checked before anything else looks at a request.

A masked write is held to the rules only for what its mask names and for the identifiers: a client that sets one field
need not send the others, however required they are in a whole entity.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from protovalidate import CompilationError, ValidationError, Validator, Violation

from claimstack.errors import Invalid, invalid_field

_VALIDATOR = Validator()


def check(request: Message, mask: Sequence[str] | None = None) -> None:
    """Raise `Invalid` with the path of the first field that breaks a rule, and what was expected.

    `mask`: the paths that a masked write sets; None for every other request.
    """
    _check_text(request)
    check_rules(request, mask)


def check_rules(request: Message, mask: Sequence[str] | None = None) -> None:
    """The same for what is known to hold no NUL."""
    try:
        _VALIDATOR.validate(request, fail_fast=mask is None)
    except ValidationError as error:
        broken = [one for one in error.violations if mask is None or _counts(_names(one), mask)]
        if broken:
            raise _invalid(request, broken[0]) from None
    except CompilationError as error:
        raise RuntimeError(f"rules of {request.DESCRIPTOR.full_name}: {error}") from error


def _check_text(request: Message) -> None:
    """No text holds a NUL character: PostgreSQL keeps none, and both engines keep the same."""
    if b"\0" in request.SerializeToString():  # often no more than a number or an EUI
        path = _nul(request)
        if path is not None:
            raise invalid_field(path, "expected text without NUL characters")


def _nul(message: Message) -> str | None:
    """The path of the first text with a NUL character."""
    for field, value in message.ListFields():
        if not _holds_text(field):
            continue
        if isinstance(value, str):
            if "\0" in value:
                return field.name
            continue
        for part in _parts(field, value):
            if isinstance(part, str) and "\0" in part:
                return field.name
            below = _nul(part) if isinstance(part, Message) else None
            if below is not None:
                return f"{field.name}.{below}"
    return None


@cache
def _holds_text(field: FieldDescriptor) -> bool:
    """Whether text can stand in the field or below it; numbers, EUIs and moments are not looked at."""
    return field.message_type not in _MOMENTS if field.message_type else field.type == FieldDescriptor.TYPE_STRING


_MOMENTS = (Timestamp.DESCRIPTOR, Duration.DESCRIPTOR)


def _parts(field: FieldDescriptor, value: Any) -> Iterable[Any]:
    if not field.is_repeated:
        return (value,)
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return (*value.keys(), *value.values())
    return value  # type: ignore[no-any-return]


def _names(violation: Violation) -> list[str]:
    return [part.field_name for part in _elements(violation)]


def _elements(violation: Violation) -> list[Any]:
    field = violation.proto.field
    return list(field.elements) if field else []


def _counts(names: list[str], mask: Iterable[str]) -> bool:
    """Whether a rule broken at this place of a masked write matters: `names` begins with the entity's field."""
    if len(names) < 2 or names[1] == "ids" or names[0] == "field_mask":
        return True
    inside = ".".join(names[1:]) + "."
    return any(inside.startswith(f"{path}.") or f"{path}.".startswith(inside) for path in mask)


def _invalid(request: Message, violation: Violation) -> Invalid:
    elements = _elements(violation)
    path = ".".join(part.field_name + _subscript(part) for part in elements)
    return Invalid(
        "pkg/errors",
        "validation",
        "invalid `{field}`: {reason}",
        field=path,
        reason=violation.proto.message or violation.proto.rule_id,
        name=elements[-1].field_name if elements else path,
        type=request.DESCRIPTOR.name,
    )


def _subscript(part: object) -> str:
    value = getattr(getattr(part, "subscript", None), "value", None)
    return "" if value is None else f"[{value}]"
