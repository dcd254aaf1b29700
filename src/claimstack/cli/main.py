"""Run one command: parse, call, print, and end with the exit status that scripts rely on.

0 done · 2 a group without a command · 130 interrupted or cancelled · 255 any error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from claimstack.cli.client.failures import CANCELED, Failure, Refused
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.group import Branch, Group
from claimstack.cli.tree import MEMBERS

FAILED, INTERRUPTED = 255, 130
ORIGINAL = "ttn-lw-cli"
ABOUT = "Make LoRaWAN end devices claimable, label them, and hand them to their next owner."


def run(argv: Sequence[str], program: str) -> int:
    """Run the command line `argv` as `program`; the exit status."""
    root = Group(Branch("", ABOUT, MEMBERS), with_ours=program != ORIGINAL)
    try:
        status = root.main(
            list(argv), prog_name=program, standalone_mode=False, obj=Shell(program)
        )
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except Failure as failure:
        return _told(failure)
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.UsageError as wrong:
        return _usage(wrong)
    except click.ClickException as wrong:
        wrong.show()
        return FAILED
    except (KeyboardInterrupt, click.Abort, EOFError):
        sys.stderr.write("\ninterrupted\n")
        return INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the reader has gone; nothing to flush to
        return FAILED


def _told(failure: Failure) -> int:
    sys.stdout.flush()
    sys.stderr.write("\n".join(failure.lines()) + "\n")
    is_canceled = isinstance(failure, Refused) and failure.code == CANCELED
    return INTERRUPTED if is_canceled else FAILED


def _usage(wrong: click.UsageError) -> int:
    path = wrong.ctx.command_path if wrong.ctx else "claimstack"
    sys.stderr.write(f"error:cli:usage ({wrong.format_message()})\nhint: {path} --help\n")
    return FAILED
