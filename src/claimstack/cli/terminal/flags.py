"""Flags that are not written down one by one: field paths, rights, and the global settings.

An end device has some 470 field paths. Making an option object for each would cost more than the
request; instead a flag is looked up in the contract's tables when it is met.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from claimstack.cli.client import contract
from claimstack.cli.settings import configuration
from claimstack.cli.settings.values import boolean
from claimstack.cli.terminal import kinds


class FlagSource(Protocol):
    """Knows flags that are no options of the command."""

    def takes_value(self, name: str) -> bool | None:
        """True: the flag has a value; False: it is a switch; None: not known here."""

    def take(self, name: str, value: str) -> None:
        """Keep what the flag says; a switch says `true` unless told otherwise."""

    def rows(self) -> Iterable[tuple[str, str]]:
        """Flag with its value, and its help, for each flag known here."""


class Settings:
    """The global flags: every key of the configuration."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.files: list[str] = []

    def takes_value(self, name: str) -> bool | None:
        if name == "config":
            return True
        key = configuration.KEYS.get(name)
        return None if key is None else not isinstance(key.default, bool)

    def take(self, name: str, value: str) -> None:
        if name == "config":
            self.files += value.split(",")
        else:
            self.values[name] = value

    def rows(self) -> Iterable[tuple[str, str]]:
        yield "-c, --config FILE", "configuration file instead of the usual ones (repeatable)"
        for name, key in configuration.KEYS.items():
            is_switch = isinstance(key.default, bool)
            default = "" if key.default in ("", False) else f" [{str(key.default).lower()}]"
            yield f"--{name}" + ("" if is_switch else " VALUE"), key.text + default


class Selection:
    """Field paths to read: one switch for each path that the given RPCs allow, and `--all`.

    Paths of the RPCs in `also` are taken, too, but are no part of `--all`.
    """

    def __init__(self, rpcs: tuple[str, ...], also: tuple[str, ...] = ()) -> None:
        self.rpcs, self.also = rpcs, also
        self.paths: list[str] = []
        self._lists: list[list[str]] | None = None

    @property
    def lists(self) -> list[list[str]]:
        """The allowed paths of each RPC."""
        if self._lists is None:
            self._lists = [contract.mask_paths(rpc) for rpc in self.rpcs]
        return self._lists

    def takes_value(self, name: str) -> bool | None:
        if name == "all":
            return False
        if name == "field-mask":
            return True
        path = name.replace("-", "_")
        is_known = any(path in paths for paths in self.lists)
        is_known = is_known or any(path in contract.mask_paths(rpc) for rpc in self.also)
        return False if is_known else None

    def take(self, name: str, value: str) -> None:
        if name == "field-mask":
            found = [path for path in value.split(",") if path]
        elif not boolean(value):
            return
        else:
            found = self.every() if name == "all" else [name.replace("-", "_")]
        self.paths += [path for path in found if path not in self.paths]

    def every(self) -> list[str]:
        """The shortest list of paths that covers all that may be read."""
        return sorted({path for paths in self.lists for path in cover(paths)})

    def rows(self) -> Iterable[tuple[str, str]]:
        yield "--all", "every field"
        message = contract.entity(self.rpcs[0])
        for path in sorted({p for paths in self.lists for p in paths if is_field(p)}):
            yield "--" + path.replace("_", "-"), about(message, path)


def cover(paths: list[str]) -> list[str]:
    """Those paths that no other of the list includes."""
    known = set(paths)
    return [p for p in paths if is_field(p) and not any(a in known for a in ancestors(p))]


def about(message: str, path: str) -> str:
    """What the contract says about the field at a path; for an enum also some of its values."""
    found = contract.resolve(message, path)
    if found is None:
        return ""
    _, kind, place = found
    some = kinds.choices(kind)[:4]
    return contract.comment(place) + (f" ({', '.join(some)}, …)" if some else "")


def ancestors(path: str) -> list[str]:
    """`a.b.c` lies below `a` and `a.b`."""
    parts = path.split(".")
    return [".".join(parts[:n]) for n in range(1, len(parts))]


def is_field(path: str) -> bool:
    """Identifiers and the two standing times come with every answer and are no fields to pick."""
    return path.split(".")[0] not in ("ids", "created_at", "updated_at")


class Update:
    """Field values to write: one flag for each path, `--unset` to clear paths."""

    def __init__(self, message: str, rpcs: tuple[str, ...], with_unset: bool = True) -> None:
        self.message, self.rpcs, self.with_unset = message, rpcs, with_unset
        self.values: dict[str, Any] = {}
        self.paths: list[str] = []

    def takes_value(self, name: str) -> bool | None:
        if name == "unset" and self.with_unset:
            return True
        kind = self.kind(name.replace("-", "_"))
        return None if kind is None else not kinds.is_switch(kind)

    def kind(self, path: str) -> str | None:
        """The kind of a path that a flag can set, None for any other."""
        allowed = any(path in contract.mask_paths(rpc) for rpc in self.rpcs)
        place = contract.resolve(self.message, path) if allowed and is_field(path) else None
        if place is None or not (kinds.is_leaf(place[1]) or contract.is_choice(self.message, path)):
            return None
        return place[1]

    def take(self, name: str, value: str) -> None:
        if name == "unset":
            for path in filter(None, value.replace("-", "_").split(",")):
                self.mark(path)
            return
        path = name.replace("-", "_")
        self.put(path, kinds.value(self.kind(path) or "string", value, name))

    def put(self, path: str, value: Any) -> None:
        """Set the value below a path, and the path on the list of what changes."""
        names, kind, _ = contract.resolve(self.message, path) or (path.split("."), "", "")
        node = self.values
        for name in names[:-1]:
            node = node.setdefault(name, {})
        if kind.startswith("%") and isinstance(node.get(names[-1]), dict):
            node[names[-1]].update(value)
        elif value != {} or names[-1] not in node:  # choosing a oneof's member does not empty it
            node[names[-1]] = value
        self.mark(path)

    def mark(self, path: str) -> None:
        """Put a path on the list of what changes."""
        if path not in self.paths:
            self.paths.append(path)

    def rows(self) -> Iterable[tuple[str, str]]:
        if self.with_unset:
            yield "--unset PATH,…", "clear these fields"
        for path in sorted({p for rpc in self.rpcs for p in contract.mask_paths(rpc)}):
            if (kind := self.kind(path)) is not None:
                flag = f"--{path.replace('_', '-')} {kinds.metavar(kind)}"
                yield flag.rstrip(), about(self.message, path)


class RightFlags:
    """One switch for each right whose name begins with one of the prefixes."""

    def __init__(self, prefixes: tuple[str, ...]) -> None:
        self.prefixes = prefixes
        self.rights: list[str] = []
        self.is_given = False

    def known(self) -> list[str]:
        """The rights in the contract's order."""
        return [r for r in contract.enum("Right")["values"] if r.startswith(self.prefixes)]

    def takes_value(self, name: str) -> bool | None:
        return False if _right(name) in self.known() else None

    def take(self, name: str, value: str) -> None:
        self.is_given = True
        if boolean(value):
            self.rights.append(_right(name))

    def rows(self) -> Iterable[tuple[str, str]]:
        for right in self.known():
            yield "--" + right.lower().replace("_", "-"), ""


def _right(name: str) -> str:
    return name.upper().replace("-", "_")
