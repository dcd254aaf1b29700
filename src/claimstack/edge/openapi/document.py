"""The OpenAPI 3.1 document as a whole, made once at the first request and kept as bytes."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
from google.protobuf.descriptor import Descriptor, MethodDescriptor

from claimstack import __version__
from claimstack.edge.json_codec.reader import descriptor_of
from claimstack.edge.openapi.comments import comment
from claimstack.edge.openapi.operations import ERROR, ERROR_DETAIL, operation, variable_names
from claimstack.edge.openapi.schemas import Schema, Schemas
from claimstack.edge.routes import Route, routes_of, services
from claimstack.wire import v3

_INTRODUCTION = """\
The HTTP form of the contract: the same methods as over gRPC, transcoded from the same descriptors.

* Authorize with `Authorization: Bearer <API key or access token>`.
* Answers use proto field names and leave zero values out; requests may also use camelCase. Unknown fields are ignored.
* EUIs, addresses and keys are upper-case hexadecimal; base64 of the same length is read as well.
* 64-bit integers are text; enums are names (numbers, short names and aliases are read as well).
* Times are RFC 3339, durations `1.5s` (`1h30m` is read as well).
* Field masks in a query are paths separated by commas; in a body `{"paths": [...]}` or the same text.
* `Idempotency-Key` makes every change safe to repeat for 24 hours.
"""


@cache
def openapi_document(served: Callable[[str], bool] | None = None) -> bytes:
    """The document as JSON. `served` tells of an RPC (`package.Service/Rpc`) whether it is answered here; else all."""
    return orjson.dumps(_document(served or (lambda _rpc: True)))


def _document(served: Callable[[str], bool]) -> Schema:
    methods = [method for service in services() for method in service.methods if served(_rpc(method))]
    reached = [method for method in methods if any(routes_of(method))]
    schemas = Schemas(frozenset(_answered(reached)))
    paths = _paths(reached, schemas)
    schemas.message(descriptor_of(v3.ErrorDetails))
    return {
        "openapi": "3.1.0",
        "info": {"title": "claimstack", "version": __version__, "description": _INTRODUCTION},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}, {}],
        "tags": _tags(reached),
        "paths": paths,
        "components": _components(schemas),
    }


def _rpc(method: MethodDescriptor) -> str:
    return f"{method.containing_service.full_name}/{method.name}"


def _tags(methods: list[MethodDescriptor]) -> list[Schema]:
    found = {method.containing_service.name: method.containing_service.full_name for method in methods}
    return [{"name": name, "description": comment(full_name)} for name, full_name in found.items()]


def _components(schemas: Schemas) -> Schema:
    return {
        "schemas": {**dict(sorted(schemas.components.items())), "Error": ERROR, "ErrorDetail": ERROR_DETAIL},
        "responses": {
            "Error": {
                "description": "The request was refused, or failed.",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            }
        },
        "headers": {
            "XTotalCount": {
                "description": "How many there are on all pages together.",
                "schema": {"type": "integer", "minimum": 0},
            }
        },
        "securitySchemes": {
            "bearer": {
                "type": "http",
                "scheme": "bearer",
                "description": "An API key (`NNSXS.…`), an OAuth access token or a session token.",
            }
        },
    }


def _paths(methods: list[MethodDescriptor], schemas: Schemas) -> Schema:
    # Paths that differ in the names of their variables only are one path to OpenAPI: the first one names them.
    shapes: dict[str, tuple[str, list[str]]] = {}
    found: dict[str, Schema] = {}
    for method in methods:
        for number, route in enumerate(routes_of(method)):
            shape = "/".join("{}" if part.startswith("{") else part for part in route.template.split("/"))
            path, names = shapes.setdefault(shape, _named(route))
            identifier = f"{method.containing_service.name}_{method.name}" + (f"_{number + 1}" if number else "")
            operations = found.setdefault(path, {})
            operations.setdefault(route.verb.lower(), operation(route, method, names, identifier, schemas))
    return dict(sorted(found.items()))


def _named(route: Route) -> tuple[str, list[str]]:
    names = variable_names(route)
    parts = iter(names)
    path = "/".join(f"{{{next(parts)}}}" if part.startswith("{") else part for part in route.template.split("/"))
    return path, names


def _answered(methods: list[MethodDescriptor]) -> Iterator[str]:
    """The full names of all messages that an answer can hold."""
    seen: set[str] = {v3.ErrorDetails.DESCRIPTOR.full_name}
    waiting: list[Any] = [method.output_type for method in methods]
    while waiting:
        descriptor: Descriptor = waiting.pop()
        if descriptor.full_name not in seen:
            seen.add(descriptor.full_name)
            waiting += [field.message_type for field in descriptor.fields if field.message_type is not None]
    yield from seen
