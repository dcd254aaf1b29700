"""The process that judges entries of a manifest beside its reader: `python -m claimstack.edge.imports.judge`.

Each entry costs two checks of ES256, so one of these judges a good half of a long manifest: see `teams.py`. It is to
stay small, and so it knows what is signed and by whom, and neither the contract nor what becomes of a chip.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from claimstack.clock import from_micros
from claimstack.device_files import Certificates, Chip, Entries, Mistake, Place, Position, Terms, Wrong
from claimstack.edge.imports.serving import Batch, Judge, serve

Cut = tuple[Any, ...]
"""Bare values: an entry's index, line, column and text; or those of `Wrong`."""

_CUT_LENGTH = 4


class Case(NamedTuple):
    """What is told to a judge: the format, now in microseconds, whether dates are enforced, and whom to believe."""

    format_id: str
    now: int
    strict: bool
    signers: bytes
    roots: bytes


def judge_of(case: Case) -> Judge:
    """Turns entries (`Cut`) into bare values of chips, or of what is wrong with them: see `verdict`."""
    trust = Certificates(case.signers, case.roots).trust()
    entries = Entries(Terms(case.format_id, trust, from_micros(case.now), case.strict))

    def judge(batch: Batch) -> Batch:
        return [_judged(cut, entries) for cut in batch]

    return judge


def _judged(cut: Cut, entries: Entries) -> tuple[Any, ...]:
    if len(cut) != _CUT_LENGTH:
        return cut  # where entries are cut it was found that this is none
    index, line, column, text = cut
    try:
        return index, line, column, tuple(entries.chip(text, Position(line, column)))
    except Mistake as mistake:
        return plain(mistake.at(Place(index, line, column)))


def plain(wrong: Wrong) -> tuple[Any, ...]:
    """It as bare values, which pass between processes."""
    place = wrong.place
    return place.index, place.line, place.column, wrong.name, wrong.reason, wrong.last


def verdict(values: tuple[Any, ...]) -> Wrong | tuple[Chip, Place]:
    """The chip of an entry and its place, or what is wrong with it."""
    index, line, column, *rest = values
    place = Place(index, line, column)
    return (Chip(*rest[0]), place) if len(rest) == 1 else Wrong(place, *rest)


def main() -> None:
    """Judge what comes on standard input, until it ends."""
    serve(sys.stdin.buffer, sys.stdout.buffer, lambda case: judge_of(Case(*case)))


if __name__ == "__main__":
    main()
