"""What is wrong in a file, where, and why. No reason repeats what stood there: people import files with root keys."""

from __future__ import annotations

from dataclasses import dataclass

from claimstack.errors import Invalid

NAMESPACE = "pkg/devicetemplateconverter"


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file: the entry's `index` counts from 0, `line` and `column` from 1 (0: not known)."""

    index: int
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        where = [f"line {self.line}"] if self.line else []
        where += [f"column {self.column}"] if self.column else []
        return ", ".join([f"entry {self.index}", *where])


@dataclass(frozen=True, slots=True)
class Wrong:
    """An entry of which nothing is made. `name` is that of the API's error; after the `last` one nothing more can be
    read.
    """

    place: Place
    name: str
    reason: str
    last: bool = False

    def error(self) -> Invalid:
        """The same as an error of the API."""
        return Invalid(
            NAMESPACE,
            self.name,
            "{place}: {reason}",
            place=str(self.place),
            reason=self.reason,
            index=self.place.index,
            line=self.place.line,
            column=self.place.column,
        )


class Mistake(Exception):
    """Raised inside a reader when an entry is wrong; `line` and `column` where they are known better than by entry."""

    def __init__(self, name: str, reason: str, line: int = 0, column: int = 0) -> None:
        self.name = name
        self.reason = reason
        self.line = line
        self.column = column
        super().__init__(reason)

    def at(self, place: Place, *, last: bool = False) -> Wrong:
        """The outcome of the entry that began at `place`."""
        exact = Place(place.index, self.line, self.column) if self.line else place
        return Wrong(exact, self.name, self.reason, last)
