"""Configuration files in YAML, read by a small reader where they are small.

What `use` writes is `key: value` with one level of nesting. Reading that here saves the 25 ms that
PyYAML takes to import; a file with anything else in it goes to PyYAML.
"""

from __future__ import annotations

from typing import Any

PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:@~+ ")
WORDS = {"true": True, "false": False, "null": None, "~": None}


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
    section = ""
    for line in text.splitlines():
        if not line.strip() or line.lstrip().startswith("#") or line == "---":
            continue
        key, colon, value = line.partition(":")
        is_nested = key.startswith((" ", "\t"))
        if not colon or (is_nested and not section) or not PLAIN.issuperset(key.strip()):
            raise NotSimple(line)
        if not is_nested:
            section = "" if value.strip() else key.strip() + "."
        if value.strip():
            table[(section if is_nested else "") + key.strip()] = _scalar(value)
    return table


def _scalar(text: str) -> Any:
    if text[0] != " ":
        raise NotSimple(text)
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" and "\\" not in text:
        return text[1:-1]
    if not PLAIN.issuperset(text) or ": " in text or text.endswith(":") or text[0] in "-@":
        raise NotSimple(text)
    if text in WORDS:
        return WORDS[text]
    return int(text) if text.isascii() and text.isdigit() else text


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
