"""Configuration files in YAML, read by a small reader where they are small.

What `use` writes is `key: value` with one level of nesting. Reading that here saves the 25 ms that
PyYAML takes to import; a file with anything else in it goes to PyYAML.
"""

from __future__ import annotations

import re
from typing import Any

KEY = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
# Text that cannot be anything else in YAML: a word, an address, a path, a duration, an IP address.
TEXT = re.compile(r"[A-Za-z/][A-Za-z0-9_./:@+ -]*|[0-9]+(?:ms|s|m|h)|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+(?::[0-9]+)?")
NUMBER = re.compile(r"0|[1-9][0-9]*")
QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
WORDS = {"true": True, "false": False, "null": None}
OTHER_WORDS = ("y", "n", "yes", "no", "on", "off", "true", "false", "null")


class NotSimple(ValueError):
    """The file holds more than the small reader knows."""


def read(path: str) -> dict[str, Any]:
    """The file as a flat table: nested keys are joined by dots. {} if there is no such file."""
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return {}
    try:
        return simple(text)
    except NotSimple:
        return dict(_flat(_by_pyyaml(text, path)))


def simple(text: str) -> dict[str, Any]:
    """Read `key: value` lines with at most one level of nesting; NotSimple for anything else."""
    table: dict[str, Any] = {}
    seen: set[str] = set()
    section, depth = "", ""
    for line in text.split("\n"):
        if not line or line.startswith("#"):
            continue
        key, colon, value = line.partition(":")
        indent = key[: len(key) - len(key.lstrip(" "))]
        key = key[len(indent) :]
        if not indent:
            section = depth = ""
        depth = depth or indent
        path = section + key
        if not colon or not KEY.fullmatch(key) or indent != depth or bool(indent) != bool(section) or path in seen:
            raise NotSimple(line)
        seen.add(path)
        if value.strip(" "):
            table[path] = _scalar(value)
        elif indent:
            raise NotSimple(line)
        else:
            section = key + "."
    return table


def _scalar(text: str) -> Any:
    if text[0] != " ":
        raise NotSimple(text)
    text = text.strip(" ")
    if quoted := QUOTED.fullmatch(text):
        return quoted[1] or quoted[2] or ""
    if text in WORDS:
        return WORDS[text]
    if NUMBER.fullmatch(text):
        return int(text)
    if not TEXT.fullmatch(text) or ": " in text or text.endswith(":") or text.lower() in OTHER_WORDS:
        raise NotSimple(text)
    return text


def _by_pyyaml(text: str, path: str) -> dict[str, Any]:
    import yaml

    from claimstack.cli.client.failures import Failure

    try:
        table = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise Failure("config_file", f"{path} is not YAML: {broken}") from broken
    return table if isinstance(table, dict) else {}


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs += _flat(value, f"{prefix}{key}.")
        else:
            pairs.append((f"{prefix}{key}", value))
    return pairs
