"""Output by template: `{{.ids.device_id}}` is replaced by the value below that path.

The original takes whole Go templates; of these only field references are known here, in the
contract's names or in Go's (`.Ids.DeviceId`). Anything else is an error, never silence.
"""

from __future__ import annotations

import json
import re
from typing import Any

from claimstack.cli.client.contract import reach
from claimstack.cli.client.failures import Failure

REFERENCE = re.compile(r"\{\{-?\s*(.*?)\s*-?\}\}")
PATH = re.compile(r"\.|(\.[A-Za-z_][A-Za-z0-9_]*)+")


def fill(template: str, message: Any) -> str:
    """The template with its references replaced; missing values are empty."""
    return REFERENCE.sub(lambda found: _value(found[1], message), template.replace("\\n", "\n"))


def _value(expression: str, message: Any) -> str:
    if not PATH.fullmatch(expression):
        raise Failure("output_format", f"{expression!r}: only field references such as .ids.device_id")
    path = ".".join(map(_snake, expression.strip(".").split(".")))
    value = reach(message, path) if path else message
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _snake(name: str) -> str:
    """`DevEui` and `DevEUI` are `dev_eui`."""
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name)
    return words.lower()
