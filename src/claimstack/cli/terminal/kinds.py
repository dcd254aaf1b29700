"""Flag values by the kind of their field: text in, JSON value out, or an error that says what fits.

Kinds are those of the contract tables: `string`, `bool`, `int`, `float`, `bytes` (base64), `hexN`,
`time`, `duration`, `e:Enum`, `m:Message`, `w:kind` for wrappers; `*` repeated, `%` map.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from claimstack.cli.client import contract
from claimstack.cli.client.failures import Failure
from claimstack.cli.settings.values import boolean, seconds

METAVARS = {"string": "TEXT", "int": "NUMBER", "float": "NUMBER", "bytes": "BASE64", "time": "TIME"}


def is_leaf(kind: str) -> bool:
    """Whether one flag can carry a whole value of this kind."""
    base = kind.lstrip("*%")
    if base.startswith("m:"):
        return not contract.fields_of(base[2:]) and kind == base
    return base not in ("any", "struct", "mask")


def is_switch(kind: str) -> bool:
    """Whether the flag may stand without a value, which then means true."""
    return kind in ("bool", "w:bool") or kind.startswith("m:")


def metavar(kind: str) -> str:
    """How help shows the value."""
    base = kind.removeprefix("w:")
    if base == "%string":
        return "KEY=VALUE,…"
    if base.startswith("*"):
        return f"{metavar(base[1:])},…"
    if base.startswith("hex"):
        return "HEX"
    return METAVARS.get(base, "" if is_switch(kind) else "VALUE" if ":" in base else base.upper())


def choices(kind: str) -> list[str]:
    """The spellings of an enum kind's values, the short ones first; [] for other kinds."""
    base = kind.lstrip("*").removeprefix("w:")
    if not base.startswith("e:"):
        return []
    known = contract.enum(base[2:])
    return [*known["aliases"], *known["values"]]


def value(kind: str, text: str, flag: str) -> Any:
    """The JSON value for a flag's text."""
    if kind.startswith("*"):
        return [value(kind[1:], part, flag) for part in text.split(",") if part]
    if kind == "%string":
        return pairs(text, flag)
    base = kind.removeprefix("w:")
    if base.startswith("e:"):
        return enum_name(base[2:], text, flag)
    if base.startswith("hex"):
        return hexadecimal(int(base[3:]), text, flag)
    try:
        return READERS[base.split(":")[0]](text)
    except ValueError as wrong:
        expected = EXPECTED.get(base, base)
        raise Failure("flag_value", f"--{flag}: {text!r} is not {expected}") from wrong


def pairs(text: str, flag: str) -> dict[str, str]:
    """`k=v,k2=v2` as a table."""
    table = {}
    for part in filter(None, text.split(",")):
        key, equals, worth = part.partition("=")
        if not equals:
            raise Failure("flag_value", f"--{flag}: {part!r} is not KEY=VALUE")
        table[key] = worth
    return table


def enum_name(name: str, text: str, flag: str) -> str:
    """The full name of an enum value given as name, alias, name without prefix, or number."""
    known = contract.enum(name)
    wanted = {text, f"{known['prefix']}_{text}".upper(), text.upper()}
    for candidate in known["values"]:
        if candidate in wanted:
            return str(candidate)
    if text in known["aliases"]:
        return str(known["aliases"][text])
    spellings = ", ".join([*known["values"], *known["aliases"]])
    raise Failure("flag_value", f"--{flag}: {text!r} is none of {spellings}")


def hexadecimal(size: int, text: str, flag: str) -> str:
    """`size` bytes in hex, separators dropped, upper case."""
    plain = text.replace("-", "").replace(":", "").replace(" ", "").upper()
    if len(plain) != 2 * size or set(plain) - set("0123456789ABCDEF"):
        raise Failure("flag_value", f"--{flag}: {text!r} is not {size} bytes in hexadecimal")
    return plain


def timestamp(text: str) -> str:
    """RFC 3339 text, checked and left as it is: the server keeps nanoseconds, Python would not."""
    from datetime import datetime

    if "T" not in text or datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is None:
        raise ValueError(text)
    return text


def duration(text: str) -> str:
    """`1.5s` or `1h2m`, as seconds."""
    return f"{seconds(text):.9f}".rstrip("0").rstrip(".") + "s"


def base64_bytes(text: str) -> str:
    """Base64, checked and left as it is."""
    from base64 import b64decode

    b64decode(text + "=" * (-len(text) % 4), validate=True)
    return text


EXPECTED = {
    "time": "a time such as 2026-03-01T00:00:00Z",
    "duration": "a duration such as 1.5s or 1h2m",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "bytes": "base64",
}
READERS: dict[str, Callable[[str], Any]] = {
    "string": str, "int": int, "float": float, "bool": boolean, "time": timestamp,
    "duration": duration, "bytes": base64_bytes, "m": lambda text: {} if boolean(text) else None,
}  # fmt: skip
