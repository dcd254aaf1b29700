"""HTTP routes of the contract: which method and path call which RPC, and how a request message comes together.

The table is made from the `google.api.http` rules in the descriptors. A path is matched segment by segment, literals
before variables. Body, path and query fill one message; the path has the last word.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from google.api import annotations_pb2
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import Descriptor, FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.protobuf.message import Message

from claimstack.edge import json_codec
from claimstack.edge.json_codec.reader import descriptor_of, filler, is_map, is_wrapper, scalar_reader
from claimstack.edge.json_codec.scalars import Mismatch, Read, read_bool_text
from claimstack.errors import Invalid, NotFound, Unimplemented, invalid_field
from claimstack.wire import claimstack_v1, v3  # noqa: F401 - puts the contract into the descriptor pool

LONGEST_PATH: Final = 2048  # characters, still percent-encoded
LONGEST_QUERY: Final = 32_768
MOST_PARAMETERS: Final = 1000
_LONGEST_NAME: Final = 200  # of a query parameter
_USUAL_QUERY: Final = 512

Put = Callable[[Any, Sequence[str]], None]  # (request, texts)


@dataclass(frozen=True, slots=True)
class Route:
    """One HTTP binding of an RPC. `rpc` is `package.Service/Rpc`; `body` is "", "*" or a field of the request."""

    verb: str
    template: str
    rpc: str
    request: type[Message]
    response: type[Message]
    streams: bool
    body: str
    variables: tuple[str, ...]

    def message(self, values: Sequence[str], query: str | bytes, body: bytes) -> Message:
        """The request message. Errors: `Invalid` with the field's path and what was expected."""
        request, descriptor = self.request(), descriptor_of(self.request)
        if self.body == "*":  # nothing is left for the query, as in grpc-gateway
            json_codec.read_into(request, body)
        else:
            if query:
                request.MergeFrom(_queried(self.request, query))
            if self.body and body:
                _read_part(request, self.body, body)
        for path, value in zip(self.variables, values, strict=True):
            _put(request, _setter(descriptor, path), path, [value])
        return request


@dataclass(frozen=True, slots=True)
class Match:
    """The route that answers, and the values of its path variables."""

    route: Route
    values: tuple[str, ...]

    @property
    def method(self) -> str:
        """The RPC, `package.Service/Rpc`."""
        return self.route.rpc

    def message(self, query: str | bytes, body: bytes) -> Message:
        """The request message. Errors: `Invalid` with the field's path and what was expected."""
        return self.route.message(self.values, query, body)


class WrongVerb(Unimplemented):
    """The path exists, but not with this HTTP method; `allow` are those it has (the `Allow` header)."""

    http_status = 405

    def __init__(self, verb: str, path: str, allow: Sequence[str]) -> None:
        self.allow = tuple(allow)
        super().__init__(
            "pkg/rpc",
            "method_not_allowed",
            "{path} answers {allow}, not {method}",
            method=verb[:20],
            path=path[:200],
            allow=list(allow),
        )


@dataclass(slots=True)
class _Node:
    """A segment of the trie: what may follow it, and which routes end here, by HTTP method."""

    literals: "dict[str, _Node]" = field(default_factory=dict)
    variable: "_Node | None" = None
    routes: dict[str, Route] = field(default_factory=dict)


class Routes:
    """Finds the route of an HTTP method and path; of the whole contract unless told otherwise."""

    def __init__(self, routes: Iterable[Route] | None = None) -> None:
        self.routes = tuple(routes if routes is not None else _all_routes())
        self._root = _Node()
        for route in self.routes:
            self._add(route)

    def _add(self, route: Route) -> None:
        node = self._root
        for segment in route.template[1:].split("/"):
            if segment.startswith("{"):
                node.variable = node = node.variable or _Node()
            else:
                node = node.literals.setdefault(segment, _Node())
        node.routes.setdefault(route.verb, route)

    def match(self, verb: str, path: str) -> Match:
        """What answers `verb` at `path`, percent-encoded as it came. Errors: `NotFound`, `WrongVerb`.

        HEAD is answered by what answers GET. A trailing slash is another path: it would stand for an empty identifier.
        """
        segments = path[1:].split("/") if path.startswith("/") and len(path) <= LONGEST_PATH else []
        values: list[str] = []
        route = _descend(self._root, segments, 0, "GET" if verb == "HEAD" else verb, values)
        if route is None:
            raise self._nothing(verb, path, segments)
        return Match(route, tuple(values) if "%" not in path else tuple(map(_decoded, values)))

    def _nothing(self, verb: str, path: str, segments: list[str]) -> NotFound | WrongVerb:
        allow = sorted(set(_verbs(self._root, segments, 0)))
        if allow:
            return WrongVerb(verb, path, allow)
        return NotFound("pkg/rpc", "route_not_found", "no route for {method} {path}", method=verb[:20], path=path[:200])


