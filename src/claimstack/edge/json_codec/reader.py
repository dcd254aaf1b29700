"""JSON values into messages: one filler per message type, made once from its descriptor.

Proto3 JSON mapping as the contract reads it: snake_case and camelCase names, unknown fields skipped, null the same as
absent. A filler writes into a message that exists, so that a request can be put together from body, path and query.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message

from claimstack.edge.json_codec import scalars
from claimstack.edge.json_codec.scalars import Mismatch, Read
from claimstack.wire import options

Fill = Callable[[Any, Any, int], None]  # (message, JSON value, depth)

MAX_DEPTH: Final = 64

_fillers: dict[str, Fill] = {}


def option(described: Any, extension: Any) -> Any:
    """The value of one of our own options on a field, message, enum or enum value."""
    return described.GetOptions().Extensions[extension]


def descriptor_of(message: Message | type[Message]) -> Descriptor:
    """The descriptor of a message's type."""
    return cast(Descriptor, message.DESCRIPTOR)


def filler(descriptor: Descriptor) -> Fill:
    """The function that fills messages of this type from JSON values; raises `Mismatch`."""
    known = _fillers.get(descriptor.full_name)
    if known is None:
        known = _fillers[descriptor.full_name] = _new_filler(descriptor)
    return known


def _new_filler(descriptor: Descriptor) -> Fill:
    if descriptor.full_name in _WELL_KNOWN:
        return _WELL_KNOWN[descriptor.full_name]
    if is_wrapper(descriptor):
        return _wrapper_filler(descriptor)
    return _object_filler(descriptor)


def is_wrapper(descriptor: Descriptor) -> bool:
    """Whether the message is written as its bare `value`: Google's wrappers and the contract's own."""
    if descriptor.file.name == "google/protobuf/wrappers.proto":
        return True
    return bool(option(descriptor, options.json_wrapper))


def _object_filler(descriptor: Descriptor) -> Fill:
    table: dict[str, tuple[str, Fill]] = {}
    for field in descriptor.fields:
        table[field.name] = table[field.json_name] = (field.name, _setter(field))
    takes_null = {field.name for field in descriptor.fields if _takes_null(field)}

    def fill(message: Message, value: Any, depth: int) -> None:
        _check_object(value, depth)
        for key, item in value.items():
            entry = table.get(key)
            if entry is None or (item is None and entry[0] not in takes_null):
                continue
            try:
                entry[1](message, item, depth + 1)
            except Mismatch as mismatch:
                mismatch.under(entry[0])
                raise

    return fill


def _takes_null(field: FieldDescriptor) -> bool:
    if field.message_type is not None:
        return field.message_type.full_name == "google.protobuf.Value" and not field.is_repeated
    return field.enum_type is not None and field.enum_type.full_name == "google.protobuf.NullValue"


