"""What the page shows, gathered from the descriptors: services with their methods, messages, enums."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, MethodDescriptor

from claimstack.edge.api_page import words
from claimstack.edge.json_codec.reader import is_map, is_wrapper
from claimstack.edge.openapi.comments import comment, first_sentence
from claimstack.edge.openapi.rules import is_required
from claimstack.edge.openapi.schemas import Schemas, component_name
from claimstack.edge.routes import routes_of, services
from claimstack.masks import allowed


@dataclass(frozen=True, slots=True)
class Field:
    """A row of a message's table."""

    name: str
    plurality: str
    type_name: str
    linked: str
    oneof: str
    required: bool
    deprecated: bool
    rules: list[str]
    comment: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message with its fields, or an enum with its values."""

    name: str
    comment: str
    fields: list[Field]
    values: list[tuple[str, int, str]]


@dataclass(frozen=True, slots=True)
class Method:
    """An RPC with its HTTP routes (method, path)."""

    name: str
    full_name: str
    summary: str
    comment: str
    routes: list[tuple[str, str]]
    request: str
    response: str
    streams: bool
    deprecated: bool
    mask: list[str]


@dataclass(frozen=True, slots=True)
class Service:
    """A service with its methods."""

    name: str
    package: str
    comment: str
    methods: list[Method]


def served_services(served: Callable[[str], bool]) -> list[Service]:
    """The services of which at least one method is answered here."""
    found = [
        Service(
            name=service.name,
            package=service.full_name.rpartition(".")[0],
            comment=comment(service.full_name),
            methods=[_method(method) for method in service.methods if served(f"{service.full_name}/{method.name}")],
        )
        for service in services()
    ]
    return sorted((service for service in found if service.methods), key=lambda service: service.name)


def _method(method: MethodDescriptor) -> Method:
    rpc = f"{method.containing_service.full_name}/{method.name}"
    text = comment(method.full_name)
    return Method(
        name=method.name,
        full_name=rpc,
        summary=first_sentence(text),
        comment=text,
        routes=[(route.verb, route.template) for route in routes_of(method)],
        request=_shown(method.input_type),
        response=_shown(method.output_type),
        streams=method.server_streaming,
        deprecated=method.GetOptions().deprecated,
        mask=sorted(allowed(rpc)),
    )


def _shown(descriptor: Descriptor) -> str:
    return "" if descriptor.file.package == "google.protobuf" else component_name(descriptor.full_name)


def messages(served: Callable[[str], bool]) -> list[Message]:
    """The messages and enums that these services' requests and answers are made of, by name."""
    found: dict[str, Message] = {}
    schemas = Schemas(frozenset())
    for descriptor in _reached(served):
        if isinstance(descriptor, Descriptor):
            found[descriptor.full_name] = _message(descriptor, schemas)
        else:
            found[descriptor.full_name] = _enum(descriptor)
    return sorted(found.values(), key=lambda message: message.name.lower())


def _reached(served: Callable[[str], bool]) -> Iterator[Descriptor | EnumDescriptor]:
    seen: set[str] = set()
    waiting: list[Any] = [
        end
        for service in services()
        for method in service.methods
        if served(f"{service.full_name}/{method.name}")
        for end in (method.input_type, method.output_type)
    ]
    while waiting:
        descriptor = waiting.pop()
        if descriptor.full_name in seen or descriptor.file.package == "google.protobuf":
            continue
        seen.add(descriptor.full_name)
        if isinstance(descriptor, Descriptor):
            waiting += [part for field in descriptor.fields if (part := field.message_type or field.enum_type)]
        if isinstance(descriptor, EnumDescriptor) or not _is_hidden(descriptor):
            yield descriptor


def _is_hidden(descriptor: Descriptor) -> bool:
    return is_wrapper(descriptor) or descriptor.GetOptions().map_entry


def _message(descriptor: Descriptor, schemas: Schemas) -> Message:
    fields = [_field(field, schemas) for field in descriptor.fields]
    return Message(component_name(descriptor.full_name), comment(descriptor.full_name), fields, [])


def _field(field: FieldDescriptor, schemas: Schemas) -> Field:
    item = words.item_of(field)
    oneof = field.containing_oneof
    schema = schemas.field(field)
    items = schema["items"] if field.is_repeated and not is_map(field) else {}
    return Field(
        name=field.name,
        plurality=words.plurality(field),
        type_name=words.type_name(item),
        linked=words.linked(item),
        oneof=oneof.name if oneof is not None and len(oneof.fields) > 1 else "",
        required=is_required(field),
        deprecated=field.GetOptions().deprecated,
        rules=words.rule_words(schema) + words.rule_words(items),
        comment=comment(field.full_name),
    )


def _enum(descriptor: EnumDescriptor) -> Message:
    values = [
        (value.name, value.number, comment(f"{descriptor.full_name}.{value.name}")) for value in descriptor.values
    ]
    return Message(component_name(descriptor.full_name), comment(descriptor.full_name), [], values)
