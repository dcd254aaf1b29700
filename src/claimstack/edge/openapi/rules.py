"""The contract's validation rules (`buf.validate`) as JSON Schema keywords.

Only what JSON Schema can say: a rule about a moment in time or about bytes in base64 stays in the proto file.
"""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor, OneofDescriptor

from claimstack.edge.json_codec.reader import option
from claimstack.wire.buf.validate import validate_pb2

Keywords = dict[str, Any]

_NUMBER = {"gte": "minimum", "lte": "maximum", "gt": "exclusiveMinimum", "lt": "exclusiveMaximum", "const": "const"}
_TEXT = {"min_len": "minLength", "max_len": "maxLength", "pattern": "pattern", "const": "const"}
_FORMATS = {"email": "email", "uri": "uri", "uri_ref": "uri-reference", "hostname": "hostname", "uuid": "uuid"}
_NUMBERS = {"int32", "uint32", "float", "double"}  # 64-bit integers are text in JSON: see `in_words`


def rules_of(field: FieldDescriptor) -> Any:
    """The `buf.validate.FieldRules` of a field."""
    return option(field, validate_pb2.field)


def is_required(field: FieldDescriptor) -> bool:
    """Whether a request must carry the field."""
    return bool(rules_of(field).required)


def needs_a_member(oneof: OneofDescriptor) -> bool:
    """Whether one of the oneof's fields must be set."""
    return bool(option(oneof, validate_pb2.oneof).required)


def keywords(rules: Any) -> Keywords:
    """Keywords for one value that these rules hold for."""
    kind = rules.WhichOneof("type")
    if kind == "string":
        return _text_keywords(rules.string, rules.ignore == validate_pb2.IGNORE_IF_ZERO_VALUE)
    if kind in _NUMBERS:
        return _number_keywords(getattr(rules, kind))
    return {}


def list_keywords(rules: Any) -> Keywords:
    """Keywords for the list that these rules hold for; those of its items are in `rules.repeated.items`."""
    found: Keywords = {}
    for rule, value in rules.repeated.ListFields():
        if rule.name in ("min_items", "max_items"):
            found["minItems" if rule.name == "min_items" else "maxItems"] = int(value)
        elif rule.name == "unique":
            found["uniqueItems"] = bool(value)
    return found


def map_keywords(rules: Any) -> Keywords:
    """Keywords for the map that these rules hold for, its keys included."""
    found: Keywords = {}
    if rules.map.HasField("max_pairs"):
        found["maxProperties"] = int(rules.map.max_pairs)
    names = keywords(rules.map.keys) if rules.map.HasField("keys") else {}
    if names:
        found["propertyNames"] = names
    return found


def _number_keywords(rules: Any) -> Keywords:
    found: Keywords = {_NUMBER[rule.name]: value for rule, value in rules.ListFields() if rule.name in _NUMBER}
    choices = getattr(rules, "in")
    return found | ({"enum": list(choices)} if choices else {})


def _text_keywords(rules: Any, may_be_empty: bool) -> Keywords:
    found: Keywords = {}
    for rule, value in rules.ListFields():
        if rule.name in _TEXT:
            found[_TEXT[rule.name]] = value
        elif rule.name == "in":
            found["enum"] = list(value)
        elif rule.name == "len":
            found["minLength"] = found["maxLength"] = int(value)
        elif rule.name in _FORMATS and not may_be_empty:
            found["format"] = _FORMATS[rule.name]
    return _or_empty(found) if may_be_empty else found


def _or_empty(found: Keywords) -> Keywords:
    found.pop("minLength", None)
    if "pattern" in found:
        found["pattern"] = f"^$|(?:{found['pattern']})"
    return found


def in_words(field: FieldDescriptor) -> str:
    """The bounds of a 64-bit integer, which is text in JSON and so has no keywords for them; "" if none."""
    rules = rules_of(field)
    kind = rules.WhichOneof("type")
    if kind not in ("int64", "uint64"):
        return ""
    found = _number_keywords(getattr(rules, kind))
    words = {"minimum": "at least", "maximum": "at most", "exclusiveMinimum": "above", "exclusiveMaximum": "below"}
    bounds = [f"{words[name]} {value}" for name, value in found.items() if name in words]
    return f" Must be {' and '.join(bounds)}." if bounds else ""
