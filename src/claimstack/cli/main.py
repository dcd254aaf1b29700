"""Run one command: parse, call, print, and end with the exit status that scripts rely on.

0 done · 2 a group without a command · 130 interrupted or cancelled · 255 any error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from claimstack.cli.client.failures import CANCELED, Failure, Refused
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.group import Branch, walk
from claimstack.cli.tree import MEMBERS

FAILED, INTERRUPTED = 255, 130
ABOUT = "Make LoRaWAN end devices claimable, label them, and hand them to their next owner."
COMPLETE = "__complete"


def run(argv: Sequence[str], program: str) -> int:
    """Run the command line `argv` as `program`; the exit status."""
    try:
        status = _walk(list(argv), Shell(program))
        sys.stdout.flush()
        return status
    except Failure as failure:
        return _told(failure)
    except (KeyboardInterrupt, EOFError):
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has gone; nothing to flush to
        return FAILED
    except Exception:
        import traceback

        traceback.print_exc()
        return FAILED


def _walk(argv: list[str], shell: Shell) -> int:
    root = Branch("", ABOUT, MEMBERS)
    if argv[:1] != [COMPLETE]:
        return walk(root, argv, shell)
    from claimstack.cli.terminal.completion import candidates

    for name, text in candidates(root, argv[1:], shell):
        print(f"{name}\t{text}")
    return 0


def _told(failure: Failure) -> int:
    sys.stdout.flush()
    sys.stderr.write("\n".join(failure.lines()) + "\n")
    is_canceled = isinstance(failure, Refused) and failure.code == CANCELED
    return INTERRUPTED if is_canceled else FAILED
