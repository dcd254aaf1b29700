"""Groups of the original that this server does not serve: one clear line instead of a riddle."""

from __future__ import annotations

import click

from claimstack.cli.client.failures import Failure
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.verb import Verb


class Unserved(Verb):
    """Takes any words and flags, and says that there is nothing behind them."""

    def __init__(self, what: str, where: str) -> None:
        def act(shell: Shell, **words: object) -> None:
            raise Failure("unimplemented", f"claimstack does not serve {what}", where)

        super().__init__(act, text=f"claimstack does not serve {what}. {where[:1].upper()}{where[1:]}.")

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        wants_help = "-h" in args or "--help" in args
        return super().parse_args(ctx, ["--help"] if wants_help else [])


def unserved(what: str, where: str) -> Verb:
    """The command that says so."""
    return Unserved(what, where)
