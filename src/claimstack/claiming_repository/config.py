"""The claiming repository on disk, as The Things Stack has it: `config.yml` and one file for each Join Server.

`config.yml` lists under `join-servers` the `file`, its `join-euis` (prefixes) and the `type`. Reading is strict: an
unknown or repeated key stops the server, so that a typo never claims at the wrong place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from claimstack.claiming_repository.endpoint import Endpoint, RepositoryError, read_endpoint, table_of
from claimstack.lorawan import EUI64, EUI64Prefix

MAIN = "config.yml"
TYPES = ("ttjsv2", "claimstack")
log = structlog.get_logger("claimstack.claiming_repository")

__all__ = ["Entry", "RepositoryError", "longest", "read_repository"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A Join Server that can be claimed on. `name` is its file's base name, which no two entries share."""

    name: str
    type: str
    prefixes: tuple[EUI64Prefix, ...]
    endpoint: Endpoint


def read_repository(folder: Path) -> tuple[Entry, ...]:
    """The entries of a repository; `RepositoryError` is one line that names file, key and what was expected."""
    path = folder / MAIN
    entries = _entries(path, table_of(path, ["join-servers"], ["join-servers"]))
    _check_names(path, entries)
    _check_prefixes(path, entries)
    return tuple(entries)


def longest(entries: Sequence[Entry], join_eui: bytes) -> Entry | None:
    """The entry with the longest prefix that holds the JoinEUI (8 bytes); None when there is none."""
    eui = EUI64(join_eui) if len(join_eui) == EUI64.LENGTH else None
    found = [
        (prefix.length, entry) for entry in entries for prefix in entry.prefixes if eui is not None and eui in prefix
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def _entries(path: Path, table: Mapping[str, Any]) -> list[Entry]:
    listed = table["join-servers"] or []
    if not isinstance(listed, list):
        raise RepositoryError(f"{path}: join-servers: expected a list")
    found = [_entry(path, f"join-servers[{at}]", one) for at, one in enumerate(listed)]
    return [entry for entry in found if entry is not None]


def _entry(path: Path, where: str, value: Any) -> Entry | None:
    keys = ("file", "join-euis", "type")
    if not isinstance(value, dict) or set(value) != set(keys):
        raise RepositoryError(f"{path}: {where}: expected {', '.join(keys)}")
    if value["type"] not in TYPES:
        # As the original does: one repository may serve programs that know other types.
        log.warning("type of Join Server is not known", file=str(path), place=where, type=str(value["type"]))
        return None
    file = path.parent / str(value["file"])
    prefixes = tuple(_prefix(path, where, one) for one in value["join-euis"] or ())
    if not prefixes:
        raise RepositoryError(f"{path}: {where}: join-euis: expected at least one prefix")
    return Entry(file.stem, value["type"], prefixes, read_endpoint(file, value["type"]))


def _prefix(path: Path, where: str, text: Any) -> EUI64Prefix:
    try:
        return EUI64Prefix.parse(str(text))
    except ValueError as error:
        raise RepositoryError(f"{path}: {where}: join-euis: {text}: {error}") from None


def _check_names(path: Path, entries: Sequence[Entry]) -> None:
    names = [entry.name for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise RepositoryError(f"{path}: two files are called {name}: pending claims name the Join Server by it")


def _check_prefixes(path: Path, entries: Sequence[Entry]) -> None:
    seen: set[EUI64Prefix] = set()
    for entry in entries:
        for prefix in entry.prefixes:
            if prefix in seen:
                raise RepositoryError(f"{path}: {prefix} is listed twice: one Join Server hands out a device")
            seen.add(prefix)