def _descend(node: _Node, segments: list[str], at: int, verb: str, values: list[str]) -> Route | None:
    if at == len(segments):
        return node.routes.get(verb)
    literal = node.literals.get(segments[at])
    if literal is not None:
        route = _descend(literal, segments, at + 1, verb, values)
        if route is not None:
            return route
    if node.variable is None or not segments[at]:
        return None
    values.append(segments[at])
    route = _descend(node.variable, segments, at + 1, verb, values)
    if route is None:
        values.pop()
    return route


def _verbs(node: _Node, segments: list[str], at: int) -> Iterator[str]:
    if at == len(segments):
        yield from node.routes
        return
    if segments[at] in node.literals:
        yield from _verbs(node.literals[segments[at]], segments, at + 1)
    if node.variable is not None and segments[at]:
        yield from _verbs(node.variable, segments, at + 1)


def _decoded(segment: str) -> str:
    try:
        return unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise invalid_field("path", "expected UTF-8") from None


def _all_routes() -> Iterator[Route]:
    for service in services():
        for method in service.methods:
            yield from routes_of(method)


@cache
def services() -> tuple[ServiceDescriptor, ...]:
    """Every service of the contract, ours first and then by package and file."""
    contract = resources.files("claimstack.wire").joinpath("contract.binpb").read_bytes()
    pool = descriptor_pool.Default()
    return tuple(
        pool.FindServiceByName(f"{file.package}.{service.name}")
        for file in FileDescriptorSet.FromString(contract).file
        for service in file.service
    )


def routes_of(method: MethodDescriptor) -> Iterator[Route]:
    """The HTTP bindings of an RPC: its rule and the additional ones."""
    rule = method.GetOptions().Extensions[annotations_pb2.http]
    for one in (rule, *rule.additional_bindings):
        verb = one.WhichOneof("pattern")
        if verb is not None:
            yield _route(method, str(verb).upper(), getattr(one, str(verb)), one.body)


def _route(method: MethodDescriptor, verb: str, template: str, body: str) -> Route:
    return Route(
        verb=verb,
        template=template,
        rpc=f"{method.containing_service.full_name}/{method.name}",
        request=message_factory.GetMessageClass(method.input_type),
        response=message_factory.GetMessageClass(method.output_type),
        streams=method.server_streaming,
        body=body,
        variables=tuple(part[1:-1] for part in template.split("/") if part.startswith("{")),
    )


def _read_part(request: Message, name: str, body: bytes) -> None:
    part = getattr(request, name)
    part.SetInParent()
    try:
        json_codec.read_into(part, body)
    except Invalid as invalid:
        raise invalid_field(f"{name}.{invalid.attributes['field']}", str(invalid.attributes["reason"])) from None


def _queried(kind: Any, query: str | bytes) -> Message:
    """A request of that kind with nothing but what the query says."""
    return _usually_queried(kind, query) if len(query) <= _USUAL_QUERY else _read_query(kind, query)


@lru_cache(1024)  # the masks and pages that clients ask for are few
def _usually_queried(kind: Any, query: str | bytes) -> Message:
    return _read_query(kind, query)


def _read_query(kind: Any, query: str | bytes) -> Message:
    request: Message = kind()
    descriptor = descriptor_of(kind)
    for name, texts in _parameters(query).items():
        put = _setter(descriptor, name) if len(name) <= _LONGEST_NAME else None
        if put is not None:
            _put(request, put, name, texts)
    return request


def _parameters(query: str | bytes) -> dict[str, list[str]]:
    try:
        text = query if isinstance(query, str) else query.decode("ascii")
        if len(text) > LONGEST_QUERY:
            raise invalid_field("query", f"expected at most {LONGEST_QUERY} characters")
        pairs = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_PARAMETERS)
    except ValueError:
        raise invalid_field("query", f"expected at most {MOST_PARAMETERS} parameters in UTF-8") from None
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in pairs:
        found[name].append(value)
    return found


