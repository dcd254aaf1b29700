"""Write what the command line client needs of the contract as small JSON tables.

The client starts in milliseconds because it loads neither protobuf nor gRPC: it reads these tables,
which are made from `contract.binpb` when the wire package is built (after generate_wire.py).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2 as d
from google.protobuf import descriptor_pool, message_factory

WIRE = Path(__file__).resolve().parent.parent / "src" / "claimstack" / "wire"
PACKAGES = ("ttn.lorawan.v3.", "claimstack.v1.")
INTEGERS = {"UInt32Value", "Int32Value", "UInt64Value", "Int64Value"}
FLOATS = {"FloatValue", "DoubleValue"}
WELL_KNOWN = {
    "Timestamp": "time", "Duration": "duration", "FieldMask": "mask", "Struct": "struct",
    "Value": "struct", "ListValue": "struct", "Any": "any", "BoolValue": "bool",
    "StringValue": "string", "BytesValue": "bytes", "Empty": "m:Empty",
    **dict.fromkeys(INTEGERS, "int"), **dict.fromkeys(FLOATS, "float"),
}  # fmt: skip
Field = d.FieldDescriptorProto
SCALARS = {
    Field.TYPE_STRING: "string", Field.TYPE_BOOL: "bool",
    Field.TYPE_FLOAT: "float", Field.TYPE_DOUBLE: "float",
}  # fmt: skip


def generate(out_dir: Path) -> None:
    """Write `cli_routes.json`, `cli_messages.json` and `cli_masks.json` below `out_dir`."""
    contract = Contract((out_dir / "contract.binpb").read_bytes())
    types = Types(contract)
    write(out_dir / "cli_routes.json", {k: v for f in contract.files for k, v in routes(f, contract)})
    write(out_dir / "cli_messages.json", types.tables())
    masks = json.loads((out_dir / "field_masks.json").read_text())
    masks["rpcs"] = {short(rpc): entry["list"] for rpc, entry in masks["rpcs"].items()}
    write(out_dir / "cli_masks.json", masks)


class Contract:
    """Our proto files, read in a pool of their own so that their options are known."""

    def __init__(self, serialized: bytes) -> None:
        pool = descriptor_pool.DescriptorPool()
        for file in d.FileDescriptorSet.FromString(serialized).file:
            pool.AddSerializedFile(file.SerializeToString())
        whole = pool.FindMessageTypeByName("google.protobuf.FileDescriptorSet")
        read: Any = message_factory.GetMessageClass(whole).FromString(serialized)
        self.files = [f for f in read.file if (f.package + ".") in PACKAGES]
        self.http = pool.FindExtensionByName("google.api.http")
        ours = "claimstack.options.v1."
        names = ("json", "json_wrapper", "json_prefix", "json_alias")
        self.options = {name: pool.FindExtensionByName(ours + name) for name in names}

    def option(self, element: Any, name: str) -> Any:
        """The value of one of our options on a field, message, enum or enum value."""
        return element.options.Extensions[self.options[name]]


def write(path: Path, table: object) -> None:
    """One table, without blanks: it is read on each start of the client."""
    path.write_text(json.dumps(table, separators=(",", ":"), sort_keys=True))


def short(full_name: str) -> str:
    """`.ttn.lorawan.v3.EndDevice` is `EndDevice` in the tables."""
    name = full_name.removeprefix(".")
    for package in PACKAGES:
        name = name.removeprefix(package)
    return name


def routes(file: d.FileDescriptorProto, contract: Contract) -> Iterator[tuple[str, object]]:
    """`Service/Rpc` with its HTTP bindings, most specific last, as they stand in the file."""
    for service in file.service:
        for method in service.method:
            rule: Any = method.options.Extensions[contract.http]  # type: ignore[index]
            bindings = [binding(r) for r in (rule, *rule.additional_bindings)]
            if bindings[0]:
                yield (
                    f"{service.name}/{method.name}",
                    {
                        "http": bindings,
                        "out": short(method.output_type),
                        "stream": method.server_streaming,
                    },
                )


def binding(rule: Any) -> list[str]:
    """HTTP method, path template and body selector of one binding; empty if there is none."""
    verb = rule.WhichOneof("pattern")
    return [verb.upper(), getattr(rule, verb), rule.body] if verb else []


class Types:
    """Messages and enums of the contract as plain tables of field name and kind."""

    def __init__(self, contract: Contract) -> None:
        self.option = contract.option
        self.messages: dict[str, d.DescriptorProto] = {}
        self.enums: dict[str, d.EnumDescriptorProto] = {}
        for file in contract.files:
            self._collect(file.package, file.message_type, file.enum_type)

    def _collect(self, scope: str, messages: Any, enums: Any) -> None:
        for enum in enums:
            self.enums[f".{scope}.{enum.name}"] = enum
        for message in messages:
            name = f".{scope}.{message.name}"
            self.messages[name] = message
            self._collect(name[1:], message.nested_type, message.enum_type)

    def tables(self) -> dict[str, object]:
        """Everything that `cli_messages.json` holds."""
        messages = {
            short(name): {f.name: self.member(message, f) for f in message.field}
            for name, message in self.messages.items()
            if not message.options.map_entry
        }
        enums = {short(name): self.enum(enum) for name, enum in self.enums.items()}
        return {"messages": messages, "enums": enums}

    def enum(self, enum: d.EnumDescriptorProto) -> dict[str, object]:
        """Value names in order, further spellings, and the prefix that may be left out."""
        return {
            "values": [v.name for v in enum.value],
            "aliases": {a: v.name for v in enum.value for a in self.option(v, "json_alias")},
            "prefix": self.option(enum, "json_prefix"),
        }

    def member(self, message: d.DescriptorProto, field: Field) -> object:
        """A field's kind, with the name of its oneof if it has one."""
        kind = self.kind(field)
        if field.HasField("oneof_index") and not field.proto3_optional:
            return [kind, message.oneof_decl[field.oneof_index].name]
        return kind

    def kind(self, field: Field) -> str:
        """`string`, `hex8`, `e:MACVersion`, `m:Session`, `w:int` … ; `*` repeated, `%` map."""
        entry = self.messages.get(field.type_name)
        if entry is not None and entry.options.map_entry:
            return "%" + self.kind(entry.field[1])
        repeated = "*" if field.label == Field.LABEL_REPEATED else ""
        return repeated + self.single(field)

    def single(self, field: Field) -> str:
        """The kind of one value of this field."""
        if field.type == Field.TYPE_BYTES:
            return str(self.option(field, "json")).removesuffix("[]") or "bytes"
        if field.type == Field.TYPE_ENUM:
            return "e:" + short(field.type_name)
        if field.type != Field.TYPE_MESSAGE:
            return SCALARS.get(field.type, "int")
        if field.type_name.startswith(".google.protobuf."):
            return WELL_KNOWN[field.type_name.rsplit(".", 1)[1]]
        message = self.messages[field.type_name]
        if self.option(message, "json_wrapper"):
            return "w:" + self.single(message.field[0])
        return "m:" + short(field.type_name)


if __name__ == "__main__":
    generate(WIRE)
