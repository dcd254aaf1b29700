"""HTTP routes as OpenAPI operations: parameters from path and query, request body, answers."""

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor

from claimstack.edge.json_codec.reader import descriptor_of, is_map, is_wrapper
from claimstack.edge.openapi.comments import comment, first_sentence
from claimstack.edge.openapi.schemas import Schema, Schemas
from claimstack.edge.routes import Route

_TEXT_FORMS = {"google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask"}
_DEEPEST_PARAMETER = 4  # parts of the longest query parameter, such as `collaborator.user_ids.user_id`

ERROR: Schema = {
    "type": "object",
    "description": "Every refusal and failure. `message` is `error:<namespace>:<name> (<text>)`.",
    "required": ["code", "message"],
    "properties": {
        "code": {"type": "integer", "description": "The gRPC status code."},
        "message": {"type": "string"},
        "details": {"type": "array", "items": {"$ref": "#/components/schemas/ErrorDetail"}},
    },
}
ERROR_DETAIL: Schema = {
    "description": "`ttn.lorawan.v3.ErrorDetails` packed into a `google.protobuf.Any`.",
    "allOf": [
        {"$ref": "#/components/schemas/ErrorDetails"},
        {"type": "object", "required": ["@type"], "properties": {"@type": {"type": "string"}}},
    ],
}


def operation(route: Route, method: MethodDescriptor, names: list[str], identifier: str, schemas: Schemas) -> Schema:
    """One operation; `names` are what its path variables are called in the document."""
    text = comment(method.full_name)
    request = descriptor_of(route.request)
    found: Schema = {
        "operationId": identifier,
        "tags": [method.containing_service.name],
        "summary": first_sentence(text) or method.name,
        "description": f"{text}\n\nRPC: `{route.rpc}`".strip(),
        "parameters": [*_path_parameters(route, request, names, schemas), *_query_parameters(route, request, schemas)],
        "responses": _responses(route, schemas),
    }
    if route.body:
        part = None if route.body == "*" else request.fields_by_name[route.body].message_type
        found["requestBody"] = {"content": _json(schemas.message(part or request))}
    if method.GetOptions().deprecated:
        found["deprecated"] = True
    return found


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _responses(route: Route, schemas: Schemas) -> Schema:
    answer = schemas.message(descriptor_of(route.response))
    if route.streams:
        answer = {"type": "object", "properties": {"result": answer}}
    content = _json(answer) | ({"text/event-stream": {"schema": answer}} if route.streams else {})
    good: Schema = {"description": "One message after the other." if route.streams else "Done.", "content": content}
    if "page" in descriptor_of(route.request).fields_by_name:
        good["headers"] = {"X-Total-Count": {"$ref": "#/components/headers/XTotalCount"}}
    return {"200": good, "default": {"$ref": "#/components/responses/Error"}}


def _path_parameters(route: Route, request: Descriptor, names: list[str], schemas: Schemas) -> Iterator[Schema]:
    for path, name in zip(route.variables, names, strict=True):
        schema = dict(schemas.field(leaf_of(request, path)))
        text = schema.pop("description", "")
        if schema.get("type") == "string":
            schema.setdefault("minLength", 1)
        yield {"name": name, "in": "path", "required": True, "schema": schema, "description": f"{text} (`{path}`)"}


def leaf_of(descriptor: Descriptor, path: str) -> FieldDescriptor:
    """The field at a dotted path, which the contract is known to have."""
    *parents, name = path.split(".")
    for parent in parents:
        below = descriptor.fields_by_name[parent].message_type
        assert below is not None
        descriptor = below
    return descriptor.fields_by_name[name]


def _query_parameters(route: Route, request: Descriptor, schemas: Schemas) -> Iterator[Schema]:
    if route.body == "*":
        return
    for path, field in _leaves(request, (), ()):
        if path not in route.variables and field.name != route.body:
            yield _query_parameter(path, field, schemas)


def _query_parameter(path: str, field: FieldDescriptor, schemas: Schemas) -> Schema:
    if field.message_type is not None and field.message_type.full_name == "google.protobuf.FieldMask":
        schema: Schema = {"type": "string", "examples": ["ids,name"]}
        text = f"{comment(field.full_name)} Paths separated by commas.".strip()
    else:
        schema = dict(schemas.field(field))
        text = schema.pop("description", "")
    return {"name": path, "in": "query", "schema": schema, "description": text}


def _leaves(
    descriptor: Descriptor, above: tuple[str, ...], seen: tuple[str, ...]
) -> Iterator[tuple[str, FieldDescriptor]]:
    for field in descriptor.fields:
        path = (*above, field.name)
        below = field.message_type
        if below is None or below.full_name in _TEXT_FORMS or is_wrapper(below):
            if not is_map(field):
                yield ".".join(path), field
        elif _may_open(field, below, path, seen):
            yield from _leaves(below, path, (*seen, below.full_name))


def _may_open(field: FieldDescriptor, below: Descriptor, path: tuple[str, ...], seen: tuple[str, ...]) -> bool:
    foreign = below.file.package == "google.protobuf"
    return not (field.is_repeated or foreign or below.full_name in seen or len(path) >= _DEEPEST_PARAMETER)


def variable_names(route: Route) -> list[str]:
    """Short names for path variables: the last part of each, longer only where two would be the same."""
    short = [path.rpartition(".")[2] for path in route.variables]
    twice: set[Any] = {name for name in short if short.count(name) > 1}
    return [
        path.replace(".", "_") if name in twice else name for path, name in zip(route.variables, short, strict=True)
    ]
