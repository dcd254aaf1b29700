"""Messages into JSON values: one writer per message type, made once from its descriptor.

Proto field names, zero values left out, EUIs and keys in upper-case hexadecimal, 64-bit integers as text. What a
message of the contract's plain kind differs in (enums always by name, field masks as text) is decided here too.
"""

from collections.abc import Callable
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import DecodeError, Message

from claimstack.edge.json_codec import scalars
from claimstack.edge.json_codec.reader import descriptor_of, is_map, is_wrapper, new_message, option
from claimstack.edge.json_codec.scalars import Write
from claimstack.wire import options

_writers: dict[str, Write] = {}


def writer(descriptor: Descriptor) -> Callable[[Message], Any]:
    """The function that turns messages of this type into what a JSON encoder takes."""
    known = _writers.get(descriptor.full_name)
    if known is None:
        known = _writers[descriptor.full_name] = _new_writer(descriptor)
    return known


def _new_writer(descriptor: Descriptor) -> Write:
    if descriptor.full_name in _WELL_KNOWN:
        return _WELL_KNOWN[descriptor.full_name]
    if is_wrapper(descriptor):
        return _wrapper_writer(descriptor)
    return _object_writer(descriptor)


def is_special(descriptor: Descriptor) -> bool:
    """Whether the contract gives the message a JSON form of its own ("mu"), not the plain one."""
    return "m" in option(descriptor, options.json_codec)


def _object_writer(descriptor: Descriptor) -> Write:
    table = {field: (field.name, _field_writer(field)) for field in descriptor.fields}

    def write(message: Message) -> dict[str, Any]:
        out: dict[str, Any] = {}
        for field, value in message.ListFields():
            name, write_field = table[field]
            out[name] = value if write_field is None else write_field(value)
        return out

    return write


def _field_writer(field: FieldDescriptor) -> Write | None:
    if is_map(field):
        return _map_writer(field)
    one = value_writer(field)
    if not field.is_repeated:
        return one
    if one is None:
        return list
    each = one
    return lambda values: [each(value) for value in values]


def value_writer(field: FieldDescriptor) -> Write | None:
    """The writer of one value of a field; None where JSON takes the value as it is."""
    if field.message_type is not None:
        return _message_writer(field)
    if field.enum_type is not None:
        assert field.containing_type is not None
        return _enum_writer(field.enum_type, is_special(field.containing_type))
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes_writer(option(field, options.json))
    return _WRITERS.get(field.cpp_type)


def _message_writer(field: FieldDescriptor) -> Write:
    assert field.message_type is not None
    assert field.containing_type is not None
    descriptor = field.message_type
    if descriptor.full_name == "google.protobuf.FieldMask" and not is_special(field.containing_type):
        return lambda mask: scalars.write_mask_text(mask.paths)
    if descriptor.full_name in _WELL_KNOWN:
        return _WELL_KNOWN[descriptor.full_name]
    return _late_writer(descriptor)


def _late_writer(descriptor: Descriptor) -> Write:
    found: Write | None = None

    def write(message: Message) -> Any:
        nonlocal found
        if found is None:
            found = writer(descriptor)
        return found(message)

    return write


def _enum_writer(descriptor: EnumDescriptor, special: bool) -> Write | None:
    if descriptor.full_name == "google.protobuf.NullValue":
        return lambda _number: None
    if special and option(descriptor, options.json_as_number):
        return None
    names: dict[int, str] = {}
    for value in descriptor.values:  # the first of several names for a number is the one written
        names.setdefault(value.number, value.name)
    return scalars.enum_writer(names)


def _bytes_writer(form: str) -> Write:
    if form.startswith("devaddrprefix"):
        return scalars.write_dev_addr_prefix
    return scalars.write_hex if form.startswith("hex") else scalars.write_base64


_WRITERS: dict[int, Write] = {
    FieldDescriptor.CPPTYPE_INT64: str,
    FieldDescriptor.CPPTYPE_UINT64: str,
    FieldDescriptor.CPPTYPE_FLOAT: scalars.write_float,
    FieldDescriptor.CPPTYPE_DOUBLE: scalars.write_double,
}


def _map_writer(field: FieldDescriptor) -> Write:
    assert field.message_type is not None
    key_type = field.message_type.fields_by_name["key"].type
    key = _bool_key if key_type == FieldDescriptor.TYPE_BOOL else str
    one = value_writer(field.message_type.fields_by_name["value"]) or _as_it_is
    return lambda values: {key(name): one(values[name]) for name in sorted(values)}


def _bool_key(key: bool) -> str:
    return "true" if key else "false"


def _as_it_is(value: Any) -> Any:
    return value


def _wrapper_writer(descriptor: Descriptor) -> Write:
    write_value = value_writer(descriptor.fields_by_name["value"]) or _as_it_is
    return lambda message: write_value(message.value)


def _write_value(message: Any) -> Any:
    kind = message.WhichOneof("kind")
    if kind is None or kind == "null_value":
        return None
    value = getattr(message, kind)
    if kind == "number_value":
        return scalars.write_double(value)
    if kind == "struct_value":
        return _write_struct(value)
    return _write_list(value) if kind == "list_value" else value


def _write_struct(message: Any) -> dict[str, Any]:
    return {name: _write_value(message.fields[name]) for name in sorted(message.fields)}


def _write_list(message: Any) -> list[Any]:
    return [_write_value(value) for value in message.values]


def _write_any(message: Any) -> dict[str, Any]:
    if not message.type_url:
        return {}
    packed = new_message(message.type_url)
    try:
        if packed is not None:
            packed.ParseFromString(message.value)
            return {"@type": message.type_url, **_unpacked(packed)}
    except DecodeError:
        pass
    # A type of a newer release, or of somebody else: better shown packed than not at all.
    return {"@type": message.type_url, "value": scalars.write_base64(message.value)}


def _unpacked(packed: Message) -> dict[str, Any]:
    written = writer(descriptor_of(packed))(packed)
    special = packed.DESCRIPTOR.full_name in _WELL_KNOWN or type(written) is not dict
    return {"value": written} if special else written


_WELL_KNOWN: dict[str, Write] = {
    "google.protobuf.Timestamp": lambda time: scalars.write_timestamp(time.seconds, time.nanos),
    "google.protobuf.Duration": lambda time: scalars.write_duration(time.seconds, time.nanos),
    "google.protobuf.FieldMask": lambda mask: {"paths": list(mask.paths)},
    "google.protobuf.Struct": _write_struct,
    "google.protobuf.Value": _write_value,
    "google.protobuf.ListValue": _write_list,
    "google.protobuf.Any": _write_any,
}
