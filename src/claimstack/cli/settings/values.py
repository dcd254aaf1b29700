"""Values as Go programs write them in flags, files and the environment."""

from __future__ import annotations

UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def boolean(text: str) -> bool:
    """true, false, 1, 0, t, f in any case; ValueError for anything else."""
    if text.lower() in ("true", "t", "1"):
        return True
    if text.lower() in ("false", "f", "0"):
        return False
    raise ValueError(text)


def seconds(text: str) -> float:
    """A duration such as `1m30s` or `100ms` in seconds; ValueError for anything else."""
    total, rest = 0.0, text.strip()
    if not rest:
        raise ValueError(text)
    while rest:
        digits = len(rest) - len(rest.lstrip("0123456789."))
        letters = len(rest[digits:]) - len(rest[digits:].lstrip("nuµmsh"))
        unit = rest[digits : digits + letters] or "s"
        if unit not in UNITS:
            raise ValueError(text)
        total += float(rest[:digits]) * UNITS[unit]
        rest = rest[digits + letters :]
    return total
