"""Field masks: which fields of a message a request asks for or sets, and which it may name at all.

Paths are the contract's: dotted proto names, with a oneof's name as a segment (`mac_settings.adr.mode.dynamic`). A
parent means its whole sub-message; maps, lists, free-form values and Google's wrappers have no parts.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple, TypeVar, cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from claimstack.errors import Invalid

M = TypeVar("M", bound=Message)

MOST_PATHS: Final = 1000  # the longest list of the contract has 586
LONGEST_PATH: Final = 200  # characters
_SHOWN: Final = 10  # forbidden paths that an error names
_CACHED_PATHS: Final = 64  # masks with more paths are planned anew each time, so that the cache stays small

# Written with every device, application and so on, whatever the mask says: not a value outside the list.
_ALWAYS_CARRIED = frozenset({"ids", "created_at", "updated_at", "deleted_at"})


class _Rpc(NamedTuple):
    paths: frozenset[str]
    sets: bool


@cache
def _rpcs() -> dict[str, _Rpc]:
    text = resources.files("claimstack.wire").joinpath("field_masks.json").read_text("utf-8")
    table = json.loads(text)
    lists = {name: frozenset(paths) for name, paths in table["lists"].items()}
    return {rpc: _Rpc(lists[entry["list"]], entry["set"]) for rpc, entry in table["rpcs"].items()}


_UNLISTED = _Rpc(frozenset(), False)


def allowed(rpc: str) -> frozenset[str]:
    """The paths that a mask of this RPC (`package.Service/Rpc`) may name; none if it has no list."""
    return _rpcs().get(rpc, _UNLISTED).paths


def check_read(rpc: str, mask: FieldMask | Sequence[str]) -> None:
    """Raise `Invalid` `field_mask_paths` if the mask names a path that is not in the RPC's list, exactly."""
    paths = mask.paths if isinstance(mask, FieldMask) else mask
    if len(paths) > MOST_PATHS:
        raise _forbidden([f"more than {MOST_PATHS} paths"])
    known = allowed(rpc)
    forbidden = [path for path in paths if path not in known]
    if forbidden:
        raise _forbidden(forbidden)


def check_write(rpc: str, mask: FieldMask | Sequence[str]) -> None:
    """The same for an RPC that sets fields: what may be set is in its own list."""
    check_read(rpc, mask)


def check_values(rpc: str, request: Message) -> None:
    """Raise `Invalid` `non_zero_path` if a Set or Update carries a value that its list does not cover."""
    known = _rpcs().get(rpc, _UNLISTED)
    carried = _carried(request) if known.sets else None
    if carried is None:
        return
    for path in set_paths(carried):
        if not _covered(path, known.paths):
            raise Invalid(
                "pkg/rpcmiddleware/validator", "non_zero_path", "`{path}` cannot be set here: leave it out", path=path
            )


def _carried(request: Message) -> Message | None:
    """What a Set or Update request is about: its last message beside the mask."""
    parts = [
        field.name
        for field in request.DESCRIPTOR.fields
        if field.message_type is not None and field.message_type.full_name != "google.protobuf.FieldMask"
    ]
    return cast(Message, getattr(request, parts[-1])) if parts else None


def _covered(path: str, known: frozenset[str]) -> bool:
    segments = path.split(".")
    if segments[0] in _ALWAYS_CARRIED:
        return True
    return any(".".join(segments[:count]) in known for count in range(len(segments), 0, -1))


def _forbidden(paths: Iterable[str]) -> Invalid:
    shown = [path[:LONGEST_PATH] for path in paths][:_SHOWN]
    return Invalid(
        "pkg/rpcmiddleware/validator",
        "field_mask_paths",
        "the field mask cannot name `{forbidden_paths}` here",
        forbidden_paths=shown,
    )


def select(message: M, paths: Sequence[str]) -> M:
    """A new message with nothing but these paths. Unknown paths raise `Invalid`."""
    chosen = type(message)()
    _copy(_plan(_descriptor(message), paths), message, chosen)
    return chosen


def apply(target: M, source: M, paths: Sequence[str]) -> None:
    """Set these paths of `target` to what `source` has there; what it does not have is cleared."""
    _set(_plan(_descriptor(target), paths), source, target)


def set_paths(message: Message) -> list[str]:
    """The paths of all that is set in the message: leaves, and sub-messages that are there but empty."""
    return list(_set_paths(message, ""))


def _set_paths(message: Message, prefix: str) -> Iterator[str]:
    for field, value in message.ListFields():
        oneof = _oneof_of(field)
        path = f"{prefix}{oneof}.{field.name}" if oneof else prefix + field.name
        parts = list(_set_paths(value, path + ".")) if _has_parts(field) else []
        yield from parts or [path]


def _descriptor(message: Message) -> Descriptor:
    return cast(Descriptor, message.DESCRIPTOR)


def _oneof_of(field: FieldDescriptor) -> str:
    """The name of the field's oneof; not of the one that protobuf makes up for an `optional` field."""
    oneof = field.containing_oneof
    return "" if oneof is None or oneof.name == "_" + field.name else oneof.name


