"""Questions to the person at the terminal, on the error output so that results stay clean."""

from __future__ import annotations

import os
import sys

from claimstack.cli.client.failures import Failure


def is_somebody_there() -> bool:
    """Whether there is a terminal to ask at."""
    return os.isatty(0)


def confirm(question: str) -> None:
    """Go on only after a yes; Failure otherwise, or if nobody is there."""
    if not is_somebody_there():
        raise Failure("confirmation", question, "answer in advance with --force")
    if line(f"{question} [y/N]").lower() not in ("y", "yes"):
        raise Failure("confirmation", "not confirmed, nothing was done")


def line(question: str) -> str:
    """One line of text; EOFError at the end of input."""
    sys.stderr.write(question + ": ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise EOFError
    return answer.strip()


def password(question: str, twice: bool = False) -> str:
    """A password, typed unseen; Failure where there is nobody to ask."""
    if not is_somebody_there():
        raise Failure("no_password", f"{question}: nobody to ask", "give it by flag")
    from getpass import getpass

    while True:
        first = getpass(f"{question}: ", sys.stderr)
        if not twice or first == getpass(f"{question}, once more: ", sys.stderr):
            return first
        sys.stderr.write("The two are not the same.\n")
