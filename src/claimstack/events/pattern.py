"""Regular expressions of strangers, in time linear in the name: a set of states steps over it, nothing backtracks.

Taken: letters, `.`, `\\.`, `\\w` and its like, `[…]`, `^`, `$`, `(…)`, `|`, `*`, `+`, `?` (RE2's meaning of them).
"""

import re
from collections.abc import Callable
from typing import NamedTuple

MOST_CHARACTERS = 100
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")
Fits = Callable[[str], object]


class PatternError(ValueError):
    """The text is no pattern of the forms above; tells what was met."""


class _Step(NamedTuple):
    """One instruction: `fits` takes a character (None: none is taken), `at` looks at the place, `to` goes on."""

    to: tuple[int, ...]
    fits: Fits | None = None
    at: str = ""


class Pattern:
    """A compiled pattern."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST_CHARACTERS:
            raise PatternError(f"more than {MOST_CHARACTERS} characters")
        self._text, self._place = text, 0
        self._steps: list[_Step] = []
        self._alternatives()
        if self._place < len(text):
            raise PatternError(f"a ) without ( at {self._place}")
        self._end = len(self._steps)

    def search(self, word: str) -> bool:
        """Whether the pattern fits somewhere in the word."""
        states: set[int] = set()
        for place in range(len(word) + 1):
            self._enter(states, 0, place, len(word))
            if self._end in states:
                return True
            taken = [self._steps[s] for s in states if self._steps[s].fits] if place < len(word) else []
            states = set()
            for step in taken:
                if step.fits and step.fits(word[place]):
                    self._enter(states, step.to[0], place + 1, len(word))
        return False

    def _enter(self, states: set[int], start: int, place: int, length: int) -> None:
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state in states:
                continue
            states.add(state)
            if state == self._end:
                continue
            step = self._steps[state]
            stopped = (step.at == "^" and place > 0) or (step.at == "$" and place < length)
            if step.fits is None and not stopped:
                waiting += step.to

    # ------------------------------------------------------------------ reading the text

    def _peek(self) -> str:
        return self._text[self._place] if self._place < len(self._text) else ""

    def _alternatives(self) -> None:
        start = len(self._steps)
        self._sequence()
        while self._peek() == "|":
            self._place += 1
            self._steps[start:start] = [_Step(())]  # room for the fork; what follows moves by one
            self._moved(start + 1, 1)
            leave = len(self._steps)
            self._steps.append(_Step(()))
            self._steps[start] = _Step((start + 1, leave + 1))
            self._sequence()
            self._steps[leave] = _Step((len(self._steps),))

    def _sequence(self) -> None:
        while self._peek() not in ("", "|", ")"):
            start = len(self._steps)
            self._atom()
            while self._peek() and self._peek() in "*+?":
                self._repeat(start, self._peek())
                self._place += 1

    def _repeat(self, start: int, sign: str) -> None:
        end = len(self._steps)
        if sign == "+":
            self._steps.append(_Step((start, end + 1)))
            return
        self._steps[start:start] = [_Step((start + 1, end + (2 if sign == "*" else 1)))]
        self._moved(start + 1, 1)
        if sign == "*":
            self._steps.append(_Step((start,)))

    def _moved(self, start: int, by: int) -> None:
        for at in range(start, len(self._steps)):
            step = self._steps[at]
            self._steps[at] = step._replace(to=tuple(to + by for to in step.to))

    def _atom(self) -> None:
        sign = self._peek()
        if sign == "(":
            self._group()
            return
        if sign and sign in "*+?{":
            raise PatternError(f"{sign} is not possible at {self._place}")
        after = (len(self._steps) + 1,)
        if sign in ("^", "$"):
            self._place += 1
            self._steps.append(_Step(after, at=sign))
        else:
            self._steps.append(_Step(after, self._character()))

    def _group(self) -> None:
        opened = self._place
        self._place += 3 if self._text.startswith("(?:", opened) else 1
        self._alternatives()
        if self._peek() != ")":
            raise PatternError(f"the ( at {opened} is not closed")
        self._place += 1

    def _character(self) -> Fits:
        """The test of one character: a class, an escape, a dot or the character itself."""
        found = _CLASS.match(self._text, self._place)
        escaped = self._text[self._place : self._place + 2] if self._peek() == "\\" else ""
        piece = found[0] if found else escaped or self._peek()
        if piece in ("[", "\\"):
            raise PatternError(f"{piece} is not complete at {self._place}")
        self._place += len(piece)
        if piece == "." or len(piece) > 1:
            return _compiled(piece)
        return piece.__eq__


def _compiled(piece: str) -> Fits:
    if piece[0] == "\\" and piece[1].isalnum() and piece[1] not in "dwsDWS":
        raise PatternError(f"{piece} is not known")
    try:
        return re.compile(piece).fullmatch
    except re.error as error:
        raise PatternError(str(error)) from None