def _put(request: Message, put: Put | None, name: str, texts: list[str]) -> None:
    if put is None:
        return
    try:
        put(request, texts)
    except Mismatch as mismatch:
        raise invalid_field(name, f"expected {mismatch.expected}") from None


@lru_cache(4096)
def _setter(descriptor: Descriptor, path: str) -> Put | None:
    """What writes texts into the field at a dotted path; None where the message has no such field."""
    path, bracket, key = path.partition("[")
    *parents, name = path.split(".")
    here = descriptor
    names: list[str] = []
    for parent in parents:
        step = _field(here, parent)
        if step is None or step.is_repeated or step.message_type is None:
            return None
        here = step.message_type
        names.append(step.name)
    leaf = _field(here, name)
    if leaf is None:
        return None
    put = _entry_setter(leaf, key.removesuffix("]")) if bracket else _leaf_setter(leaf)
    return _nested(tuple(names), put)


def _field(descriptor: Descriptor, name: str) -> FieldDescriptor | None:
    return descriptor.fields_by_name.get(name) or descriptor.fields_by_camelcase_name.get(name)


def _nested(names: tuple[str, ...], put: Put) -> Put:
    if not names:
        return put

    def put_below(request: Any, texts: Sequence[str]) -> None:
        for name in names:
            request = getattr(request, name)
        put(request, texts)

    return put_below


def _leaf_setter(leaf: FieldDescriptor) -> Put:
    if leaf.message_type is None:
        return _list_setter(leaf) if leaf.is_repeated else _scalar_setter(leaf)
    if is_map(leaf) or leaf.is_repeated or not _has_text_form(leaf.message_type):
        return _refuse
    return _message_setter(leaf)


def _entry_setter(leaf: FieldDescriptor, key: str) -> Put:
    """`attributes_contain[key]=text` puts one entry into a map of texts, as grpc-gateway has it."""
    entry = leaf.message_type if is_map(leaf) else None
    if entry is None or entry.fields_by_name["value"].type != FieldDescriptor.TYPE_STRING:
        return _refuse

    def put(request: Any, texts: Sequence[str]) -> None:
        getattr(request, leaf.name)[key] = _only(texts)

    return put


def _refuse(_request: Any, _texts: Sequence[str]) -> None:
    raise Mismatch("this field in a body: it has no form for a query")


def _scalar_setter(leaf: FieldDescriptor) -> Put:
    name, read = leaf.name, _text_reader(leaf)

    def put(request: Any, texts: Sequence[str]) -> None:
        setattr(request, name, read(_only(texts)))

    return put


def _list_setter(leaf: FieldDescriptor) -> Put:
    name, read = leaf.name, _text_reader(leaf)

    def put(request: Any, texts: Sequence[str]) -> None:
        getattr(request, name).extend([read(text) for text in texts])

    return put


def _only(texts: Sequence[str]) -> str:
    if len(texts) > 1:
        raise Mismatch("one value")
    return texts[0]


def _text_reader(leaf: FieldDescriptor) -> Read:
    return read_bool_text if leaf.type == FieldDescriptor.TYPE_BOOL else scalar_reader(leaf)


_TEXT_FORMS = {"google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask"}


def _has_text_form(descriptor: Descriptor) -> bool:
    return descriptor.full_name in _TEXT_FORMS or is_wrapper(descriptor)


def _message_setter(leaf: FieldDescriptor) -> Put:
    assert leaf.message_type is not None
    name, descriptor = leaf.name, leaf.message_type
    if is_wrapper(descriptor):
        return _nested_wrapper(name, _scalar_setter(descriptor.fields_by_name["value"]))
    fill = filler(descriptor)
    is_mask = descriptor.full_name == "google.protobuf.FieldMask"

    def put(request: Any, texts: Sequence[str]) -> None:
        inner = getattr(request, name)
        inner.SetInParent()
        fill(inner, ",".join(texts) if is_mask else _only(texts), 1)

    return put


def _nested_wrapper(name: str, put: Put) -> Put:
    def put_value(request: Any, texts: Sequence[str]) -> None:
        inner = getattr(request, name)
        inner.SetInParent()
        put(inner, texts)

    return put_value
