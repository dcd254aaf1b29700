"""The tree of commands: branches and leaves, and the way through them.

Only the chosen command's module is imported. A leaf is a `Verb`, a function that makes one, or a
click command (those that run and look after the server).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.verb import HELP, HelpWanted, Verb, flag_parts, text_of

if TYPE_CHECKING:
    from claimstack.cli.shell import Shell

GROUP_WITHOUT_COMMAND = 2


class Leaf:
    """A command: where it is (`module:name`), and what makes it if that is a function."""

    def __init__(
        self,
        name: str,
        text: str,
        where: str,
        args: tuple[Any, ...] | None = None,
        aliases: tuple[str, ...] = (),
        hidden: bool = False,
        only_ours: bool = False,
    ) -> None:
        self.name, self.text, self.where, self.args, self.aliases = name, text, where, args, aliases
        self.hidden, self.only_ours = hidden, only_ours

    def load(self) -> Any:
        """The command itself."""
        module, _, name = self.where.partition(":")
        found = getattr(import_module(module), name)
        return found if self.args is None else found(*self.args)


class Branch:
    """A group; `own` is a command that the group is when no member is named."""

    def __init__(
        self,
        name: str,
        text: str,
        members: Sequence[Leaf | Branch],
        aliases: tuple[str, ...] = (),
        own: Leaf | None = None,
    ) -> None:
        self.name, self.text, self.members, self.aliases, self.own = name, text, members, aliases, own
        self.hidden = self.only_ours = False

    def shown(self, with_ours: bool) -> Iterable[Leaf | Branch]:
        """The members under this program's name, hidden ones included."""
        return (m for m in self.members if with_ours or not m.only_ours)

    def member(self, word: str, with_ours: bool) -> Leaf | Branch | None:
        """The member of that name or alias."""
        for member in self.shown(with_ours):
            if word == member.name or word in member.aliases:
                return member
        return None


def walk(root: Branch, args: list[str], shell: Shell) -> int:
    """Follow the words to a command and run it; the exit status."""
    branch, path, rest = root, [shell.program], list(args)
    while True:
        wants_help = _take_flags(branch, rest, shell)
        word = rest[0] if rest and not rest[0].startswith("-") else ""
        if wants_help or (not word and branch.own is None):
            return _show_branch(branch, path, shell, wants_help)
        member = branch.member(word, shell.with_ours) if word else None
        if member is None:
            member = branch.own or _unknown(branch, path, word, shell)
        else:
            path.append(member.name)
            rest.pop(0)
        if isinstance(member, Leaf):
            return _run(member, path, rest, shell)
        branch = member


def _take_flags(branch: Branch, rest: list[str], shell: Shell) -> bool:
    """Take the global flags ahead of the next word; True if help is asked for."""
    while rest and rest[0].startswith("-"):
        if rest[0] in HELP:
            return True
        name, equals, value = flag_parts(rest[0])
        takes_value = shell.flags.takes_value(name)
        if takes_value is None:
            if branch.own is not None:
                return False
            raise Failure("unknown_flag", f"no flag {rest[0]} here")
        rest.pop(0)
        shell.flags.take(name, text_of(name, equals, value, rest, takes_value))
    return False


def _show_branch(branch: Branch, path: list[str], shell: Shell, is_wanted: bool) -> int:
    from claimstack.cli.terminal import help_page

    print(help_page.of_branch(branch, path, shell), end="")
    return 0 if is_wanted else GROUP_WITHOUT_COMMAND


def _unknown(branch: Branch, path: list[str], word: str, shell: Shell) -> Leaf:
    from difflib import get_close_matches

    names = [name for m in branch.shown(shell.with_ours) for name in (m.name, *m.aliases)]
    close = get_close_matches(word, names, 3)
    hint = f"did you mean {' or '.join(close)}?" if close else f"{' '.join(path)} --help"
    raise Failure("unknown_command", f"{' '.join(path)} has no command {word!r}", hint)


def _run(leaf: Leaf, path: list[str], args: list[str], shell: Shell) -> int:
    command = leaf.load()
    if not isinstance(command, Verb):
        command.main(args=args, prog_name=" ".join(path))  # click's own way; it ends the process
        return 0
    try:
        command.run(shell, args)
    except HelpWanted:
        from claimstack.cli.terminal import help_page

        print(help_page.of_verb(command, leaf, path), end="")
    return 0
