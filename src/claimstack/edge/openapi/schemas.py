"""Messages and fields as JSON Schema (2020-12, as in OpenAPI 3.1): the form in which the API writes them.

What the reader takes beyond that form (numbers as text, base64 beside hexadecimal, camelCase) is told once, in the
document's introduction.
"""

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from claimstack.edge.json_codec.reader import enum_names, is_map, is_wrapper, option
from claimstack.edge.json_codec.writer import is_special
from claimstack.edge.openapi import rules
from claimstack.edge.openapi.comments import comment
from claimstack.wire import options

Schema = dict[str, Any]

_MOST_RIVALS = 8  # members of a oneof that are spelled out as alternatives; more are told in words

_DURATION = r"^-?[0-9]+(\.[0-9]{1,9})?s$"
_WELL_KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": _DURATION, "examples": ["1.500s"]},
    "google.protobuf.FieldMask": {
        "type": "object",
        "properties": {"paths": {"type": "array", "items": {"type": "string"}}},
    },
    "google.protobuf.Struct": {"type": "object"},
    "google.protobuf.Value": {},
    "google.protobuf.ListValue": {"type": "array"},
    "google.protobuf.Any": {"type": "object", "properties": {"@type": {"type": "string"}}},
    "google.protobuf.Empty": {"type": "object"},
}
_SCALARS: dict[int, Schema] = {
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_INT32: {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1},
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptor.CPPTYPE_INT64: {"type": "string", "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": "string", "pattern": "^[0-9]{1,20}$"},
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number"},
}


def component_name(full_name: str) -> str:
    """The name of a message or enum among the components; those of TTS go without their package."""
    return full_name.removeprefix("ttn.lorawan.v3.")


class Schemas:
    """The components of a document: each message and enum is described at its first mention.

    `answered` are the messages (by full name) that answers can hold. They may hold a part of a message only, so that
    required fields are stated as such only where a message is never answered.
    """

    def __init__(self, answered: frozenset[str]) -> None:
        self.components: dict[str, Schema] = {}
        self._answered = answered

    def message(self, descriptor: Descriptor) -> Schema:
        """The schema of a message: a reference, or the schema itself where JSON has the value bare."""
        if descriptor.full_name in _WELL_KNOWN:
            return _WELL_KNOWN[descriptor.full_name]
        if is_wrapper(descriptor):
            return self._one(descriptor.fields_by_name["value"])
        name = component_name(descriptor.full_name)
        if name not in self.components:
            self.components[name] = {}  # a message may hold itself
            self.components[name] = self._object(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}

    def field(self, field: FieldDescriptor) -> Schema:
        """The schema of a field: list, map or one value, with its comment."""
        found = self._shape(field)
        text = comment(field.full_name) + rules.in_words(field)
        if text:
            found = {**found, "description": text}
        if field.GetOptions().deprecated:
            found = {**found, "deprecated": True}
        return found

    def _object(self, descriptor: Descriptor) -> Schema:
        found: Schema = {"type": "object"}
        text = comment(descriptor.full_name)
        if text:
            found["description"] = text
        found["properties"] = {field.name: self.field(field) for field in descriptor.fields}
        found |= self._demands(descriptor)
        return found

    def _demands(self, descriptor: Descriptor) -> Schema:
        found: Schema = {}
        answered = descriptor.full_name in self._answered
        required = [field.name for field in descriptor.fields if rules.is_required(field)]
        if required and not answered:
            found["required"] = required
        alternatives = [_alternatives(oneof, answered) for oneof in descriptor.oneofs if len(oneof.fields) > 1]
        spelled_out = [one for one in alternatives if one]
        return found | ({"allOf": spelled_out} if spelled_out else {})

    def _shape(self, field: FieldDescriptor) -> Schema:
        own = rules.rules_of(field)
        if is_map(field):
            assert field.message_type is not None
            value = self._one(field.message_type.fields_by_name["value"]) | rules.keywords(own.map.values)
            return {"type": "object", "additionalProperties": value} | rules.map_keywords(own)
        if field.is_repeated:
            items = self._one(field) | rules.keywords(own.repeated.items)
            return {"type": "array", "items": items} | rules.list_keywords(own)
        return self._one(field) | rules.keywords(own)

    def _one(self, field: FieldDescriptor) -> Schema:
        if field.message_type is not None:
            return self._part(field, field.message_type)
        if field.enum_type is not None:
            return self._enum(field, field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return _octets(option(field, options.json))
        return _SCALARS[field.cpp_type]

    def _part(self, field: FieldDescriptor, descriptor: Descriptor) -> Schema:
        plain = field.containing_type is not None and not is_special(field.containing_type)
        if descriptor.full_name == "google.protobuf.FieldMask" and plain:
            return {"type": "string"}
        return self.message(descriptor)

    def _enum(self, field: FieldDescriptor, descriptor: EnumDescriptor) -> Schema:
        assert field.containing_type is not None
        if is_special(field.containing_type) and option(descriptor, options.json_as_number):
            return {"type": "integer", "enum": [value.number for value in descriptor.values]}
        name = component_name(descriptor.full_name)
        if name not in self.components:
            self.components[name] = _names(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}


def _names(descriptor: EnumDescriptor) -> Schema:
    return {
        "type": "string",
        "description": comment(descriptor.full_name),
        "enum": enum_names(descriptor),
    }


def _octets(form: str) -> Schema:
    if form.startswith("devaddrprefix"):
        return {"type": "string", "pattern": "^[0-9A-F]{8}/[0-9]{1,2}$", "examples": ["26011B00/24"]}
    if not form.startswith("hex"):
        return {"type": "string", "contentEncoding": "base64"}
    digits = 2 * int(form[3:])
    return {"type": "string", "pattern": f"^[0-9A-Fa-f]{{{digits}}}$", "examples": [("70B3D57ED00000FB" * 2)[:digits]]}


def _alternatives(oneof: Any, answered: bool) -> Schema:
    """At most one of the oneof's members, and exactly one where a request needs it."""
    if len(oneof.fields) > _MOST_RIVALS:
        return {}
    each: list[Schema] = [{"required": [field.name]} for field in oneof.fields]
    if answered or not rules.needs_a_member(oneof):
        each = [*each, {"not": {"anyOf": list(each)}}]
    return {"oneOf": each}