def _check_object(value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Mismatch(f"at most {MAX_DEPTH} levels of nesting")
    if type(value) is not dict:
        raise Mismatch("an object")


def _setter(field: FieldDescriptor) -> Fill:
    if is_map(field):
        return _map_setter(field)
    if field.is_repeated:
        return _list_setter(field)
    plain = _message_setter(field) if field.message_type else _scalar_setter(field)
    rivals = oneof_members(field)
    return _oneof_setter(field, rivals, plain) if len(rivals) > 1 else plain


def is_map(field: FieldDescriptor) -> bool:
    """Whether the field is a map (in descriptors: a repeated message of key and value)."""
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def oneof_members(field: FieldDescriptor) -> list[str]:
    """The names in the field's oneof; empty where it stands in none."""
    oneof = field.containing_oneof
    return [member.name for member in oneof.fields] if oneof is not None else []


def _scalar_setter(field: FieldDescriptor) -> Fill:
    name, read = field.name, scalar_reader(field)

    def set_scalar(message: Message, value: Any, _depth: int) -> None:
        setattr(message, name, read(value))

    return set_scalar


def _message_setter(field: FieldDescriptor) -> Fill:
    name, part = field.name, _late_filler(field.message_type)

    def set_message(message: Message, value: Any, depth: int) -> None:
        inner = getattr(message, name)
        inner.SetInParent()
        part(inner, value, depth)

    return set_message


def _late_filler(descriptor: Descriptor | None) -> Fill:
    # Looked up at the first use: types may contain themselves, and most of the contract is never read here.
    found: Fill | None = None

    def fill(message: Message, value: Any, depth: int) -> None:
        nonlocal found
        if found is None:
            assert descriptor is not None
            found = filler(descriptor)
        found(message, value, depth)

    return fill


def _oneof_setter(field: FieldDescriptor, members: list[str], plain: Fill) -> Fill:
    assert field.containing_oneof is not None
    oneof, name, choices = field.containing_oneof.name, field.name, ", ".join(members)

    def set_member(message: Message, value: Any, depth: int) -> None:
        if message.WhichOneof(oneof) not in (None, name):
            raise Mismatch(f"only one of {choices}")
        plain(message, value, depth)

    return set_member


def _list_setter(field: FieldDescriptor) -> Fill:
    name = field.name
    append = _message_appender(field) if field.message_type else _scalar_appender(field)

    def set_list(message: Message, value: Any, depth: int) -> None:
        if type(value) is not list:
            raise Mismatch("a list")
        container = getattr(message, name)
        del container[:]
        for position, item in enumerate(value):
            try:
                append(container, item, depth)
            except Mismatch as mismatch:
                mismatch.under(str(position))
                raise

    return set_list


def _message_appender(field: FieldDescriptor) -> Fill:
    part = _late_filler(field.message_type)
    return lambda container, item, depth: part(container.add(), item, depth)


def _scalar_appender(field: FieldDescriptor) -> Fill:
    read = scalar_reader(field)
    return lambda container, item, _depth: container.append(read(item))


def _map_setter(field: FieldDescriptor) -> Fill:
    assert field.message_type is not None
    name = field.name
    read_key = _key_reader(field.message_type.fields_by_name["key"])
    put = _map_putter(field.message_type.fields_by_name["value"])

    def set_map(message: Message, value: Any, depth: int) -> None:
        _check_object(value, depth)
        container = getattr(message, name)
        container.clear()
        for key, item in value.items():
            try:
                put(container, read_key(key), item, depth)
            except Mismatch as mismatch:
                mismatch.under(key)
                raise

    return set_map


def _key_reader(field: FieldDescriptor) -> Read:
    if field.type == FieldDescriptor.TYPE_BOOL:
        return scalars.read_bool_text
    return scalar_reader(field)


def _map_putter(field: FieldDescriptor) -> Callable[[Any, Any, Any, int], None]:
    if field.message_type is not None:
        part = _late_filler(field.message_type)
        return lambda container, key, item, depth: part(container[key], item, depth + 1)
    read = scalar_reader(field)

    def put(container: Any, key: Any, item: Any, _depth: int) -> None:
        container[key] = read(item)

    return put


def scalar_reader(field: FieldDescriptor) -> Read:
    """The reader of one value of a scalar, bytes or enum field."""
    if field.enum_type is not None:
        return _enum_reader(field.enum_type)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _bytes_reader(option(field, options.json))
    return _READERS[field.cpp_type]


def _enum_reader(descriptor: EnumDescriptor) -> Read:
    numbers = dict(enum_spellings(descriptor))
    if descriptor.full_name == "google.protobuf.NullValue":
        numbers[None] = 0  # type: ignore[index]
    return scalars.enum_reader(numbers, enum_names(descriptor))


def enum_names(descriptor: EnumDescriptor) -> list[str]:
    """The names as the enum declares them."""
    return [value.name for value in descriptor.values]


def enum_spellings(descriptor: EnumDescriptor) -> Iterator[tuple[str, int]]:
    """All accepted spellings with their numbers, the strongest last: without prefix, alias, full name."""
    prefix = str(option(descriptor, options.json_prefix))
    for value in descriptor.values:
        if prefix and value.name.startswith(prefix + "_"):
            yield value.name.removeprefix(prefix + "_"), value.number
    for value in descriptor.values:
        yield from ((alias, value.number) for alias in option(value, options.json_alias))
    for value in descriptor.values:
        yield value.name, value.number


def _bytes_reader(form: str) -> Read:
    if form.startswith("devaddrprefix"):
        return scalars.read_dev_addr_prefix
    return scalars.octets_reader(int(form[3:])) if form.startswith("hex") else scalars.read_base64


_READERS: dict[int, Read] = {
    FieldDescriptor.CPPTYPE_STRING: scalars.read_text,
    FieldDescriptor.CPPTYPE_BOOL: scalars.read_bool,
    FieldDescriptor.CPPTYPE_INT32: scalars.integer_reader(-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: scalars.integer_reader(0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: scalars.integer_reader(-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: scalars.integer_reader(0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_FLOAT: scalars.number_reader(scalars.FLOAT_LIMIT),
    FieldDescriptor.CPPTYPE_DOUBLE: scalars.number_reader(None),
}


def _wrapper_filler(descriptor: Descriptor) -> Fill:
    set_value = _setter(descriptor.fields_by_name["value"])

    def fill(message: Message, value: Any, depth: int) -> None:
        if type(value) is dict:
            value = value.get("value")
        elif value is None:
            raise Mismatch("a value")
        if value is not None:
            set_value(message, value, depth)

    return fill


def _fill_timestamp(message: Any, value: Any, _depth: int) -> None:
    message.seconds, message.nanos = scalars.read_timestamp(value)


def _fill_duration(message: Any, value: Any, _depth: int) -> None:
    message.seconds, message.nanos = scalars.read_duration(value)


def _fill_mask(message: Any, value: Any, _depth: int) -> None:
    paths = scalars.read_mask(value)
    del message.paths[:]
    message.paths.extend(paths)


def _fill_struct(message: Any, value: Any, depth: int) -> None:
    # Levels are those of messages, not of JSON: a reader of protobuf goes down a hundred, and what was kept is read.
    _check_object(value, depth)
    message.fields.clear()
    for key, item in value.items():
        try:
            _fill_value(message.fields[key], item, depth + 2)  # in an entry of the map
        except Mismatch as mismatch:
            mismatch.under(key)
            raise


def _fill_value(message: Any, value: Any, depth: int) -> None:
    if value is None:
        message.null_value = 0
    elif type(value) is bool:
        message.bool_value = value
    elif type(value) is str:
        message.string_value = value
    elif type(value) is dict:
        message.struct_value.SetInParent()
        _fill_struct(message.struct_value, value, depth + 1)
    elif type(value) is list:
        message.list_value.SetInParent()
        _fill_list(message.list_value, value, depth + 1)
    else:
        message.number_value = _number(value)


_number = scalars.number_reader(None)


def _fill_list(message: Any, value: Any, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise Mismatch(f"at most {MAX_DEPTH} levels of nesting")
    if type(value) is not list:
        raise Mismatch("a list")
    del message.values[:]
    for position, item in enumerate(value):
        try:
            _fill_value(message.values.add(), item, depth + 1)
        except Mismatch as mismatch:
            mismatch.under(str(position))
            raise


def _fill_any(message: Any, value: Any, depth: int) -> None:
    _check_object(value, depth)
    if not value:
        return
    url = value.get("@type")
    packed = new_message(url) if type(url) is str else None
    if packed is None:
        raise Mismatch("an object whose @type is a known message")
    special = packed.DESCRIPTOR.full_name in _WELL_KNOWN
    filler(descriptor_of(packed))(packed, value.get("value") if special else value, depth + 1)
    message.type_url, message.value = url, packed.SerializeToString()


def new_message(type_url: str) -> Message | None:
    """An empty message of the type that an Any's URL names; None where the contract does not have it."""
    try:
        found = descriptor_pool.Default().FindMessageTypeByName(type_url.rpartition("/")[2])
    except (KeyError, ValueError):
        return None
    return message_factory.GetMessageClass(found)()


_WELL_KNOWN: dict[str, Fill] = {
    "google.protobuf.Timestamp": _fill_timestamp,
    "google.protobuf.Duration": _fill_duration,
    "google.protobuf.FieldMask": _fill_mask,
    "google.protobuf.Struct": _fill_struct,
    "google.protobuf.Value": _fill_value,
    "google.protobuf.ListValue": _fill_list,
    "google.protobuf.Any": _fill_any,
}
