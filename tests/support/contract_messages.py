"""Random messages of the contract, drawn from their descriptors: for every test that holds for all messages."""

from typing import Any

from google.protobuf import message_factory
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from hypothesis import strategies as st

from claimstack.wire import options, v3

ALL = sorted(
    (each for each in vars(v3).values() if isinstance(each, type) and issubclass(each, Message)),
    key=lambda each: each.DESCRIPTOR.full_name,
)

_TEXT = st.text(st.characters(codec="utf-8"), max_size=8)
_SCALARS: dict[int, st.SearchStrategy[Any]] = {
    FieldDescriptor.CPPTYPE_STRING: _TEXT,
    FieldDescriptor.CPPTYPE_BOOL: st.booleans(),
    FieldDescriptor.CPPTYPE_INT32: st.integers(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: st.integers(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: st.integers(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: st.integers(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_FLOAT: st.floats(width=32, allow_nan=False),
    FieldDescriptor.CPPTYPE_DOUBLE: st.floats(allow_nan=False),
}
_PATHS = st.lists(st.sampled_from(["ids", "ids.dev_eui", "mac_settings.rx1_delay"]), max_size=3)


@st.composite
def messages(draw: st.DrawFn, message_class: type[Message], depth: int = 3) -> Any:
    """A message of that class with a few of its fields set, to at most `depth` levels."""
    message: Any = message_class()
    special = _WELL_KNOWN.get(message_class.DESCRIPTOR.full_name)
    if special is not None:
        special(draw, message)
        return message
    fields: list[Any] = list(message_class.DESCRIPTOR.fields)
    chosen = draw(st.lists(st.sampled_from(fields), max_size=5, unique=True)) if fields else []
    for field in chosen:
        oneof = field.containing_oneof
        if oneof is None or message.WhichOneof(oneof.name) is None:
            _put(draw, message, field, depth)
    return message


def any_message() -> st.SearchStrategy[Message]:
    """A message of any class of the contract."""
    return st.sampled_from(ALL).flatmap(messages)


def _put(draw: st.DrawFn, message: Any, field: Any, depth: int) -> None:
    if field.message_type is not None and depth == 0:
        return
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        _put_map(draw, getattr(message, field.name), field, depth)
    elif field.is_repeated:
        for _ in range(draw(st.integers(0, 2))):
            getattr(message, field.name).append(_one(draw, field, depth))
    elif field.message_type is not None:
        getattr(message, field.name).CopyFrom(_one(draw, field, depth))
    else:
        setattr(message, field.name, _one(draw, field, depth))


def _put_map(draw: st.DrawFn, values: Any, field: Any, depth: int) -> None:
    key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
    for _ in range(draw(st.integers(0, 2))):
        name, item = _one(draw, key, depth), _one(draw, value, depth)
        if value.message_type is not None:
            values[name].CopyFrom(item)
        else:
            values[name] = item


def _one(draw: st.DrawFn, field: Any, depth: int) -> Any:
    if field.message_type is not None:
        return draw(messages(message_factory.GetMessageClass(field.message_type), depth - 1))
    if field.enum_type is not None:
        return draw(st.sampled_from([value.number for value in field.enum_type.values]))
    if field.type == FieldDescriptor.TYPE_BYTES:
        return draw(_octets(field.GetOptions().Extensions[options.json]))
    return draw(_SCALARS[field.cpp_type])


def _octets(form: str) -> st.SearchStrategy[bytes]:
    if form.startswith("devaddrprefix"):
        length = st.integers(0, 32).map(lambda bits: bytes([bits]))
        return st.tuples(st.binary(min_size=4, max_size=4), length).map(b"".join)
    if form.startswith("hex"):
        return st.binary(min_size=int(form[3:]), max_size=int(form[3:]))
    return st.binary(max_size=8)


def _timestamp(draw: st.DrawFn, message: Any) -> None:
    message.seconds = draw(st.integers(-62_135_596_800, 253_402_300_799))
    message.nanos = draw(st.sampled_from([0, 1, 5_000, 500_000_000, 999_999_999]))


def _duration(draw: st.DrawFn, message: Any) -> None:
    sign = draw(st.sampled_from([-1, 1]))
    message.seconds = sign * draw(st.integers(0, 315_575_999_999))
    message.nanos = sign * draw(st.sampled_from([0, 1, 5_000, 500_000_000, 999_999_999]))


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2),
    max_leaves=4,
)


def _struct(draw: st.DrawFn, message: Any) -> None:
    message.update(draw(st.dictionaries(_TEXT, _JSON, max_size=3)))


def _any(draw: st.DrawFn, message: Any) -> None:
    message.Pack(draw(messages(v3.EndDeviceIdentifiers, 1)))


_WELL_KNOWN = {
    "google.protobuf.Timestamp": _timestamp,
    "google.protobuf.Duration": _duration,
    "google.protobuf.FieldMask": lambda draw, mask: mask.paths.extend(draw(_PATHS)),
    "google.protobuf.Struct": _struct,
    "google.protobuf.Any": _any,
}
