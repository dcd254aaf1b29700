"""Commands that do something: identifiers, options, field flags, and help with an example.

An identifier may be given by position or by flag (`app1`, or `--application-id app1`). `_` and `-`
in a flag are the same. The standard parsers were measured and left out: they cost half of what a
whole request may take, and none of them looks flags up instead of having them declared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from claimstack.cli.client.failures import Failure
from claimstack.cli.terminal.flags import FlagSource, RightFlags, Selection, Update
from claimstack.cli.terminal.option import Option

if TYPE_CHECKING:
    from claimstack.cli.shell import Shell

Act = Callable[..., None]
ALIASES = {"join_eui": ("--join-eui", "--app-eui")}
HELP = ("-h", "--help")


class HelpWanted(Exception):
    """Somebody asked for help instead."""


class Verb:
    """One command. `ids` are positional identifiers, `flag_ids` those by flag only, `rest` the name
    of an argument that takes all further words."""

    def __init__(
        self,
        act: Act,
        *,
        ids: Sequence[str] = (),
        flag_ids: Sequence[str] = (),
        options: Sequence[Option] = (),
        select: Sequence[str] = (),
        select_also: Sequence[str] = (),
        update: tuple[str, Sequence[str]] | None = None,
        with_unset: bool = False,
        rights: Sequence[str] = (),
        rest: str = "",
        text: str = "",
        example: str = "",
    ) -> None:
        self.act, self.ids, self.rest, self.text, self.example = act, ids, rest, text, example
        self.options = [*map(_id_flag, [*ids, *flag_ids]), *options]
        self.select, self.select_also = tuple(select), tuple(select_also)
        self.update, self.rights = update, tuple(rights)
        self.with_unset = with_unset

    def run(self, shell: Shell, args: list[str]) -> None:
        """Read the arguments and act; HelpWanted if they ask for help."""
        shell.sources = self.sources()
        self.act(shell, **self.parse(args, [*shell.sources, shell.flags]))

    def sources(self) -> list[FlagSource]:
        """Fresh places to keep what field and right flags say."""
        found: list[FlagSource] = []
        if self.select:
            found.append(Selection(self.select, self.select_also))
        if self.update:
            message, rpcs = self.update
            found.append(Update(message, tuple(rpcs), self.with_unset))
        if self.rights:
            found.append(RightFlags(self.rights))
        return found

    def parse(self, args: list[str], sources: list[FlagSource]) -> dict[str, Any]:
        """The arguments of the act by name; field, right and global flags go to `sources`."""
        known = {flag.lstrip("-"): option for option in self.options for flag in option.flags}
        given = {option.name: option.default for option in self.options}
        words, queue = [], list(args)
        while queue:
            arg = queue.pop(0)
            if arg == "--":
                words += queue
                break
            if arg in HELP:
                raise HelpWanted
            if not arg.startswith("-") or arg == "-":
                words.append(arg)
            else:
                self._take_flag(arg, queue, known, given, sources)
        self._place(words, given)
        return given

    def _take_flag(
        self,
        arg: str,
        queue: list[str],
        known: dict[str, Option],
        given: dict[str, Any],
        sources: list[FlagSource],
    ) -> None:
        name, equals, value = flag_parts(arg)
        option = known.get(name)
        if option is not None:
            given[option.name] = option.read(text_of(name, equals, value, queue, option.takes_value))
            return
        for source in sources:
            takes_value = source.takes_value(name)
            if takes_value is not None:
                source.take(name, text_of(name, equals, value, queue, takes_value))
                return
        raise Failure("unknown_flag", f"no flag --{name}", self._close_to(name, sources))

    def _close_to(self, name: str, sources: list[FlagSource]) -> str:
        from difflib import get_close_matches

        rows = [option.row() for option in self.options] + [r for s in sources for r in s.rows()]
        flags = [flag.split(" ")[0].rstrip(",") for flag, _ in rows]
        close = get_close_matches(f"--{name}", flags, 3)
        return f"did you mean {' or '.join(close)}?" if close else ""

    def _place(self, words: list[str], given: dict[str, Any]) -> None:
        """Give the words to the identifiers that no flag gave, in order."""
        missing = [name for name in self.ids if not given[name]]
        given.update(zip(missing, words, strict=False))
        further = words[len(missing) :]
        if self.rest:
            given[self.rest] = further
        elif further:
            raise Failure("arguments", f"{further[0]!r} is one argument too many")


def flag_parts(arg: str) -> tuple[str, str, str]:
    """Name, `=` or nothing, and value of `--name=value`; `-c` is `--config`."""
    if arg == "-c":
        return "config", "", ""
    if not arg.startswith("--"):
        raise Failure("unknown_flag", f"no flag {arg}")
    name, equals, value = arg[2:].partition("=")
    return name.replace("_", "-"), equals, value


def text_of(name: str, equals: str, value: str, queue: list[str], takes_value: bool) -> str:
    """The text of a flag: after `=`, or the next word, or `true` for a switch."""
    if equals:
        return value
    if not takes_value:
        return "true"
    if not queue:
        raise Failure("flag_value", f"--{name} needs a value")
    return queue.pop(0)


def _id_flag(name: str) -> Option:
    metavar = "EUI" if name.endswith("_eui") else "ID" if name.endswith("_id") else "TEXT"
    return Option(name, metavar=metavar, flags=ALIASES.get(name, ()))
