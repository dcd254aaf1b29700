"""Log lines for people, on the error output; as JSON if the configuration says so."""

from __future__ import annotations

import json
import sys
from typing import TextIO

LEVELS = ("debug", "info", "warn", "error")


class Log:
    """Writes lines from `level` upwards; `form` is console or json."""

    def __init__(self, level: str = "info", form: str = "console", out: TextIO | None = None) -> None:
        self.level = LEVELS.index(level) if level in LEVELS else 1
        self.form, self.out = form, out or sys.stderr

    def debug(self, text: str, **fields: object) -> None:
        """For who looks for the reason of something."""
        self._write("debug", text, fields)

    def info(self, text: str, **fields: object) -> None:
        """What was done."""
        self._write("info", text, fields)

    def warn(self, text: str, **fields: object) -> None:
        """What the caller should know although the command goes on."""
        self._write("warn", text, fields)

    def _write(self, level: str, text: str, fields: dict[str, object]) -> None:
        if LEVELS.index(level) < self.level:
            return
        if self.form == "json":
            line = json.dumps({"level": level, "message": text, **fields}, default=str)
        else:
            more = "".join(f"  {key}={value}" for key, value in fields.items())
            line = f"{level.upper():<5} {text}{more}"
        self.out.write(line + "\n")
