"""Tables for people: one row an object, or one row a field. A weak claim code is marked.

Columns that do not fit are cut, never wrapped; with a pipe instead of a terminal nothing is cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from claimstack.cli.terminal.weak_code import is_weak

CODE = "claim_authentication_code.value"
SHORT = {
    "ids.device_id": "DEVICE", "ids.application_ids.application_id": "APPLICATION",
    "ids.application_id": "APPLICATION", "ids.user_id": "USER", "ids.dev_eui": "DEV EUI",
    "ids.organization_id": "ORGANIZATION", "ids.join_eui": "JOIN EUI", CODE: "CLAIM CODE",
    "claim_authentication_code.valid_from": "VALID FROM",
    "claim_authentication_code.valid_to": "VALID TO",
}  # fmt: skip
ORDER = ("ids.device_id", "ids.user_id", "ids.organization_id", "ids.application_id")


def single(message: Any, width: int = 0) -> str:
    """One object: a row for each field. `width` 0 means unlimited."""
    rows = list(flat(message)) if isinstance(message, dict) else [("", _cell("", message))]
    left = max((len(name) for name, _ in rows), default=0)
    return "".join(_cut(f"{name:<{left}}  {text}", width) + "\n" for name, text in rows)


def several(messages: list[Any], width: int = 0) -> str:
    """Objects below each other: a column for each field that any of them has."""
    rows = [dict(flat(message)) for message in messages]
    columns = _columns(rows)
    if not columns:
        return "none\n"
    heads = {c: SHORT.get(c, c.replace("_", " ").upper()) for c in columns}
    widths = {c: max(len(heads[c]), *(len(r.get(c, "")) for r in rows)) for c in columns}
    lines = [heads, *rows]
    return "".join(
        _cut("  ".join(f"{line.get(c, ''):<{widths[c]}}" for c in columns).rstrip(), width) + "\n" for line in lines
    )


def _columns(rows: list[dict[str, str]]) -> list[str]:
    found = list(dict.fromkeys(name for row in rows for name in row))
    first = [name for name in ORDER if name in found]
    return first + [name for name in found if name not in first]


def flat(message: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Dotted field names with their values as text."""
    for name, value in message.items():
        path = prefix + name
        if isinstance(value, dict) and value:
            yield from flat(value, path + ".")
        else:
            yield path, _cell(path, value)


def _cell(path: str, value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_cell(path, item) for item in value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text.replace("\n", " ")
    return f"{text} (weak)" if path.endswith(CODE) and is_weak(text) else text


def _cut(line: str, width: int) -> str:
    return line if not width or len(line) <= width else line[: width - 1] + "…"
