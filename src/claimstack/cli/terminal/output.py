"""What commands print: JSON as the original does, a table for people, or a small template.

Several objects are printed as `[`, the objects joined by `, `, and `]`, as they come.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from claimstack.cli.client.failures import Failure


def text_of(message: Any) -> str:
    """JSON with two blanks of indent; text stays readable."""
    return json.dumps(message, indent=2, ensure_ascii=False)


class Output:
    """Prints in the form that `--output-format` names."""

    def __init__(self, form: str, out: TextIO | None = None) -> None:
        self.form, self.out = form, out or sys.stdout

    def show(self, message: Any) -> None:
        """One object."""
        if self.form == "json":
            self.out.write(text_of(message) + "\n")
        elif self.form == "table":
            from claimstack.cli.terminal.table import single

            self.out.write(single(message, self._width()))
        else:
            self.out.write(self._filled(message) + "\n")

    def show_each(self, messages: Iterable[Any]) -> None:
        """A list."""
        if self.form == "table":
            from claimstack.cli.terminal.table import several

            self.out.write(several(list(messages), self._width()))
        elif self.form == "json":
            before = "["
            for message in messages:  # the bracket waits for the first: there may be an error instead
                self.out.write(before + text_of(message))
                before = ", "
            self.out.write("[]\n" if before == "[" else "]\n")
        else:
            for message in messages:
                self.out.write(self._filled(message) + "\n")

    def show_stream(self, messages: Iterable[Any]) -> None:
        """Objects as they happen, each at once."""
        for message in messages:
            self.show(message)
            self.out.flush()

    def _filled(self, message: Any) -> str:
        from claimstack.cli.terminal.template import fill

        if "{{" not in self.form:
            raise Failure("output_format", f"{self.form!r} is neither json nor table nor a template with {{{{…}}}}")
        return fill(self.form, message)

    def _width(self) -> int:
        from shutil import get_terminal_size

        return get_terminal_size((100, 24)).columns if self.out.isatty() else 0
