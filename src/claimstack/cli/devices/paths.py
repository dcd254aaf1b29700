"""Field mask paths of a device's JSON, and the part of a device that some paths cover."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claimstack.cli.client.api import Message
from claimstack.cli.client.contract import fields_of, resolve
from claimstack.cli.terminal.flags import ancestors


def paths_of(message: str, value: Message, prefix: str = "") -> Iterator[str]:
    """Every path that `value` fills, parents before children; a oneof is a segment of its own."""
    fields = fields_of(message)
    for name, inner in value.items():
        entry = fields.get(name)
        if entry is None:
            continue
        kind, oneof = (entry[0], entry[1]) if isinstance(entry, list) else (entry, "")
        path = f"{prefix}{oneof + '.' if oneof else ''}{name}"
        if oneof:
            yield prefix + oneof
        yield path
        if kind.startswith("m:") and isinstance(inner, dict):
            yield from paths_of(kind[2:], inner, path + ".")


def shortest(paths: list[str]) -> list[str]:
    """The paths without those that another one includes."""
    known = set(paths)
    return [p for p in paths if not any(a in known for a in ancestors(p))]


def only(device: Message, paths: list[str]) -> Message:
    """The device with its identifiers and those paths alone: a registry refuses foreign values."""
    part: Message = {"ids": device["ids"]}
    for path in paths:
        names, _, _ = resolve("EndDevice", path) or (path.split("."), "", "")
        _copy(device, part, names)
    return part


def _copy(source: Any, target: Message, names: list[str]) -> None:
    *parents, last = names
    for name in parents:
        source = source.get(name) if isinstance(source, dict) else None
    if not isinstance(source, dict) or last not in source:
        return
    for name in parents:
        target = target.setdefault(name, {})
    target[last] = source[last]
