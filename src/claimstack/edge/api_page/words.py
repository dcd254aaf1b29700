"""Types and rules of fields in words: what a person wants to know before filling one in."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from claimstack.edge.json_codec.reader import is_map, is_wrapper, option
from claimstack.edge.openapi.schemas import component_name
from claimstack.wire import options

_SCALARS = {
    FieldDescriptor.CPPTYPE_STRING: "text",
    FieldDescriptor.CPPTYPE_BOOL: "true or false",
    FieldDescriptor.CPPTYPE_INT32: "integer",
    FieldDescriptor.CPPTYPE_UINT32: "integer from 0",
    FieldDescriptor.CPPTYPE_INT64: "integer, as text",
    FieldDescriptor.CPPTYPE_UINT64: "integer from 0, as text",
    FieldDescriptor.CPPTYPE_FLOAT: "number",
    FieldDescriptor.CPPTYPE_DOUBLE: "number",
}
_WELL_KNOWN = {
    "google.protobuf.Timestamp": "time",
    "google.protobuf.Duration": "duration",
    "google.protobuf.FieldMask": "field mask",
    "google.protobuf.Struct": "any object",
    "google.protobuf.Value": "any value",
    "google.protobuf.ListValue": "any list",
    "google.protobuf.Any": "object with @type",
    "google.protobuf.Empty": "nothing",
}
_RULES = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "maxProperties": "at most {} entries",
    "minimum": "from {}",
    "maximum": "up to {}",
    "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}",
    "const": "always {}",
    "format": "{}",
}
_DIGITS = ("[0-9]{1,19}$", "[0-9]{1,20}$")  # of 64-bit integers: the type says it already
_BOUNDS_OF_TYPES = {0, -(2**31), 2**31 - 1, 2**32 - 1}


def type_name(field: FieldDescriptor) -> str:
    """What one value of the field is, "" where `linked` names a type of the contract."""
    if field.message_type is not None:
        if is_wrapper(field.message_type):
            return type_name(field.message_type.fields_by_name["value"])
        return _WELL_KNOWN.get(field.message_type.full_name, "")
    if field.enum_type is not None:
        return ""
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _octets(option(field, options.json))
    return _SCALARS[field.cpp_type]


def _octets(form: str) -> str:
    if form.startswith("devaddrprefix"):
        return "DevAddr block such as 26011B00/24"
    return f"{2 * int(form[3:])} hexadecimal digits" if form.startswith("hex") else "bytes, in base64"


def linked(field: FieldDescriptor) -> str:
    """The message or enum of the contract that the field holds, by its name in the documents; "" if none."""
    if field.message_type is not None and is_wrapper(field.message_type):
        return linked(field.message_type.fields_by_name["value"])
    found = field.enum_type or field.message_type
    if found is None or found.full_name in _WELL_KNOWN:
        return ""
    return component_name(found.full_name)


def plurality(field: FieldDescriptor) -> str:
    """`list of`, `map of … to`, or nothing."""
    if is_map(field):
        assert field.message_type is not None
        return f"map of {type_name(field.message_type.fields_by_name['key'])} to"
    return "list of" if field.is_repeated else ""


def item_of(field: FieldDescriptor) -> FieldDescriptor:
    """The field that describes one value: of a map its value, else the field itself."""
    if not is_map(field):
        return field
    assert field.message_type is not None
    return field.message_type.fields_by_name["value"]


def rule_words(schema: dict[str, Any]) -> list[str]:
    """The bounds that a field's schema has beyond its type; regular expressions in backticks."""
    found = [
        words.format(schema[name])
        for name, words in _RULES.items()
        if name in schema and not (name in ("minimum", "maximum") and schema[name] in _BOUNDS_OF_TYPES)
    ]
    if schema.get("format") == "date-time":
        found.remove("date-time")
    if schema.get("uniqueItems"):
        found.append("no item twice")
    if "enum" in schema and "pattern" not in schema and schema.get("type") == "string":
        found.append("one of " + ", ".join(f"`{choice}`" for choice in schema["enum"] if choice))
    if "pattern" in schema and not schema.get("examples") and not schema["pattern"].endswith(_DIGITS):
        found.append(f"`{schema['pattern']}`")
    return found
