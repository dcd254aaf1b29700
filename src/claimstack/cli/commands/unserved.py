"""Groups of the original that this server does not serve: one clear line instead of a riddle."""

from __future__ import annotations

from claimstack.cli.client.failures import Failure
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.verb import HELP, HelpWanted, Verb


class Unserved(Verb):
    """Takes any words and flags, and says that there is nothing behind them."""

    def __init__(self, what: str, where: str) -> None:
        text = f"claimstack does not serve {what}: {where}."
        super().__init__(lambda shell: None, text=text)
        self.what, self.where = what, where

    def run(self, shell: Shell, args: list[str]) -> None:
        """Refuse, whatever the arguments are."""
        if set(HELP) & set(args):
            raise HelpWanted
        raise Failure("unimplemented", f"claimstack does not serve {self.what}", self.where)