def _has_parts(field: FieldDescriptor) -> bool:
    if field.message_type is None or field.is_repeated:
        return False
    return field.message_type.file.package != "google.protobuf"


class _Part(NamedTuple):
    """One field (or oneof) of a plan: whole, with its two ways to write it, or the parts that are meant."""

    name: str
    copy: Callable[[Any, Any], None] | None
    parts: "tuple[_Part, ...]"


_Plan = tuple[_Part, ...]
_Tree = dict[str, Any]  # name -> None (whole) or the tree below


def _copy(plan: _Plan, source: Any, target: Any) -> None:
    for name, copy, parts in plan:
        if copy is not None:
            copy(source, target)
        elif source.HasField(name):
            inner = getattr(target, name)
            inner.SetInParent()
            _copy(parts, getattr(source, name), inner)


def _set(plan: _Plan, source: Any, target: Any) -> None:
    for name, copy, parts in plan:
        if copy is not None:
            target.ClearField(name)
            copy(source, target)
        elif source.HasField(name) or target.HasField(name):
            inner = getattr(target, name)
            inner.SetInParent()
            _set(parts, getattr(source, name), inner)


def _plan(descriptor: Descriptor, paths: Sequence[str]) -> _Plan:
    if len(paths) > MOST_PATHS:
        raise _forbidden([f"more than {MOST_PATHS} paths"])
    if len(paths) <= _CACHED_PATHS:
        return _cached_plan(descriptor, tuple(paths))
    return _new_plan(descriptor, paths)


@lru_cache(256)
def _cached_plan(descriptor: Descriptor, paths: tuple[str, ...]) -> _Plan:
    return _new_plan(descriptor, paths)


def _new_plan(descriptor: Descriptor, paths: Sequence[str]) -> _Plan:
    tree: _Tree = {}
    for path in paths:
        _grow(tree, _steps(descriptor, path))
    return _parts(descriptor, tree)


def _grow(tree: _Tree, steps: tuple[str, ...]) -> None:
    for step in steps[:-1]:
        tree = tree.setdefault(step, {})
        if tree is None:  # a parent is named as well: it has all
            return
    tree[steps[-1]] = None


def _parts(descriptor: Descriptor, tree: _Tree) -> _Plan:
    return tuple(_part(descriptor, name, below) for name, below in tree.items())


def _part(descriptor: Descriptor, name: str, below: _Tree | None) -> _Part:
    field = descriptor.fields_by_name.get(name)
    if field is None:
        return _Part(name, _oneof_copier(name), ())
    if below is None:
        return _Part(name, _copier(field), ())
    assert field.message_type is not None
    return _Part(name, None, _parts(field.message_type, below))


@lru_cache(4096)
def _steps(descriptor: Descriptor, path: str) -> tuple[str, ...]:
    """The path as field names (a oneof's name only where the path ends with it)."""
    steps: list[str] = []
    here: Descriptor | None = descriptor
    segments = path.split(".") if len(path) <= LONGEST_PATH else [""]
    while segments:
        found = _first_step(here, segments) if here is not None else None
        if found is None:
            raise _forbidden([path])
        name, field, segments = found
        steps.append(name)
        here = field.message_type if field is not None and _has_parts(field) else None
    return tuple(steps)


_Step = tuple[str, FieldDescriptor | None, list[str]]  # name, its field (none: a whole oneof), segments left


def _first_step(here: Descriptor, segments: list[str]) -> _Step | None:
    head, *rest = segments
    field = here.fields_by_name.get(head)
    if field is not None and not _oneof_of(field):
        return head, field, rest
    if head not in here.oneofs_by_name:
        return None
    if not rest:
        return head, None, []
    member = here.fields_by_name.get(rest[0])
    return (rest[0], member, rest[1:]) if member is not None and _oneof_of(member) == head else None


def _copier(field: FieldDescriptor) -> Callable[[Any, Any], None]:
    if field.is_repeated:  # maps, too
        return _list_copier(field.name)
    if field.message_type is not None:
        return _message_copier(field.name)
    return _scalar_copier(field.name, field.has_presence)


def _list_copier(name: str) -> Callable[[Any, Any], None]:
    def copy(source: Any, target: Any) -> None:
        getattr(target, name).MergeFrom(getattr(source, name))

    return copy


def _message_copier(name: str) -> Callable[[Any, Any], None]:
    def copy(source: Any, target: Any) -> None:
        if source.HasField(name):
            getattr(target, name).CopyFrom(getattr(source, name))

    return copy


def _scalar_copier(name: str, has_presence: bool) -> Callable[[Any, Any], None]:
    def copy(source: Any, target: Any) -> None:
        if not has_presence or source.HasField(name):
            setattr(target, name, getattr(source, name))

    return copy


def _oneof_copier(oneof: str) -> Callable[[Any, Any], None]:
    def copy(source: Any, target: Any) -> None:
        member = source.WhichOneof(oneof)
        if member is None:
            return
        value = getattr(source, member)
        if isinstance(value, Message):
            getattr(target, member).CopyFrom(value)
        else:
            setattr(target, member, value)

    return copy
