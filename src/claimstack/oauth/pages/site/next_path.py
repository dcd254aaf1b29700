"""Where a person goes after logging in: a path of this server and nothing else (no open redirect, CWE-601)."""

import re

DEFAULT = "/console"
# Browsers drop tabs and line ends and read a backslash as a slash, so only plain visible ASCII is let through.
_PATH = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")
MOST_CHARACTERS = 8192


def safe_next(path: str | None) -> str:
    """The path itself when it leads to this origin, else the Console."""
    return path if path and len(path) <= MOST_CHARACTERS and _PATH.fullmatch(path) else DEFAULT
