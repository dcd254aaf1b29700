"""Shell completion scripts for bash, zsh and fish."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from claimstack.cli.client.failures import Failure
from claimstack.cli.shell import Shell
from claimstack.cli.terminal.verb import Verb

SHELLS = ("bash", "zsh", "fish")


def _completion(shell: Shell, name: str | None) -> None:
    kind = get_completion_class(name or "")
    if name not in SHELLS or kind is None:
        raise Failure("shell", f"{name or 'no shell'} is none of {', '.join(SHELLS)}")
    variable = f"_{shell.program.upper().replace('-', '_')}_COMPLETE"
    root = click.get_current_context().find_root().command
    click.echo(kind(root, {}, shell.program, variable).source())


completion = Verb(
    _completion,
    ids=["name"],
    text="Print a script that makes your shell complete commands: bash, zsh or fish.",
    example="source <($CLI completion bash)\n$CLI completion fish > ~/.config/fish/completions/$CLI.fish",
)
