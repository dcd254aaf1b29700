"""Flags of a command that are written down one by one.

A switch stands alone or with `=true` or `=false`, and never takes the next word.
"""

from __future__ import annotations

from typing import Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.settings.values import boolean


class Option:
    """`--name VALUE`; `kind` is str, int, float or bool (a switch), `name` the argument's name."""

    def __init__(
        self,
        name: str,
        text: str = "",
        metavar: str = "TEXT",
        kind: type[str] | type[int] | type[float] | type[bool] = str,
        default: Any = None,
        flags: tuple[str, ...] = (),
    ) -> None:
        self.name, self.text, self.metavar, self.kind, self.default = name, text, metavar, kind, default
        self.flags = flags or ("--" + name.replace("_", "-"),)

    @property
    def takes_value(self) -> bool:
        """Whether the flag needs a value."""
        return self.kind is not bool

    def read(self, text: str) -> Any:
        """The value that a flag's text means."""
        try:
            return boolean(text) if self.kind is bool else self.kind(text)
        except ValueError as wrong:
            expected = {int: "a whole number", float: "a number", bool: "true or false"}[self.kind]
            raise Failure("flag_value", f"{self.flags[0]}: {text!r} is not {expected}") from wrong

    def row(self) -> tuple[str, str]:
        """The flag with its value, and its help."""
        shown = ", ".join(self.flags) + (f" {self.metavar}" if self.takes_value else "")
        has_default = self.default not in (None, "", False, True)
        return shown, self.text + (f" [{self.default}]" if has_default else "")


def switch(name: str, text: str = "", default: bool = False) -> Option:
    """A flag that is on when it stands alone."""
    return Option(name, text, kind=bool, default=default)
